import type { RollupClient } from "../client/rollup.ts";
import { operationKind } from "../protocol/operation.ts";
import { transactionId } from "../protocol/transaction.ts";

/** Something that is in a batch, and in which; undefined while it is in none. */
export type Located = { readonly what: string; readonly batchNumber: number | undefined };

/**
 * The batches of what was given: the number or report of a batch, a transaction's id, an entry of the L1 queue as
 * `deposit` and `exit` return it, or several of them.
 *
 * @throws TypeError for anything else
 */
export function batchesOf(client: RollupClient, subject: unknown): Located[] {
  if (Array.isArray(subject)) return subject.flatMap((one) => batchesOf(client, one));
  if (typeof subject === "number")
    return [{ what: `batch ${subject}`, batchNumber: sealed(client, subject) }];
  if (typeof subject === "string" && /^0x[0-9a-f]{64}$/.test(subject)) {
    return [{ what: `transaction ${subject}`, batchNumber: batchOfTransaction(client, subject) }];
  }
  const { batchNumber, sealed: inner, entry } = (subject ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof batchNumber === "number") return batchesOf(client, batchNumber);
  if (typeof inner === "object") return batchesOf(client, inner);
  if (typeof entry === "number") {
    return [{ what: `entry ${entry} of the L1 queue`, batchNumber: batchOfEntry(client, entry) }];
  }
  throw new TypeError(
    `Expected a batch's number or report, a transaction's id or an entry of the L1 queue, but got ${describe(subject)}`,
  );
}

/** What has become of it. */
export async function fateOf(client: RollupClient, { what, batchNumber }: Located): Promise<string> {
  const { store, l1 } = client;
  if (batchNumber === undefined) {
    const dropped = store.dropped.entries().find(([, { id }]) => what.endsWith(id))?.[1];
    if (dropped !== undefined) return `it was dropped: ${dropped.refusal.code}`;
    return what.startsWith("batch") ? "there is no such sealed batch" : "it is in no batch yet";
  }
  const where = what.startsWith("batch") ? "it" : `batch ${batchNumber}, which has it,`;
  if (batchNumber <= (await l1.batchCount())) return `${where} has settled`;
  return store.proofs.get(batchNumber) === undefined
    ? `${where} is sealed and has no proof`
    : `${where} is proven and has not settled`;
}

function sealed({ store }: RollupClient, batchNumber: number): number | undefined {
  return batchNumber >= 1 && batchNumber <= store.progress.sealed ? batchNumber : undefined;
}

function batchOfTransaction({ store, deployment }: RollupClient, id: string): number | undefined {
  return store.batches
    .entries()
    .find(([, batch]) =>
      batch.sealed.transactions.some((transaction) => transactionId(deployment.domain, transaction) === id),
    )?.[0];
}

function batchOfEntry({ store }: RollupClient, entry: number): number | undefined {
  let next = store.progress.sealedEntries;
  for (const [batchNumber, batch] of store.batches.entries().reverse()) {
    const before = next - batch.sealed.operations.filter(({ kind }) => kind !== operationKind.open).length;
    if (entry >= before && entry < next) return batchNumber;
    next = before;
  }
  return undefined;
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null
    ? `an object with ${Object.keys(value).join(", ")}`
    : `${value}`;
}
