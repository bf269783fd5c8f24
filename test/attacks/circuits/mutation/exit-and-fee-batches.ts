// Exit slots and fee slots that exactly one constraint refuses, in each position.

import type { Forgery } from "../forgery.ts";
import { alice, batch, carol, dave, exit } from "../scenarios.ts";
import { each, emptyBatch, type RefusedBatch } from "./refused-batch.ts";

/** The forced exit that makes row `e` pays 2^128. */
function largeExit(e: number): Forgery {
  const forgery = batch({ operations: [...(e === 1 ? [exit(alice)] : []), exit(carol)] });
  const slot = forgery.account(carol.index);
  slot.first.balance = 1n << 128n;
  forgery.pretend(slot);
  forgery.derive();
  return forgery;
}

const exits = each(2, (e) => [
  { name: `exit row ${e} pays an amount of 129 bits`, build: () => largeExit(e) },
  ...["Recipient", "Amount", "Asset"].map((field) => ({
    name: `an unused exit row ${e} has an ${field.toLowerCase()}`,
    build: emptyBatch,
    changes: { [`exit${field}[${e}]`]: 1n },
  })),
]);

function fee(change: Partial<Forgery["fees"][number]>): Forgery {
  const forgery = batch({});
  Object.assign(forgery.fee(0), change);
  return forgery;
}

const fees: RefusedBatch[] = [
  { name: "an unused fee slot has an index of 11 bits", build: () => fee({ index: 1n << 10n }) },
  { name: "an unused fee slot has an age of 4 bits", build: () => fee({ age: 8n }) },
  { name: "an unused fee slot has an asset", build: () => fee({ asset: 1n }) },
  {
    name: "a fee slot is nobody's",
    build: () => {
      const forgery = batch({ operations: [exit(dave)] });
      Object.assign(forgery.fee(0), { used: 1n, index: BigInt(dave.index), asset: 0n, identity: 0n });
      forgery.derive();
      return forgery;
    },
  },
];

export const exitAndFeeBatches: readonly RefusedBatch[] = [...exits, ...fees];
