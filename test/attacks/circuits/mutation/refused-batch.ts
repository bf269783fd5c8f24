// Batches that exactly one constraint refuses.

import type { Forgery } from "../forgery.ts";
import { alice, batch, bob, carol, dave, operator, type Person } from "../scenarios.ts";
import { identityOf } from "../slots.ts";

/** Wires by name, as TinyCircuit names them, with values that the witness program would not give them. */
export type WireChanges = Readonly<Record<string, bigint>>;

export type RefusedBatch = {
  readonly name: string;
  readonly build: () => Forgery;
  /** Made after the program has run; what follows from them is computed again. */
  readonly changes?: WireChanges;
};

/** Uses no slot. */
export function emptyBatch(): Forgery {
  return batch({});
}

/** Accounts of the world by index. */
export const residents: readonly Person[] = [alice, bob, carol, operator];

/** Has no account, and an index above all others. */
export const newcomer: Person = { ...dave, index: 50 };

/** The first residents in as many account slots, none of them touched. */
export function untouched(count: number, forgery: Forgery = batch({})): Forgery {
  for (const { index, account } of residents.slice(0, count)) {
    const cell = { balance: account.balance, nonce: BigInt(account.nonce), data: 0n };
    Object.assign(forgery.unusedAccount(), identityOf(account), {
      existing: 1n,
      index: BigInt(index),
      first: { ...cell },
      last: { ...cell },
    });
  }
  forgery.derive();
  return forgery;
}

/** One of a kind for each position. */
export function each(
  count: number,
  of: (position: number) => RefusedBatch | readonly RefusedBatch[],
): RefusedBatch[] {
  return Array.from({ length: count }, (_, position) => of(position)).flat();
}
