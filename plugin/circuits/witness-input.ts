// The circuit's inputs, and what its sponge absorbs, in the order of `batch.circom`. Every packing here stands in
// the template of the same name; the circuit recomputes all of it, so a difference shows as an unsatisfied
// constraint.

import { accountIdentity } from "../protocol/account.ts";
import { Point } from "../protocol/babyjubjub.ts";
import { batchChallenge, batchElements, evaluateElements } from "../protocol/batch-data.ts";
import { createsAccount, operationKind } from "../protocol/operation.ts";
import type { Shape } from "../protocol/shape.ts";
import { sponge } from "../protocol/sponge.ts";
import { transactionKind, transactionMessage } from "../protocol/transaction.ts";
import { emptyRoots } from "../protocol/tree.ts";
import type { CircuitInput } from "./calculate-witness.ts";
import {
  type AccountTrace,
  accessCount,
  type BatchTrace,
  type Cell,
  type FeeTrace,
  type OperationTrace,
  type TransactionTrace,
} from "./trace.ts";

/** What the sequencer posts about a batch besides its data, and all that the prover needs. */
export type BatchWitness = {
  /** The public data `d`. */
  readonly elements: readonly bigint[];
  /** `c`, `r`, `y`. */
  readonly publicInputs: readonly [commitment: bigint, challenge: bigint, evaluation: bigint];
  readonly input: CircuitInput;
};

/** Inputs by name, and the elements that the sponge absorbs for it. */
type SlotInput = { readonly input: Record<string, bigint | Nested>; readonly absorbed: readonly bigint[] };
type Nested = readonly (bigint | Nested)[];

const emptyCell: Cell = { balance: 0n, nonce: 0, data: 0n };

// An unused slot's key and signature only have to be such that the gates can compute with them.
const unusedKey = { ax: Point.BASE.x, ay: Point.BASE.y };
const unusedSignature = { r8x: 0n, r8y: 1n, s: 0n };

/**
 * The inputs of the batch circuit for a trace.
 *
 * @param domain - Of the rollup, as transactions were signed for.
 * @param shapeId - `0x` and 64 digits, as the rollup registered it: the challenge depends on it.
 * @throws ProtocolError as batchElements
 */
export function batchWitness(shape: Shape, shapeId: string, domain: bigint, trace: BatchTrace): BatchWitness {
  const { oldRoot, newRoot, batchNumber, exits, rows } = trace;
  const operations = trace.operations.map(({ operation }) => operation);
  const elements = batchElements(shape, {
    domain,
    oldRoot,
    newRoot,
    batchNumber,
    operations,
    exits,
    rows,
  });
  const layout = new Layout(shape);
  const slots = [
    stacked(shape.accounts, (i) => layout.account(trace.accounts[i])),
    stacked(shape.operations, (j) => layout.operation(trace.operations[j])),
    stacked(shape.transactions, (i) => layout.transaction(trace.transactions[i], domain, batchNumber)),
    stacked(shape.fees, (f) => layout.fee(trace.fees[f])),
  ];
  const commitment = sponge([...elements, ...slots.flatMap(({ absorbed }) => absorbed)]);
  const challenge = batchChallenge(shapeId, commitment, elements);
  const evaluation = evaluateElements(elements, challenge);
  return {
    elements,
    publicInputs: [commitment, challenge, evaluation],
    input: Object.assign(
      {
        c: commitment,
        r: challenge,
        y: evaluation,
        domain,
        oldRoot,
        newRoot,
        batchNumber: BigInt(batchNumber),
      },
      ...slots.map(({ input }) => input),
      stacked(shape.exits, (e) => ({
        input: {
          exitUsed: bit(e < exits.length),
          exitRecipient: exits[e]?.recipient ?? 0n,
          exitAmount: exits[e]?.amount ?? 0n,
          exitAsset: BigInt(exits[e]?.asset ?? 0),
        },
        absorbed: [],
      })).input,
    ) as CircuitInput,
  };
}

/** Slots of one kind: each input becomes an array over the slots. */
function stacked(slots: number, slot: (position: number) => SlotInput): SlotInput {
  const each = Array.from({ length: slots }, (_, position) => slot(position));
  const names = Object.keys(each[0]?.input ?? {});
  return {
    input: Object.fromEntries(names.map((name) => [name, each.map(({ input }) => input[name] ?? 0n)])),
    absorbed: each.flatMap(({ absorbed }) => absorbed),
  };
}

