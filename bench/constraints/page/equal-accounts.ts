import { table } from "../../report/table.ts";
import type { ConstraintsResult } from "../result.ts";

export function equalAccountsText({ equalAccounts }: ConstraintsResult): string {
  return `## Trees of as many accounts

${table(
  [
    "accounts",
    "our depth",
    "levels of Hermez",
    "Hermez",
    "here, 2 account slots",
    "1 slot",
    "0 slots",
    "ratio",
    "1 slot",
    "0 slots",
  ],
  equalAccounts.map(({ depth, hermezLevels, hermez, perTransfer }) => [
    `2^${hermezLevels}`,
    depth,
    hermezLevels,
    Math.round(hermez),
    ...[...perTransfer].reverse().map(Math.round),
    ...[...perTransfer].reverse().map((constraints) => Number((hermez / constraints).toFixed(2))),
  ]),
)}

A full batch of each: Hermez by its estimator, without what a batch has on top; ours by the formula, with a transaction slot and as many account slots as the transfer adds to the batch. Comparable: both check a signature, nonce, balance and fee and prove the step from root to root. Different: Hermez publishes every transfer, here the final balance of each account touched is published, so the list of transfers is not on L1; here an operation has a slot of its own, in Hermez a transaction slot can be one from L1; Hermez's transfers can be linked to each other, and pay fees in one of 64 tokens.`;
}
