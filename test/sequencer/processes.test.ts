import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { alice, bob, cleanUp, openSequencer, openStore, temporaryFolder, transfer } from "./fixture.ts";

const submitter = fileURLToPath(new URL("submitter.ts", import.meta.url));

/** A process that submits, and the nonces that it has had acknowledged so far. */
class Submitter {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  #output = "";

  constructor(folder: string, person: number, index: number, count: number) {
    this.process = spawn(process.execPath, [submitter, folder, `${person}`, `${index}`, `${count}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
    });
    this.ended = once(this.process, "close");
  }

  get acknowledged(): number[] {
    return this.#output.split("\n").slice(0, -1).map(Number);
  }

  /** Waits for that many acknowledgements. */
  async until(count: number): Promise<void> {
    while (this.acknowledged.length < count) {
      if (this.process.exitCode !== null) throw new Error("The process has ended too early.");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

describe("Several processes on one store", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    const store = await openStore(folder);
    const sequencer = await openSequencer(store);
    await sequencer.observe([alice.deposit(0, 100n), bob.deposit(1, 100n)]);
    await store.close();
  });

  afterEach(cleanUp);

  it("have each other's transactions, in one order, while all of them write", async () => {
    const count = 40;
    const store = await openStore(folder);
    const sequencer = await openSequencer(store);
    const others = [new Submitter(folder, 1, 0, count), new Submitter(folder, 2, 1, count)];
    await Promise.all(others.map((other) => other.until(1)));
    const batches = [...(await sequencer.seal())];
    const sealed = batches.reduce((count, batch) => count + batch.sealed.transactions.length, 0);
    while (others.some(({ process }) => process.exitCode === null)) {
      // What is read in one turn is of one moment.
      expect(sealed + store.transactions.entries().length).to.equal(store.progress.arrivals);
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const other of others) expect(other.process.exitCode).to.equal(0);
    expect([sequencer.nextNonce(0), sequencer.nextNonce(1)]).to.deep.equal([count, count]);
    await sequencer.submit(transfer(alice, 1, bob.holder(), { from: 0, nonce: count }));
    batches.push(...(await sequencer.seal()));
    const transactions = batches.flatMap(({ sealed }) => sealed.transactions);
    expect(transactions.length).to.equal(2 * count + 1);
    for (const index of [0, 1]) {
      const nonces = transactions.filter(({ from }) => from === index).map(({ nonce }) => nonce);
      expect(nonces).to.deep.equal(nonces.map((_, position) => position));
    }
    expect(store.batches.entries().map(([, batch]) => batch)).to.deep.equal(batches);
    expect(store.dropped.count).to.equal(0);
  });

  it("lose nothing that was acknowledged when one of them is killed, whenever that is", async () => {
    const acknowledged: number[] = [];
    for (const delay of [1, 4, 9, 16]) {
      const victim = new Submitter(folder, 1, 0, 1_000);
      await victim.until(delay);
      victim.process.kill("SIGKILL");
      await victim.ended;
      acknowledged.push(...victim.acknowledged);

      const store = await openStore(folder);
      const sequencer = await openSequencer(store);
      const nonces = store.transactions.entries().map(([, { transaction }]) => transaction.nonce);
      expect(nonces).to.deep.equal(nonces.map((_, position) => position));
      // The last one may be on disk without its process having been told.
      expect(nonces.length - acknowledged.length).to.be.within(0, 4);
      expect(nonces).to.include.members(acknowledged);
      expect(sequencer.nextNonce(0)).to.equal(nonces.length);
      await store.close();
    }
  });
});
