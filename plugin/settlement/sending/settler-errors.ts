import { SettlementError } from "../errors.ts";
import type { Outgoing } from "./outgoing.ts";

/** A transaction that the node did not take. */
type Refused = {
  readonly nonce: number;
  readonly batchNumbers: readonly number[];
  readonly problem?: string | undefined;
};

/** The nonce belongs to an account that is not ours now. */
export function otherAccount(
  { from, firstBatch, lastBatch, nonce }: Outgoing,
  present: string,
): SettlementError {
  return new SettlementError("A settlement is under way from another account.", {
    batches: firstBatch === lastBatch ? firstBatch : `${firstBatch} to ${lastBatch}`,
    account: from,
    nonce,
    "account now": present,
    "what to do": "settle with the account that began it, until its transaction is final",
  });
}

/** The node has had something against every attempt. */
export function notTaken(sent: Refused | undefined): SettlementError {
  return new SettlementError("L1's node does not take the transaction that settles.", {
    nonce: sent?.nonce ?? "none",
    batches: sent?.batchNumbers.join(", ") ?? "none",
    problem: sent?.problem ?? "none",
    "what to do": "put that right and run it again, which sends the same call at the same nonce",
  });
}

/** What was proven has to be sealed anew. */
export function late(batches: readonly number[]): SettlementError {
  return new SettlementError("Entries of L1's queue have become late, and the batches leave them waiting.", {
    "batches taken apart": batches.join(", "),
    "what to do":
      "seal and prove what was in them again, behind those entries: rollup:sequence, rollup:prove",
  });
}
