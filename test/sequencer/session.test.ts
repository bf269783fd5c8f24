import { expect } from "chai";
import { traceBatch } from "../../plugin/circuits/trace.ts";
import type { Account, Holder } from "../../plugin/protocol/account.ts";
import type { QueueEntry } from "../../plugin/protocol/queue.ts";
import { State } from "../../plugin/protocol/state.ts";
import { TransactionRefused } from "../../plugin/sequencer/errors.ts";
import type { Sequencer } from "../../plugin/sequencer/sequencer.ts";
import type { Store } from "../../plugin/sequencer/store.ts";
import { Random } from "../circuits/random-batch.ts";
import {
  alice,
  bob,
  carol,
  cleanUp,
  openSequencer,
  openStore,
  temporaryFolder,
  tiny,
  transfer,
  treasury,
  withdrawal,
} from "./fixture.ts";

const people = [alice, bob, carol] as const;

/** A sequencer's life: what happens is random, what must hold is checked after every step. */
class Session {
  readonly folder: string;
  readonly #random: Random;
  readonly #entries: QueueEntry[] = [];
  readonly #submitted = new Set<string>();
  /** The texts of all sealed batches, as they were when they were sealed. */
  readonly #batches: string[] = [];
  readonly #outcomes = new Set<string>();
  store: Store;
  sequencer: Sequencer;

  private constructor(folder: string, random: Random, store: Store, sequencer: Sequencer) {
    this.folder = folder;
    this.#random = random;
    this.store = store;
    this.sequencer = sequencer;
  }

  static async start(seed: number): Promise<Session> {
    const folder = await temporaryFolder();
    const store = await openStore(folder);
    return new Session(folder, new Random(seed), store, await openSequencer(store, { feeHolder: treasury }));
  }

  async step(): Promise<void> {
    const kind = this.#random.below(12);
    if (kind < 2) await this.#observe();
    else if (kind === 2) await this.#open();
    else if (kind < 9) await this.#submit();
    else if (kind === 9) await this.#seal();
    else if (kind === 10) await this.#settle();
    else await this.#restart();
    await this.#compareWithRestarted();
  }

