// rollup:node as a process of its own, on a chain in another one, and a client as users have it. The steps depend on one
// another. Proofs are simulated: that real ones settle, other tests show.

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { JsonRpcProvider, parseEther } from "ethers";
import { RemoteRollup, Wallet } from "../../plugin/client/index.ts";
import { freePort, type Result, Run, startNode } from "./command-line.ts";

const repository = path.resolve(import.meta.dirname, "../..");
const rollupFolder = path.join(repository, "cache", "test-tasks", "rollup");
const onLocalhost = ["--network", "localhost"] as const;

describe("rollup:node", () => {
  let folder: string;
  let port: number;
  let alice: Wallet;
  let bob: Wallet;
  let rollup: RemoteRollup;
  let sequencer: Run;
  let follower: Run;
  const runs: Run[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
    port = await freePort();
    runs.push(await startNode(port));
    [alice, bob] = [await Wallet.fromName("alice"), await Wallet.fromName("bob")];
  });

  after(async () => {
    rollup?.close();
    for (const run of runs) await run.kill();
    await rm(folder, { recursive: true, force: true });
    for (const name of ["stores", "copies"]) {
      await rm(path.join(rollupFolder, name), { recursive: true, force: true });
    }
  });

  function start(...args: string[]): Run {
    const run = new Run([...args, ...onLocalhost], {
      ROLLUP_TEST_PORT: String(port),
      ROLLUP_TEST_DEPLOYMENTS: path.join(folder, "deployments"),
      ROLLUP_TEST_PROOFS: "simulated",
    });
    runs.push(run);
    return run;
  }

  async function succeed(...args: string[]): Promise<Result> {
    const result = await start(...args).end();
    expect(result.code, `${result.stdout}${result.stderr}`).to.equal(0);
    return result;
  }

  /** The address that a node has printed. */
  async function addressOf(run: Run): Promise<string> {
    await run.prints("serving http://");
    return /serving (http:\/\/[\d.:]+)/.exec(run.printed)?.[1] ?? "";
  }

  it("says what is missing before there is a rollup", async () => {
    const { code, stderr } = await start("rollup:node").end();
    expect(code).to.equal(1);
    expect(stderr).to.include("No rollup is deployed").and.to.include("what to do");
  });

  it("starts with what has happened on L1 before", async () => {
    await succeed("rollup:deploy");
    await succeed("rollup:send", "--kind", "deposit", "--to", "alice", "--amount", "2");
    sequencer = start("rollup:node", "--json");
    const url = await addressOf(sequencer);
    rollup = await RemoteRollup.connect(url);
    expect(await rollup.balance(alice)).to.equal(parseEther("2"));
    expect(rollup.chainId).to.equal(31_337n);
  });

  it("seals, proves and settles what it is sent", async () => {
    const sent = await rollup.transfer({ from: alice, to: bob.payee, amount: parseEther("0.5") });
    const life = await sent.wait("settled", { timeout: 60_000 });
    expect(life.l1Transaction).to.match(/^0x[0-9a-f]{64}$/);
    expect(await rollup.balance(bob)).to.equal(parseEther("0.5"));
    const { batches } = await rollup.status();
    expect(batches.settled).to.equal(batches.sealed).and.to.be.greaterThan(0);
    const account = await rollup.find(bob);
    const proof = await rollup.proof(account?.index ?? -1);
    expect(proof.account.balance).to.equal(parseEther("0.5"));
  });

  it("takes over what other commands submit to the same store, and what L1 queues", async () => {
    await succeed("rollup:send", "--kind", "transfer", "--from", "bob", "--to", "alice", "--amount", "0.1");
    await succeed("rollup:send", "--kind", "deposit", "--to", "bob", "--amount", "1");
    const [account] = await rollup.accountsOf(bob.owner, 1);
    const before = (await rollup.status()).batches.settled;
    while ((await rollup.account(account?.index ?? -1, "settled"))?.balance !== parseEther("1.4")) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect((await rollup.status()).batches.settled).to.be.greaterThan(before);
  });

  it("--follow keeps a copy from L1 and serves reads", async () => {
    follower = start("rollup:node", "--follow");
    const copy = await RemoteRollup.connect(await addressOf(follower));
    expect(await copy.balance(bob)).to.equal(parseEther("1.4"));
    expect(await copy.status()).to.include({ following: true });
    const refused = await copy
      .transfer({ from: alice, to: bob, amount: 1n })
      .catch((error: { code?: string }) => error.code);
    expect(refused).to.equal("READ_ONLY");
    const sent = await rollup.withdraw({ from: bob, amount: parseEther("0.4") });
    await sent.wait("settled", { timeout: 60_000 });
    while ((await copy.balance(bob)) !== parseEther("1")) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const [here, there] = [await rollup.proof(0), await copy.proof(0)];
    expect(there.root).to.equal(here.root);
    copy.close();
  });

  it("tells operators how it is", async () => {
    const url = await addressOf(sequencer);
    expect(await (await fetch(`${url}/health`)).json()).to.deep.equal({ healthy: true, problems: [] });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const { batches } = await rollup.status();
    expect(metrics).to.include(`\nhardhat_rollup_batch_settled ${batches.settled}\n`);
    expect(metrics).to.match(/\nhardhat_rollup_l1_head_block [1-9]/);
    for (const line of sequencer.printed
      .trim()
      .split("\n")
      .filter((text) => text.startsWith("{"))) {
      expect(JSON.parse(line)).to.include.keys("level", "time", "msg");
    }
    expect(sequencer.printed).to.include("batch settled").and.to.include("batch proven");
  });

  it("refuses an address that is taken, and options that do not go together", async () => {
    const { port: taken } = new URL(await addressOf(sequencer));
    const other = await start("rollup:node", "--follow", "--port", taken).end();
    expect(other.code).to.equal(1);
    expect(other.stderr).to.include(taken).and.to.include("--port");
    const both = await start("rollup:node", "--follow", "--queue", "redis://127.0.0.1").end();
    expect(both.stderr).to.include("--queue");
    const level = await start("rollup:node", "--log-level", "loud").end();
    expect(level.stderr).to.include("loud").and.to.include("silent");
  });

  it("stops in order, and goes on where it was", async () => {
    const sent = await rollup.transfer({ from: alice, to: bob, amount: 7n });
    sequencer.interrupt();
    const { code, stdout, stderr } = await sequencer.end();
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include("stopping").and.to.include("stopped");
    rollup.close();
    follower.interrupt();
    expect((await follower.end()).code).to.equal(0);
    sequencer = start("rollup:node");
    rollup = await RemoteRollup.connect(await addressOf(sequencer));
    let life = await rollup.transaction(sent.id);
    while (life?.status !== "settled") {
      expect(life?.status).to.be.oneOf(["pending", "sealed", "proven"]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      life = await rollup.transaction(sent.id);
    }
  });

  it("loses nothing that it has acknowledged when it is killed", async () => {
    const sent = await rollup.transfer({ from: alice, to: bob, amount: 9n });
    await sequencer.kill();
    rollup.close();
    sequencer = start("rollup:node");
    rollup = await RemoteRollup.connect(await addressOf(sequencer));
    const again = await rollup.transaction(sent.id);
    expect(again?.status).to.be.oneOf(["pending", "sealed", "proven", "settled"]);
  });

  it("ends, and says why, when L1 takes back what had been final", async () => {
    const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`);
    const snapshot = await provider.send("evm_snapshot", []);
    const observed = (await rollup.status()).l1?.observedEntries ?? 0;
    await succeed("rollup:send", "--kind", "deposit", "--to", "carol", "--amount", "1");
    while ((await rollup.status()).l1?.observedEntries === observed) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await provider.send("evm_revert", [snapshot]);
    // Until the other branch is as long, the node might only be behind.
    await provider.send("hardhat_mine", ["0x10"]);
    provider.destroy();
    const { code, stderr } = await sequencer.end();
    expect(code).to.equal(1);
    expect(stderr).to.include("L1 has gone back").and.to.include("what to do");
  });
});
