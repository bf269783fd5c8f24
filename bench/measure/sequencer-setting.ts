// The rollup that the sequencer's bench is about, in all of its processes.

import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import { rollupDomain } from "../../plugin/protocol/transaction.ts";
import type { RegisteredShape, StoreIdentity } from "../../plugin/sequencer/records.ts";

export const benchIdentity: StoreIdentity = {
  chainId: 31_337n,
  rollup: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  blockHash: `0x${"be".repeat(32)}`,
  depth: 12,
};

export const benchDomain = rollupDomain(benchIdentity.chainId, benchIdentity.rollup);

/** Payments between people who hardly ever pay twice in a batch. */
export const benchShape: RegisteredShape = {
  name: "bench",
  id: `0x${"be".repeat(32)}`,
  shape: { depth: 12, transactions: 512, accounts: 1_040, operations: 8, exits: 8, fees: 1, applications: 0 },
};

export const feeHolder = {
  ...SigningKey.fromSeed(new Uint8Array(32).fill(0xfe)).publicKey,
  owner: 0xfee5n,
};
