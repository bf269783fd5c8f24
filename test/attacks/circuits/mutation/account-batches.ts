// Account slots that exactly one constraint refuses, in each position where that can be.

import type { Forgery } from "../forgery.ts";
import { alice, batch, bob, deposit, exit, mallory, open, sign, transfer, withdrawal } from "../scenarios.ts";
import type { AccountSlot, CellColumns, Identity } from "../slots.ts";
import { each, emptyBatch, newcomer, type RefusedBatch, residents, untouched } from "./refused-batch.ts";

const slots = 4;
/** Where the rows stand in the public data of the shape `tiny`. */
const firstRow = 18;
const nothing: CellColumns = { balance: 0n, nonce: 0n, data: 0n };
const nobody: Identity = { ax: 0n, ay: 0n, owner: 0n, asset: 0n };

/** Residents in the first slots, and whom the forgery's operation names behind them in slot `i`. */
function behind(i: number, forgery: Forgery): Forgery {
  const named = { ...forgery.account(newcomer.index) };
  Object.assign(forgery.account(newcomer.index), batch({}).accounts[0]);
  untouched(i, forgery);
  Object.assign(forgery.unusedAccount(), named);
  return forgery;
}

const states = each(slots, (i) => [
  {
    name: `an unused slot ${i} is existing -1 times, and absent`,
    build: emptyBatch,
    changes: { [`accountState[${i}][0]`]: -1n, [`accountState[${i}][2]`]: 1n },
  },
  {
    name: `an unused slot ${i} is existing, and absent -1 times`,
    build: emptyBatch,
    changes: { [`accountState[${i}][0]`]: 1n, [`accountState[${i}][2]`]: -1n },
  },
  {
    name: `slot ${i} is used twice, existing and absent, and doubles its row`,
    build: () => {
      const forgery = untouched(i);
      const slot = forgery.unusedAccount();
      Object.assign(slot, { existing: 1n, absent: 1n, index: BigInt(newcomer.index) });
      forgery.pretend(slot);
      forgery.derive();
      const doubled = (elements: bigint[]): bigint[] => {
        const [counts = 0n, row = 0n] = [elements[3], elements[firstRow + i]];
        return elements.with(3, counts + (1n << 64n)).with(firstRow + i, 2n * row);
      };
      Object.assign(forgery, { posted: doubled, committed: doubled });
      return forgery;
    },
  },
]);

const indexBits = each(slots, (i) =>
  each(10, (bit) => ({
    name: `bit ${bit} of the index of an unused slot ${i} is 2`,
    build: emptyBatch,
    changes: { [`accountIndexBit[${i}][${bit}]`]: 2n },
  })),
);

const ranges = each(slots, (i) => [
  {
    name: `slot ${i} opens an account whose asset has 33 bits`,
    build: () => {
      const forgery = untouched(i + 1);
      const slot = forgery.account(residents[i]?.index ?? 0);
      slot.asset += 1n << 32n;
      forgery.pretend(slot);
      forgery.derive();
      return forgery;
    },
  },
  {
    name: `an unused slot ${i} was last written at time 8`,
    build: () => {
      const forgery = batch({});
      Object.assign(forgery.accounts[i] as AccountSlot, { lastTime: 8n });
      return forgery;
    },
  },
]);

const contents = each(slots, (i) => [
  ...(["balance", "nonce", "data"] as const).map((field) => ({
    name: `slot ${i} creates an account that has a ${field}`,
    build: () => {
      const forgery = behind(i, batch({ operations: [open(newcomer)] }));
      const slot = forgery.account(newcomer.index);
      slot.first = { ...nothing, [field]: 1_000n };
      forgery.pretend(slot);
      forgery.derive();
      return forgery;
    },
  })),
  ...(["ax", "ay", "owner", "asset"] as const).map((field) => ({
    name: `slot ${i} says that nobody's account has an ${field}`,
    build: () => {
      const forgery = behind(i, batch({ operations: [exit(newcomer)] }));
      forgery.account(newcomer.index)[field] = 1n;
      forgery.operation(0).holder = { ...nobody, [field]: 1n };
      forgery.derive();
      return forgery;
    },
  })),
  {
    name: `slot ${i} opens an account in another tree`,
    build: () => {
      const forgery = untouched(i + 1);
      const other = untouched(i + 1);
      const index = residents[i]?.index ?? 0;
      other.account(index).first.balance += 1_000n;
      other.pretend(other.account(index));
      other.derive();
      forgery.accounts[i] = other.account(index);
      forgery.newRoot = other.newRoot;
      return forgery;
    },
  },
]);

const rows = each(slots, (i) => ({
  name: `an unused slot ${i} publishes a nonce's increase`,
  build: emptyBatch,
  changes: { [`account[${i}].usedIncrease`]: 1n },
}));

const order = each(slots - 1, (before) => [
  {
    name: `slot ${before + 1} is used behind an unused one`,
    build: () => {
      const forgery = untouched(before + 1);
      const [moved] = forgery.accounts.splice(before, 1);
      const [empty] = forgery.accounts.splice(before, 1);
      if (moved === undefined || empty === undefined) throw new Error("There is no such slot.");
      forgery.accounts.splice(before, 0, empty, moved);
      forgery.close();
      return forgery;
    },
  },
  {
    name: `slot ${before + 1} has a smaller index than the one before it`,
    build: () => {
      const forgery = untouched(before + 2);
      const [moved] = forgery.accounts.splice(before + 1, 1);
      if (moved === undefined) throw new Error("There is no such slot.");
      forgery.accounts.splice(before, 0, moved);
      forgery.close();
      return forgery;
    },
  },
]);

/** A thief's key is looked up in slot `i`, which is not used. */
const lookups: RefusedBatch[] = [1, 2, 3].map((i) => ({
  name: `an unused slot ${i} serves a lookup`,
  build: () => {
    const forgery =
      i === 1
        ? batch({ transactions: [withdrawal(alice)] })
        : batch({
            operations: i === 3 ? [deposit(mallory, 5n)] : [],
            transactions: [transfer(alice, bob)],
          });
    const { ax, ay } = mallory.account;
    const claim = { index: BigInt(alice.index), ax, ay, asset: 1n, multiplicity: [1n, 0n, 0n] };
    Object.assign(forgery.unusedAccount(), claim);
    forgery.account(alice.index).multiplicity[0] = 0n;
    Object.assign(forgery.transaction(0), { ax, ay });
    sign(forgery.transaction(0), mallory.key);
    return forgery;
  },
}));

export const accountBatches: readonly RefusedBatch[] = [
  ...states,
  ...indexBits,
  ...ranges,
  ...contents,
  ...rows,
  ...order,
  ...lookups,
];