  /** Ends the session: all that was admitted must have come out, and no money may have been made or lost. */
  async finish(): Promise<{ sealed: number; dropped: number }> {
    await this.#seal();
    expect(this.sequencer.pendingCount()).to.equal(0);
    for (const [, { transaction, waits }] of this.store.transactions.entries()) {
      expect(waits).to.equal(true);
      expect(transaction.nonce).to.be.greaterThan(this.sequencer.nextNonce(transaction.from));
      this.#outcomes.add(textOf(transaction));
    }
    expect(this.store.batches.entries().map(([, batch]) => textOf(batch))).to.deep.equal(this.#batches);
    const dropped = this.store.dropped.entries().map(([, { transaction }]) => textOf(transaction));
    for (const text of dropped) this.#outcomes.add(text);
    expect([...this.#outcomes].sort()).to.deep.equal([...this.#submitted].sort());

    const batches = this.store.batches.entries().map(([, batch]) => batch);
    const consumed = batches.flatMap(({ sealed }) => sealed.operations.filter(({ kind }) => kind !== 3));
    expect(consumed.map(({ kind, owner }) => [kind, owner])).to.deep.equal(
      this.#entries.map(({ kind, owner }) => [kind, owner]),
    );
    const state = new State(tiny.depth);
    for (const { sealed, exits, rows } of batches) {
      const trace = traceBatch(tiny, state, sealed);
      expect(trace.exits).to.deep.equal(exits);
      expect(trace.rows).to.deep.equal(rows);
    }
    expect(state.root).to.equal(this.store.stateAfter(batches.length).root);
    for (const asset of [1, 2]) {
      const paidIn = sum(
        this.#entries.map((entry) => (entry.kind === 1 && entry.asset === asset ? entry.amount : 0n)),
      );
      const paidOut = sum(
        batches.flatMap(({ exits }) => exits.map((exit) => (exit.asset === asset ? exit.amount : 0n))),
      );
      const held = sum(
        [...state.accounts()].map(([, account]) => (account.asset === asset ? account.balance : 0n)),
      );
      expect(held + paidOut).to.equal(paidIn);
    }
    return { sealed: this.#outcomes.size - dropped.length, dropped: dropped.length };
  }

  async #observe(): Promise<void> {
    const entries: QueueEntry[] = [];
    for (let left = 1 + this.#random.below(3); left > 0; left--) {
      const number = this.#entries.length;
      const person = this.#random.pick(people);
      const entry =
        this.#random.below(4) === 0
          ? person.exit(number, this.#random.below(8))
          : person.deposit(number, BigInt(1 + this.#random.below(100)), 1 + this.#random.below(2));
      this.#entries.push(entry);
      entries.push(entry);
    }
    const known = this.#entries.slice(-entries.length - this.#random.below(3), -entries.length);
    await this.sequencer.observe([...known, ...entries]);
  }

  async #open(): Promise<void> {
    const holder = this.#random.pick(people).holder(1);
    const index = await this.sequencer.open(holder);
    expect(this.sequencer.find(holder)).to.equal(index);
  }

  /** Submits something that is often, but not always, possible. */
  async #submit(): Promise<void> {
    const person = this.#random.pick(people);
    const accounts = this.sequencer.accountsOf(person.owner);
    if (accounts.length === 0) return;
    const { index: from, account } = this.#random.pick(accounts);
    const next = this.store.progress.sealed + 1;
    const payment = {
      from,
      nonce: this.#random.below(8) === 0 ? account.nonce + 1 : account.nonce,
      amount: this.#random.pick([0n, account.balance, account.balance / 2n, account.balance + 1n]),
      fee: BigInt(this.#random.below(3)),
      expiry: next + (this.#random.below(5) === 0 ? 0 : 1_000),
    };
    const other = this.#random.pick(people);
    const holder: Holder = other.holder(account.asset);
    const transaction =
      this.#random.below(3) === 0
        ? withdrawal(person, 0xb0bn, payment, account.asset)
        : transfer(person, this.sequencer.find(holder) ?? 9, holder, payment);
    try {
      await this.sequencer.submit(transaction);
      this.#submitted.add(textOf(transaction));
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
    }
  }

  async #seal(): Promise<void> {
    for (const batch of await this.sequencer.seal()) {
      this.#batches.push(textOf(batch));
      for (const transaction of batch.sealed.transactions) this.#outcomes.add(textOf(transaction));
    }
  }

  async #settle(): Promise<void> {
    const { settledBatch, progress } = this.store;
    if (settledBatch === progress.sealed) return;
    const { root } = this.store.stateAfter(settledBatch + 1);
    await this.store.settled(settledBatch + 1, { transactionHash: "0x00", gasUsed: 1n });
    expect(this.store.stateAfter(settledBatch + 1).root).to.equal(root);
  }

  async #restart(): Promise<void> {
    await this.store.close();
    this.store = await openStore(this.folder);
    this.sequencer = await openSequencer(this.store, { feeHolder: treasury });
  }

  /** A sequencer that knows nothing but the store must see what this one sees. */
  async #compareWithRestarted(): Promise<void> {
    const restarted = await openSequencer(this.store, { feeHolder: treasury });
    expect(picture(restarted)).to.deep.equal(picture(this.sequencer));
  }
}

function picture(sequencer: Sequencer): { accounts: Account[]; found: unknown[]; status: unknown } {
  const holders = [...people, treasury].flatMap((person) => [person.holder(1), person.holder(2)]);
  return {
    accounts: Array.from({ length: 10 }, (_, index) => sequencer.account(index)),
    found: holders.map((holder) => sequencer.find(holder)),
    status: sequencer.status(),
  };
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, field) => (typeof field === "bigint" ? field.toString() : field));
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

describe("A sequencer's life", () => {
  afterEach(cleanUp);

  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`can be interrupted at every step, and accounts for everything: seed ${seed}`, async () => {
      const session = await Session.start(seed);
      for (let step = 0; step < 150; step++) await session.step();
      const { sealed, dropped } = await session.finish();
      expect(sealed).to.be.greaterThan(10);
      expect(dropped).to.be.greaterThan(0);
    });
  }
});
