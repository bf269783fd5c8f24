// What the circuit makes of a prover's slots: the public data, what the sponge absorbs, and the inputs. Written from
// batch.circom and again from scratch, in plain arithmetic modulo p: unlike plugin/circuits/witness-input.ts it
// refuses nothing.

import type { CircuitInput } from "../../../plugin/circuits/calculate-witness.ts";
import { batchChallenge, evaluateElements } from "../../../plugin/protocol/batch-data.ts";
import { toField } from "../../../plugin/protocol/field.ts";
import { poseidon } from "../../../plugin/protocol/poseidon.ts";
import { sponge } from "../../../plugin/protocol/sponge.ts";
import { type Forgery, isUsed, isUsedOperation } from "./forgery.ts";
import type { AccountSlot, CellColumns, FeeSlot, OperationSlot, TransactionSlot } from "./slots.ts";

const shapeId = `0x${"11".repeat(32)}`;

/** The circuit's inputs: `c` over what the slots say, `r` and `y` over the data as posted. */
export function circuitInput(forgery: Forgery): CircuitInput {
  const { domain, oldRoot, newRoot, batchNumber, accounts, operations, transactions, fees, exits } = forgery;
  const elements = dataOf(forgery);
  const posted = forgery.posted([...elements]).map(toField);
  const absorbed = [...forgery.committed([...elements]), ...absorbedOf(forgery)].map(toField);
  const commitment = sponge(absorbed);
  const challenge = batchChallenge(shapeId, commitment, posted);
  const [c, r, y] = forgery.publicInputs([commitment, challenge, evaluateElements(posted, challenge)]);
  return {
    c,
    r,
    y,
    domain,
    oldRoot,
    newRoot,
    batchNumber,
    accountState: accounts.map(({ existing, created, absent }) => [existing, created, absent]),
    accountIndexBit: accounts.map(
      ({ index, indexBits }) =>
        indexBits ?? Array.from({ length: 2 * forgery.shape.depth }, (_, i) => (index >> BigInt(i)) & 1n),
    ),
    accountIdentity: accounts.map(({ ax, ay, owner, asset }) => [ax, ay, owner, asset]),
    accountFirst: accounts.map(({ first }) => list(first)),
    accountLast: accounts.map(({ last }) => list(last)),
    accountLastTime: accounts.map(({ lastTime }) => lastTime),
    accountMultiplicity: accounts.map(({ multiplicity }) => multiplicity),
    accountPath: accounts.map(({ path }) => path),
    operationKind: operations.map(({ deposit, exit, open }) => [deposit, exit, open]),
    operationCreates: operations.map(({ creates }) => creates),
    operationIndex: operations.map(({ index }) => index),
    operationOwner: operations.map(({ owner }) => owner),
    operationAmount: operations.map(({ amount }) => amount),
    operationHolder: operations.map(({ holder }) => [holder.ax, holder.ay, holder.owner, holder.asset]),
    operationAge: operations.map(({ age }) => age),
    operationCell: operations.map(({ cell }) => list(cell)),
    transactionUsed: transactions.map(({ used }) => used),
    transactionWithdraw: transactions.map(({ withdraw }) => withdraw),
    transactionMessage: transactions.map(({ from, nonce, expiry, to, amount, fee, payload }) => [
      from,
      nonce,
      expiry,
      to,
      amount,
      fee,
      payload,
    ]),
    transactionSignature: transactions.map(({ r8x, r8y, s }) => [r8x, r8y, s]),
    transactionKey: transactions.map(({ ax, ay }) => [ax, ay]),
    transactionAsset: transactions.map(({ asset }) => asset),
    transactionFeeSlot: transactions.map(({ feeSlot }) => feeSlot),
    transactionAge: transactions.map(({ senderAge, recipientAge }) => [senderAge, recipientAge]),
    transactionCell: transactions.map(({ sender, recipient }) => [list(sender), list(recipient)]),
    feeUsed: fees.map(({ used }) => used),
    feeIndex: fees.map(({ index }) => index),
    feeAsset: fees.map(({ asset }) => asset),
    feeIdentity: fees.map(({ identity }) => identity),
    feeTotal: fees.map(({ total }) => total),
    feeAge: fees.map(({ age }) => age),
    feeCell: fees.map(({ cell }) => list(cell)),
    exitUsed: exits.map(({ used }) => used),
    exitRecipient: exits.map(({ recipient }) => recipient),
    exitAmount: exits.map(({ amount }) => amount),
    exitAsset: exits.map(({ asset }) => asset),
  };
}