/** A slot's inputs by its trace, or an unused slot's. */
class Layout {
  readonly #shape: Shape;
  /** Width of times, ages and multiplicities. */
  readonly #counterBits: number;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#counterBits = bitsFor(accessCount(shape));
  }

  account(trace: AccountTrace | undefined): SlotInput {
    const { depth } = this.#shape;
    const index = trace?.index ?? 0;
    const { ax = 0n, ay = 0n, owner = 0n, asset = 0 } = trace?.account ?? {};
    const state = (["existing", "created", "absent"] as const).map((name) => bit(trace?.state === name));
    const first = cellColumns(trace?.first ?? emptyCell);
    const last = cellColumns(trace?.last ?? emptyCell);
    const lastTime = BigInt(trace?.lastTime ?? 0);
    const multiplicity = (trace?.multiplicity ?? [0, 0, 0]).map(BigInt);
    const packed = pack([
      [BigInt(index), 2 * depth],
      [BigInt(asset), 32],
      ...state.map((flag): Part => [flag, 1]),
      [lastTime, this.#counterBits],
      ...multiplicity.map((count): Part => [count, this.#counterBits]),
    ]);
    return {
      input: {
        accountState: state,
        accountIndexBit: Array.from({ length: 2 * depth }, (_, i) => (BigInt(index) >> BigInt(i)) & 1n),
        accountIdentity: [ax, ay, owner, BigInt(asset)],
        accountFirst: first,
        accountLast: last,
        accountLastTime: lastTime,
        accountMultiplicity: multiplicity,
        accountPath: trace?.children ?? emptyPath(depth),
      },
      absorbed: [ax, ay, owner, ...first, ...last, packed],
    };
  }

  operation(trace: OperationTrace | undefined): SlotInput {
    const operation = trace?.operation;
    const kind = [operationKind.deposit, operationKind.exit, operationKind.open].map((value) =>
      bit(operation?.kind === value),
    );
    const isDeposit = operation?.kind === operationKind.deposit;
    const { ax = 0n, ay = 0n, owner = 0n, asset = 0 } = trace?.holder ?? {};
    const age = BigInt(trace?.age ?? 0);
    const cell = cellColumns(trace?.cell ?? emptyCell);
    return {
      input: {
        operationKind: kind,
        operationCreates: bit(isDeposit && createsAccount(operation)),
        operationIndex: BigInt(operation?.index ?? 0),
        operationOwner: operation?.owner ?? 0n,
        operationAmount: isDeposit ? operation.amount : 0n,
        operationHolder: [ax, ay, owner, BigInt(asset)],
        operationAge: age,
        operationCell: cell,
      },
      absorbed: [
        ax,
        ay,
        owner,
        ...cell,
        pack([
          [BigInt(asset), 32],
          [age, this.#counterBits],
        ]),
      ],
    };
  }

  transaction(trace: TransactionTrace | undefined, domain: bigint, batchNumber: number): SlotInput {
    const transaction = trace?.transaction ?? unusedTransaction(batchNumber);
    const { from, nonce, expiry, to, amount, fee, payload, signature } = transaction;
    const withdraw = bit(transaction.kind === transactionKind.withdraw);
    const { ax, ay } = trace?.account ?? unusedKey;
    const asset = BigInt(trace?.account.asset ?? 0);
    const feeSlot = Array.from({ length: this.#shape.fees }, (_, f) => bit(trace?.feeSlot === f));
    const sender = trace?.sender ?? { cell: emptyCell, age: 0 };
    const recipient = trace?.recipient ?? { cell: emptyCell, age: 0 };
    const senderCell = cellColumns(sender.cell);
    const recipientCell = cellColumns(recipient.cell);
    const ages = [BigInt(sender.age), BigInt(recipient.age)];
    const packed = pack([
      [bit(trace !== undefined), 1],
      [withdraw, 1],
      ...feeSlot.map((flag): Part => [flag, 1]),
      ...ages.map((age): Part => [age, this.#counterBits]),
      [asset, 32],
    ]);
    return {
      input: {
        transactionUsed: bit(trace !== undefined),
        transactionWithdraw: withdraw,
        transactionMessage: [BigInt(from), BigInt(nonce), BigInt(expiry), to, amount, fee, payload],
        transactionSignature: [signature.r8x, signature.r8y, signature.s],
        transactionKey: [ax, ay],
        transactionAsset: asset,
        transactionFeeSlot: feeSlot,
        transactionAge: ages,
        transactionCell: [senderCell, recipientCell],
      },
      absorbed: [
        transactionMessage(domain, transaction),
        ax,
        ay,
        sender.cell.balance,
        sender.cell.data,
        ...recipientCell,
        packed,
      ],
    };
  }

  fee(trace: FeeTrace | undefined): SlotInput {
    const { depth } = this.#shape;
    const used = bit(trace !== undefined);
    const index = BigInt(trace?.index ?? 0);
    const asset = BigInt(trace?.account.asset ?? 0);
    const identity = trace === undefined ? 0n : accountIdentity(trace.account);
    const total = trace?.total ?? 0n;
    const age = BigInt(trace?.age ?? 0);
    const cell = cellColumns(trace?.cell ?? emptyCell);
    const packed = pack([
      [used, 1],
      [index, 2 * depth],
      [asset, 32],
      [age, this.#counterBits],
    ]);
    return {
      input: {
        feeUsed: used,
        feeIndex: index,
        feeAsset: asset,
        feeIdentity: identity,
        feeTotal: total,
        feeAge: age,
        feeCell: cell,
      },
      absorbed: [identity, total, ...cell, packed],
    };
  }
}

function unusedTransaction(batchNumber: number) {
  return {
    kind: transactionKind.transfer,
    from: 0,
    nonce: 0,
    expiry: batchNumber,
    to: 0n,
    amount: 0n,
    fee: 0n,
    payload: 0n,
    signature: unusedSignature,
  } as const;
}

/** The path of leaf 0 in an empty tree: what an unused slot's gates compute on. */
function emptyPath(depth: number): bigint[][] {
  return emptyRoots(depth)
    .slice(0, depth)
    .map((root) => [root, root, root, root]);
}

function cellColumns({ balance, nonce, data }: Cell): [bigint, bigint, bigint] {
  return [balance, BigInt(nonce), data];
}

type Part = readonly [value: bigint, bits: number];

/** Parts side by side in one element, the first one lowest. */
function pack(parts: readonly Part[]): bigint {
  let at = 0n;
  let packed = 0n;
  for (const [value, bits] of parts) {
    packed += value << at;
    at += BigInt(bits);
  }
  return packed;
}

function bit(flag: boolean): bigint {
  return flag ? 1n : 0n;
}

/** Number of bits that hold every value from 0 to n. */
function bitsFor(n: number): number {
  return n.toString(2).length;
}
