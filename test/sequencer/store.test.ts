import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { open } from "lmdb";
import { SequencerError, type SequencerErrorCode } from "../../plugin/sequencer/errors.ts";
import type { ProofRecord, StoreIdentity } from "../../plugin/sequencer/records.ts";
import { type Store, storeFolder } from "../../plugin/sequencer/store.ts";
import {
  alice,
  bob,
  carol,
  cleanUp,
  identity,
  openSequencer,
  openStore,
  temporaryFolder,
  transfer,
} from "./fixture.ts";

const proof: ProofRecord = {
  commitment: 2n ** 250n,
  newRoot: 5n,
  proof: "0xab",
  witnessSeconds: 0.25,
  proofSeconds: 1,
  constraints: 12,
  peakMemoryBytes: 13,
};
const settlement = { transactionHash: `0x${"cd".repeat(32)}`, gasUsed: 2n ** 64n };

/** Seals three batches: two deposits; one transfer; another. */
async function sealThree(store: Store): Promise<void> {
  const sequencer = await openSequencer(store);
  await sequencer.observe([alice.deposit(0, 10n), bob.deposit(1, 20n)]);
  await sequencer.seal();
  for (const nonce of [0, 1]) {
    await sequencer.submit(transfer(alice, 1, bob.holder(), { from: 0, nonce }));
    await sequencer.seal();
  }
}