/** The element that a sender signs. */
export function messageOf(domain: bigint, slot: TransactionSlot): bigint {
  const { from, withdraw, nonce, expiry, to, amount, fee, payload } = slot;
  const header = from + (withdraw << 32n) + (nonce << 40n) + (expiry << 80n);
  return poseidon([domain, header, to, amount + (fee << 128n), payload].map(toField));
}

/** The public data `d` that the circuit computes. */
function dataOf(forgery: Forgery): bigint[] {
  const { domain, oldRoot, newRoot, batchNumber, accounts, operations, exits } = forgery;
  const creating = operations.filter(({ open, creates }) => open + creates !== 0n);
  const counts = [
    batchNumber,
    BigInt(operations.filter(isUsedOperation).length),
    BigInt(accounts.filter(isUsed).length),
    BigInt(exits.filter(({ used }) => used !== 0n).length),
    BigInt(creating.length),
  ];
  return [
    domain,
    oldRoot,
    newRoot,
    counts.reduce((packed, count, position) => packed + (count << BigInt(32 * position)), 0n),
    ...operations.flatMap(elementsOf),
    ...exits.flatMap(({ recipient, amount, asset }) => [recipient, amount + (asset << 128n)]),
    ...accounts.map(rowOf),
  ].map(toField);
}

function elementsOf({ deposit, exit, open, creates, index, owner, amount, holder }: OperationSlot): bigint[] {
  const named = deposit + open;
  const kind = deposit + 2n * exit + 3n * open;
  const packed = kind + (index << 8n) + ((named * holder.asset) << 40n) + ((open + creates) << 72n);
  return [packed, owner, amount, named * holder.ax, named * holder.ay];
}

function rowOf(slot: AccountSlot): bigint {
  if (!isUsed(slot)) return 0n;
  return slot.index + ((slot.last.nonce - slot.first.nonce) << 32n) + (slot.last.balance << 48n);
}

/** What the sponge absorbs behind the data. */
function absorbedOf({ domain, shape, accounts, operations, transactions, fees }: Forgery): bigint[] {
  const accesses = shape.operations + 2 * shape.transactions + shape.fees;
  const counterBits = BigInt(accesses.toString(2).length);
  const indexBits = BigInt(2 * shape.depth);

  const account = (slot: AccountSlot): bigint[] => [
    slot.ax,
    slot.ay,
    slot.owner,
    ...list(slot.first),
    ...list(slot.last),
    pack(
      [slot.index, indexBits],
      [slot.asset, 32n],
      [slot.existing, 1n],
      [slot.created, 1n],
      [slot.absent, 1n],
      [slot.lastTime, counterBits],
      ...slot.multiplicity.map((count): Part => [count, counterBits]),
    ),
  ];
  const operation = ({ holder, cell, age }: OperationSlot): bigint[] => [
    holder.ax,
    holder.ay,
    holder.owner,
    ...list(cell),
    pack([holder.asset, 32n], [age, counterBits]),
  ];
  const transaction = (slot: TransactionSlot): bigint[] => [
    messageOf(domain, slot),
    slot.ax,
    slot.ay,
    slot.sender.balance,
    slot.sender.data,
    ...list(slot.recipient),
    pack(
      [slot.used, 1n],
      [slot.withdraw, 1n],
      ...slot.feeSlot.map((flag): Part => [flag, 1n]),
      [slot.senderAge, counterBits],
      [slot.recipientAge, counterBits],
      [slot.asset, 32n],
    ),
  ];
  const fee = (slot: FeeSlot): bigint[] => [
    slot.identity,
    slot.total,
    ...list(slot.cell),
    pack([slot.used, 1n], [slot.index, indexBits], [slot.asset, 32n], [slot.age, counterBits]),
  ];
  return [
    ...accounts.flatMap(account),
    ...operations.flatMap(operation),
    ...transactions.flatMap(transaction),
    ...fees.flatMap(fee),
  ];
}

type Part = readonly [value: bigint, bits: bigint];

/** Parts side by side in one element, the first one lowest; nothing says that a part keeps to its width. */
function pack(...parts: Part[]): bigint {
  let at = 0n;
  let packed = 0n;
  for (const [value, bits] of parts) {
    packed += value << at;
    at += bits;
  }
  return packed;
}

function list({ balance, nonce, data }: CellColumns): [bigint, bigint, bigint] {
  return [balance, nonce, data];
}
