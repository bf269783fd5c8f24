import type { Ledger } from "../../plugin/protocol/state.ts";
import type { SignedTransaction } from "../../plugin/protocol/transaction.ts";
import type { RegisteredShape, SealedRecord } from "../../plugin/sequencer/records.ts";
import { sealPending } from "../../plugin/sequencer/seal.ts";
import { type Crowd, feeAccountsOf, People, pendingPayments, unsigned } from "./people.ts";

/** So many pending transactions, in slots of a batch, are always left: a sequencer that has enough to do. */
const backlog = 8;

/** How many payments have to be pending so that some batches of a shape are sealed out of plenty. */
export function enoughPayments({ shape }: RegisteredShape, batches: number): number {
  return shape.transactions * (batches + backlog);
}

/**
 * The batches that the sequencer seals of what a crowd pays, one after another.
 *
 * @param firstBatch - Number of the first of them.
 */
export function sealedBatches(
  crowd: Crowd,
  shape: RegisteredShape,
  batches: number,
  firstBatch: number,
): readonly SealedRecord[] {
  const pending = pendingPayments(crowd, enoughPayments(shape, batches), unsigned(crowd));
  return sealPayments(new People(crowd), pending, crowd, shape, batches, firstBatch);
}

/** The same on a ledger, of given payments. */
export function sealPayments(
  ledger: Ledger,
  transactions: ReadonlyMap<number, SignedTransaction>,
  crowd: Crowd,
  shape: RegisteredShape,
  batches: number,
  firstBatch: number,
): readonly SealedRecord[] {
  const pending = { entries: [], opens: new Map(), transactions };
  const sealing = sealPending(ledger, pending, [shape], firstBatch, feeAccountsOf(crowd), { batches });
  const [dropped] = sealing.dropped;
  if (dropped !== undefined) throw new Error(`A payment was dropped: ${dropped.refusal.code}`);
  return sealing.batches;
}
