// The slots of the batch circuit as a prover fills them in: plain numbers, nothing checked, to be changed at will.

import type {
  AccountTrace,
  Cell,
  FeeTrace,
  OperationTrace,
  TransactionTrace,
} from "../../../plugin/circuits/trace.ts";
import { absentAccount, accountIdentity, type Holder } from "../../../plugin/protocol/account.ts";
import { Point } from "../../../plugin/protocol/babyjubjub.ts";
import { createsAccount, operationKind } from "../../../plugin/protocol/operation.ts";
import { transactionKind } from "../../../plugin/protocol/transaction.ts";
import { emptyRoots } from "../../../plugin/protocol/tree.ts";

export type CellColumns = { balance: bigint; nonce: bigint; data: bigint };
export type Identity = { ax: bigint; ay: bigint; owner: bigint; asset: bigint };

export type AccountSlot = Identity & {
  existing: bigint;
  created: bigint;
  absent: bigint;
  index: bigint;
  /** In place of the index's own. */
  indexBits?: bigint[];
  first: CellColumns;
  last: CellColumns;
  lastTime: bigint;
  /** As sender, as recipient or fee account, in operations. */
  multiplicity: [bigint, bigint, bigint];
  path: bigint[][];
};

export type OperationSlot = {
  deposit: bigint;
  exit: bigint;
  open: bigint;
  /** Of a deposit. */
  creates: bigint;
  index: bigint;
  owner: bigint;
  amount: bigint;
  holder: Identity;
  age: bigint;
  cell: CellColumns;
};

export type TransactionSlot = {
  used: bigint;
  withdraw: bigint;
  from: bigint;
  nonce: bigint;
  expiry: bigint;
  to: bigint;
  amount: bigint;
  fee: bigint;
  payload: bigint;
  r8x: bigint;
  r8y: bigint;
  s: bigint;
  ax: bigint;
  ay: bigint;
  asset: bigint;
  feeSlot: bigint[];
  senderAge: bigint;
  sender: CellColumns;
  recipientAge: bigint;
  recipient: CellColumns;
};

export type FeeSlot = {
  used: bigint;
  index: bigint;
  asset: bigint;
  identity: bigint;
  total: bigint;
  age: bigint;
  cell: CellColumns;
};

export type ExitSlot = { used: bigint; recipient: bigint; amount: bigint; asset: bigint };

export function identityOf(holder: Holder): Identity {
  return { ax: holder.ax, ay: holder.ay, owner: holder.owner, asset: BigInt(holder.asset) };
}

function columns(cell: Cell | undefined): CellColumns {
  return { balance: cell?.balance ?? 0n, nonce: BigInt(cell?.nonce ?? 0), data: cell?.data ?? 0n };
}

export function accountSlot(depth: number, trace: AccountTrace | undefined): AccountSlot {
  const bit = (state: AccountTrace["state"]): bigint => (trace?.state === state ? 1n : 0n);
  const [sender, recipient, operation] = trace?.multiplicity ?? [0, 0, 0];
  return {
    ...identityOf(trace?.account ?? absentAccount),
    existing: bit("existing"),
    created: bit("created"),
    absent: bit("absent"),
    index: BigInt(trace?.index ?? 0),
    first: columns(trace?.first),
    last: columns(trace?.last),
    lastTime: BigInt(trace?.lastTime ?? 0),
    multiplicity: [BigInt(sender), BigInt(recipient), BigInt(operation)],
    path: emptyRoots(depth)
      .slice(0, depth)
      .map((root) => [root, root, root, root]),
  };
}

export function operationSlot(trace: OperationTrace | undefined): OperationSlot {
  const operation = trace?.operation;
  const isDeposit = operation?.kind === operationKind.deposit;
  return {
    deposit: isDeposit ? 1n : 0n,
    exit: operation?.kind === operationKind.exit ? 1n : 0n,
    open: operation?.kind === operationKind.open ? 1n : 0n,
    creates: isDeposit && createsAccount(operation) ? 1n : 0n,
    index: BigInt(operation?.index ?? 0),
    owner: operation?.owner ?? 0n,
    amount: isDeposit ? operation.amount : 0n,
    holder: identityOf(trace?.holder ?? absentAccount),
    age: BigInt(trace?.age ?? 0),
    cell: columns(trace?.cell),
  };
}

export function transactionSlot(
  fees: number,
  batchNumber: bigint,
  trace: TransactionTrace | undefined,
): TransactionSlot {
  const given = trace?.transaction;
  return {
    used: trace === undefined ? 0n : 1n,
    withdraw: given?.kind === transactionKind.withdraw ? 1n : 0n,
    from: BigInt(given?.from ?? 0),
    nonce: BigInt(given?.nonce ?? 0),
    expiry: given === undefined ? batchNumber : BigInt(given.expiry),
    to: given?.to ?? 0n,
    amount: given?.amount ?? 0n,
    fee: given?.fee ?? 0n,
    payload: given?.payload ?? 0n,
    ...(given?.signature ?? { r8x: 0n, r8y: 1n, s: 0n }),
    ax: trace?.account.ax ?? Point.BASE.x,
    ay: trace?.account.ay ?? Point.BASE.y,
    asset: BigInt(trace?.account.asset ?? 0),
    feeSlot: Array.from({ length: fees }, (_, f) => (trace?.feeSlot === f ? 1n : 0n)),
    senderAge: BigInt(trace?.sender.age ?? 0),
    sender: columns(trace?.sender.cell),
    recipientAge: BigInt(trace?.recipient?.age ?? 0),
    recipient: columns(trace?.recipient?.cell),
  };
}

export function feeSlot(trace: FeeTrace | undefined): FeeSlot {
  return {
    used: trace === undefined ? 0n : 1n,
    index: BigInt(trace?.index ?? 0),
    asset: BigInt(trace?.account.asset ?? 0),
    identity: trace === undefined ? 0n : accountIdentity(trace.account),
    total: trace?.total ?? 0n,
    age: BigInt(trace?.age ?? 0),
    cell: columns(trace?.cell),
  };
}