describe("The store", () => {
  afterEach(cleanUp);

  it("has a folder for each chain, rollup and deployment", () => {
    const folders = [
      identity,
      { ...identity, chainId: 1n },
      { ...identity, rollup: identity.rollup.replace("5Fb", "5Fc") },
      { ...identity, blockHash: `0x${"ba".repeat(32)}` },
    ].map((deployment) => storeFolder("/cache", deployment));
    expect(new Set(folders).size).to.equal(4);
    expect(folders[0]).to.equal(
      path.join("/cache", "stores", "31337-0x5fbdb2315678afecb367f032d93f642f64180aa3-abababab"),
    );
  });

  it("has the state after every batch from the last settled one on", async () => {
    const store = await openStore();
    await sealThree(store);
    const roots = [0, 1, 2, 3].map((batchNumber) => store.stateAfter(batchNumber).root);
    expect(new Set(roots).size).to.equal(4);
    expect(store.stateAfter(2).account(1).balance).to.equal(21n);
    await store.settled(1, settlement);
    await store.settled(2, settlement);
    expect(store.accounts.get(1)?.balance).to.equal(21n);
    expect([2, 3].map((batchNumber) => store.stateAfter(batchNumber).root)).to.deep.equal(roots.slice(2));
    expect(await codeOf(() => store.stateAfter(1))).to.equal("UNKNOWN_BATCH");
    expect(await codeOf(() => store.stateAfter(4))).to.equal("UNKNOWN_BATCH");
  });

  it("knows by when L1 needs each batch: with the queue entries that it and later ones take", async () => {
    const store = await openStore();
    await sealThree(store);
    expect([1, 2, 3].map((number) => store.deadlineOf(number))).to.deep.equal([1_000, undefined, undefined]);
    const sequencer = await openSequencer(store);
    await sequencer.observe([alice.exit(2, 0)]);
    await sequencer.seal();
    expect([1, 2, 4].map((number) => store.deadlineOf(number))).to.deep.equal([1_000, 1_002, 1_002]);
  });

  it("gives out states that do not share anything", async () => {
    const store = await openStore();
    await sealThree(store);
    const state = store.stateAfter(1);
    state.set(0, { ...state.account(0), balance: 99n });
    expect(store.stateAfter(1).account(0).balance).to.equal(10n);
  });

  it("settles batches one after another, changing nothing else", async () => {
    const store = await openStore();
    await sealThree(store);
    expect(await codeOf(() => store.settled(2, settlement))).to.equal("SETTLED_OUT_OF_ORDER");
    await store.settled(1, settlement);
    expect(await codeOf(() => store.settled(1, settlement))).to.equal("SETTLED_OUT_OF_ORDER");
    await store.settled(2, settlement);
    await store.settled(3, settlement);
    expect(await codeOf(() => store.settled(4, settlement))).to.equal("UNKNOWN_BATCH");
    expect(store.settledBatch).to.equal(3);
    expect(store.settlements.entries()).to.deep.equal([1, 2, 3].map((number) => [number, settlement]));
  });

  it("remembers everything after it is closed", async () => {
    const folder = await temporaryFolder();
    const first = await openStore(folder);
    await sealThree(first);
    await first.saveProof(2, proof);
    await first.settled(1, settlement);
    const batches = first.batches.entries();
    const progress = first.progress;
    await first.close();
    const second = await openStore(folder);
    expect(second.batches.entries()).to.deep.equal(batches);
    expect(second.progress).to.deep.equal(progress);
    expect(second.settledBatch).to.equal(1);
    expect(second.proofs.entries()).to.deep.equal([[2, proof]]);
    expect(second.settlements.entries()).to.deep.equal([[1, settlement]]);
  });

  it("takes no proof of a batch that is not sealed and no value that it could not read again", async () => {
    const store = await openStore();
    await sealThree(store);
    expect(await codeOf(() => store.saveProof(4, proof))).to.equal("UNKNOWN_BATCH");
    for (const wrong of [{ proof: "ab" }, { constraints: 1.5 }, { witnessSeconds: Number.NaN }]) {
      let error: unknown;
      await store.saveProof(1, { ...proof, ...wrong }).catch((thrown) => {
        error = thrown;
      });
      expect(error, JSON.stringify(wrong)).to.be.instanceOf(Error);
    }
    expect(store.proofs.count).to.equal(0);
    const others = { ...proof, somethingElse: 1n };
    await store.saveProof(1, others);
    expect(store.proofs.get(1)).to.deep.equal(proof);
  });

  it("undoes a change that throws, and only that one", async () => {
    const store = await openStore();
    const account = { ...alice.holder(), nonce: 0, balance: 0n, data: 0n };
    const changes = [0, 1, 2].map((index) =>
      store.write(() => {
        store.accounts.put(index, account);
        if (index === 1) throw new Error("No.");
        return index;
      }),
    );
    const outcomes = await Promise.allSettled(changes);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected", "fulfilled"]);
    expect(store.accounts.entries().map(([index]) => index)).to.deep.equal([0, 2]);
  });

  it("finishes what has been asked for when it is closed, and does nothing after that", async () => {
    const folder = await temporaryFolder();
    const store = await openStore(folder);
    const account = { ...alice.holder(), nonce: 0, balance: 0n, data: 0n };
    const written = store.write(() => store.accounts.put(3, account));
    await store.close();
    await store.close();
    await written;
    expect(await codeOf(() => store.progress)).to.equal("CLOSED_STORE");
    expect(await codeOf(() => store.accounts.get(3))).to.equal("CLOSED_STORE");
    expect(await codeOf(() => store.write(() => undefined))).to.equal("CLOSED_STORE");
    expect((await openStore(folder)).accounts.get(3)).to.deep.equal(account);
  });

  it("can be opened twice: both see what either writes", async () => {
    const folder = await temporaryFolder();
    const [first, second] = [await openStore(folder), await openStore(folder)];
    const sequencers = [await openSequencer(first), await openSequencer(second)] as const;
    await sequencers[0].observe([alice.deposit(0, 10n), bob.deposit(1, 10n)]);
    await sequencers[1].submit(transfer(alice, 1, bob.holder(), { from: 0, nonce: 0 }));
    expect(sequencers[0].nextNonce(0)).to.equal(1);
    const together = [0, 1].map((nonce) => transfer(bob, 0, alice.holder(), { from: 1, nonce }));
    await Promise.all(together.map((transaction, i) => sequencers[i as 0 | 1].submit(transaction)));
    expect((await sequencers[1].seal()).length).to.equal(2);
    expect(await sequencers[0].seal()).to.deep.equal([]);
    await first.close();
    await sequencers[1].submit(transfer(alice, 1, bob.holder(), { from: 0, nonce: 1 }));
  });

  it("is followed by others without being read anew, as long as something has only arrived", async () => {
    const folder = await temporaryFolder();
    const first = await openSequencer(await openStore(folder));
    const store = await openStore(folder);
    const second = await openSequencer(store);
    await first.observe([alice.deposit(0, 10n), bob.deposit(1, 10n)]);
    // What is read in one turn is of one moment.
    const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 5));
    await nextTurn();
    expect(second.account(0).balance).to.equal(10n);
    // What the accounts were is not looked at again.
    store.stateAfter = () => {
      throw new Error("The accounts were read anew.");
    };
    const index = await first.open(carol.holder());
    await first.submit(transfer(alice, index, carol.holder(), { from: 0, nonce: 0, amount: 4n }));
    await first.submit(transfer(alice, 1, bob.holder(), { from: 0, nonce: 2 }));
    await nextTurn();
    expect(second.status()).to.deep.include({ pendingTransactions: 1, waitingTransactions: 1, accounts: 3 });
    await second.submit(transfer(carol, 0, alice.holder(), { from: index, nonce: 0, amount: 3n }));
    expect([0, 1, 2].map((index) => second.account(index).balance)).to.deep.equal([9n, 10n, 1n]);
    await nextTurn();
    expect(first.status()).to.deep.equal(second.status());
    expect(first.account(0)).to.deep.equal(second.account(0));
    // One that has waited is ready now, which is more than an arrival.
    await first.submit(transfer(alice, 1, bob.holder(), { from: 0, nonce: 1 }));
    await nextTurn();
    expect(() => second.account(0)).to.throw("The accounts were read anew.");
  });

  describe("refuses", () => {
    /** A store that has been used and closed. */
    async function usedFolder(): Promise<string> {
      const folder = await temporaryFolder();
      const store = await openStore(folder);
      await sealThree(store);
      await store.close();
      return folder;
    }

    async function change(folder: string, key: string | [string, number], value: string): Promise<void> {
      const database = open<string>({
        path: folder,
        noSubdir: false,
        encoding: "string",
        overlappingSync: false,
      });
      await database.put(key, value);
      await database.close();
    }

    /** What opening says; the folder's database must be as it was. */
    async function refusal(folder: string, deployment = identity): Promise<SequencerError> {
      const file = path.join(folder, "data.mdb");
      const before = await readFile(file);
      const error = await errorOf(() => openStore(folder, deployment));
      expect((await readFile(file)).equals(before)).to.equal(true);
      expect(error?.message).to.contain(folder).and.to.contain("to do");
      return error as SequencerError;
    }

    const others: [what: string, deployment: StoreIdentity][] = [
      ["chain", { ...identity, chainId: 1n }],
      ["address", { ...identity, rollup: `0x${"11".repeat(20)}` }],
      ["block", { ...identity, blockHash: `0x${"ac".repeat(32)}` }],
      ["depth", { ...identity, depth: 12 }],
    ];
    for (const [what, deployment] of others) {
      it(`the store of another ${what}`, async () => {
        const error = await refusal(await usedFolder(), deployment);
        expect(error.code).to.equal("WRONG_DEPLOYMENT");
        expect(error.message).to.contain(identity.rollup.toLowerCase()).and.to.contain("31337");
      });
    }

    const versions = [
      ["a later", 3, "NEWER_STORE"],
      ["an earlier", 1, "OLDER_STORE"],
    ] as const;
    for (const [which, version, code] of versions) {
      it(`the store of ${which} version`, async () => {
        const folder = await usedFolder();
        const { chainId, ...rest } = identity;
        const header = { format: "hardhat-rollup store", version, chainId: `${chainId}`, ...rest, more: 1 };
        await change(folder, "format", JSON.stringify({ ...header, rollup: header.rollup.toLowerCase() }));
        const error = await refusal(folder);
        expect(error.code).to.equal(code);
        expect(error.message).to.contain(`its version: ${version}\n  known version: 2`);
      });
    }

    it("somebody else's database", async () => {
      const folder = await temporaryFolder();
      await change(folder, "cats", "two");
      expect((await refusal(folder)).code).to.equal("FOREIGN_STORE");
      await change(folder, "format", "cats");
      expect((await refusal(folder)).code).to.equal("FOREIGN_STORE");
    });

    it("a file that is not a database", async () => {
      for (const content of ["hello", "hello ".repeat(10_000)]) {
        const folder = await temporaryFolder();
        await mkdir(folder, { recursive: true });
        await writeFile(path.join(folder, "data.mdb"), content);
        expect((await refusal(folder)).code).to.equal("CORRUPTED_STORE");
      }
    });

    it("a file that has been cut off or emptied", async () => {
      const folder = await usedFolder();
      for (const size of [16_384, 8_192, 5_000, 100, 0]) {
        await truncate(path.join(folder, "data.mdb"), size);
        expect((await refusal(folder)).code, `${size}`).to.equal("CORRUPTED_STORE");
      }
    });

    it("a file with zeros where its content was", async () => {
      const folder = await usedFolder();
      const file = path.join(folder, "data.mdb");
      const content = await readFile(file);
      await writeFile(file, content.fill(0, 2 * 4096));
      const error = await errorOf(async () => {
        const store = await openStore(folder);
        await openSequencer(store);
      });
      expect(error?.code).to.equal("CORRUPTED_STORE");
    });

    it("records that are not what it has written, naming them", async () => {
      const records: [key: string | [string, number], value: string, says: string][] = [
        ["progress", "{}", "its progress"],
        [["batch", 2], "{", "batch 2"],
        [["batch", 2], '{"batchNumber":2}', "batch 2"],
        [["account", 0], "0x00", "account 0"],
        [["transaction", 7], "0x00", "transaction 7"],
        [["entry", 2], '{"operation":"0x","deadline":1}', "entry 2"],
        [["open", 8], "0x02", "open 8"],
      ];
      for (const [key, value, says] of records) {
        const folder = await usedFolder();
        if (says === "entry 2") {
          const progress =
            '{"revision":9,"sealed":3,"observed":3,"sealedEntries":2,"arrivals":2,"upheavals":9}';
          await change(folder, "progress", progress);
        }
        await change(folder, key, value);
        const store = await openStore(folder);
        const error = await errorOf(() => openSequencer(store));
        expect(error?.code, says).to.equal("CORRUPTED_STORE");
        expect(error?.message).to.contain(says);
      }
    });
  });
});

async function errorOf(action: () => unknown): Promise<SequencerError | undefined> {
  try {
    await action();
  } catch (error) {
    if (error instanceof SequencerError) return error;
    throw error;
  }
  return undefined;
}

async function codeOf(action: () => unknown): Promise<SequencerErrorCode | undefined> {
  return (await errorOf(action))?.code;
}
