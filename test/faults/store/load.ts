// What the victims of test/faults/store do: some of everything that changes a store, from wherever the store has come to.

import type { QueueEntry } from "../../../plugin/protocol/queue.ts";
import {
  decodeTransaction,
  encodeTransaction,
  type SignedTransaction,
} from "../../../plugin/protocol/transaction.ts";
import type { ProofRecord } from "../../../plugin/sequencer/records.ts";
import { Sequencer } from "../../../plugin/sequencer/sequencer.ts";
import { Store } from "../../../plugin/sequencer/store.ts";
import { Random } from "../../circuits/random-batch.ts";
import {
  domain,
  identity,
  Person,
  registered,
  tiny,
  transfer,
  treasury,
  withdrawal,
} from "../../sequencer/fixture.ts";

const people = Array.from({ length: 5 }, (_, number) => new Person(20 + number));

const shapes = [
  registered("tiny", tiny),
  registered("wide", { ...tiny, transactions: 12, accounts: 8, operations: 4, exits: 6 }),
];

/** Entries of the L1 queue: everybody's deposit, then some more, and an exit of an account without money. */
export const queue: readonly QueueEntry[] = [
  ...people.map((person, entry) => person.deposit(entry, 1_000_000n)),
  (people[0] as Person).deposit(people.length, 5n),
  treasury.exit(people.length + 1, 60),
  (people[1] as Person).deposit(people.length + 2, 7n),
];

/** What to submit, in groups: nonces out of order within one, some with a second one that pays more. */
export type Load = { readonly groups: readonly (readonly string[])[] };

export function makeLoad(perPerson: number, seed: number): Load {
  const random = new Random(seed);
  const groups: string[][] = [];
  for (let first = 0; first < perPerson; first += 4) {
    const group: SignedTransaction[] = [];
    for (const [from, person] of people.entries()) {
      for (let nonce = first; nonce < Math.min(first + 4, perPerson); nonce++) {
        const fee = BigInt(random.below(3));
        group.push(payment(random, from, person, { from, nonce, fee }));
        if (random.below(6) === 0) group.push(payment(random, from, person, { from, nonce, fee: fee + 5n }));
      }
    }
    const shuffled = group.map((transaction) => [random.below(1_000), transaction] as const);
    shuffled.sort(([a], [b]) => a - b);
    groups.push(shuffled.map(([, transaction]) => encodeTransaction(transaction)));
  }
  return { groups };
}

type Fields = { readonly from: number; readonly nonce: number; readonly fee: bigint };

function payment(random: Random, from: number, person: Person, fields: Fields): SignedTransaction {
  const amount = BigInt(1 + random.below(50));
  if (random.below(8) === 0) return withdrawal(person, 0xb0bn, { ...fields, amount });
  const to = (from + random.below(people.length)) % people.length;
  return transfer(person, to, (people[to] as Person).holder(), { ...fields, amount });
}

export type Opened = { readonly store: Store; readonly sequencer: Sequencer };

export async function openBoth(folder: string): Promise<Opened> {
  const store = await Store.open(folder, identity);
  const feeHolder = treasury.holder();
  const sequencer = await Sequencer.open({ store, domain, depth: tiny.depth, shapes, feeHolder });
  return { store, sequencer };
}

/**
 * Goes through a load. What is done already stays as it is, so that it can be gone through again after a kill.
 *
 * @param onAcknowledged - Called with the id of each transaction that the sequencer has said it has.
 * @param pace - Called between steps.
 */
export async function run(
  { store, sequencer }: Opened,
  load: Load,
  seed: number,
  onAcknowledged: (id: string) => void,
  pace: () => Promise<void> = async () => {},
): Promise<void> {
  const random = new Random(seed);
  await sequencer.observe(queue.slice(0, people.length));
  for (const group of load.groups) {
    const submitting = submit(sequencer, group, onAcknowledged);
    if (random.below(2) === 0) await sequencer.observe(queue.slice(0, people.length + random.below(4)));
    await submitting;
    await pace();
    await step({ store, sequencer }, random.below(5));
    await pace();
  }
  await sequencer.observe(queue);
}

/** Submits a group and whatever of it has found no place, until all of it has. */
async function submit(
  sequencer: Sequencer,
  group: readonly string[],
  onAcknowledged: (id: string) => void,
): Promise<void> {
  const submissions = sequencer.submitAll(group.map(decodeTransaction));
  for (const submission of await submissions) if ("id" in submission) onAcknowledged(submission.id);
}

async function step({ store, sequencer }: Opened, kind: number): Promise<void> {
  const { settledBatch, progress } = store;
  if (kind < 2) await sequencer.seal();
  else if (kind === 2 && progress.sealed > settledBatch) {
    const unproven = Array.from({ length: progress.sealed - settledBatch }, (_, i) => settledBatch + 1 + i);
    for (const number of unproven.slice(0, 2)) await store.saveProof(number, proof);
  } else if (kind === 3 && store.proofs.get(settledBatch + 1) !== undefined) {
    await store.settled(settledBatch + 1, { transactionHash: `0x${"cd".repeat(32)}`, gasUsed: 1n });
  } else if (kind === 4 && progress.sealed > settledBatch) {
    await sequencer.unseal(progress.sealed);
  }
}

const proof: ProofRecord = {
  commitment: 2n ** 250n,
  newRoot: 5n,
  proof: "0xab",
  witnessSeconds: 0.25,
  proofSeconds: 1,
  constraints: 12,
  peakMemoryBytes: 13,
};
