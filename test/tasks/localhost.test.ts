// The whole life of a rollup by commands, against `hardhat node` in another process. The steps depend on one another.

import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { type AddressLike, ContractFactory, JsonRpcProvider, NonceManager } from "ethers";
import { artifacts } from "hardhat";
import { Wallet } from "../../plugin/client/wallet.ts";
import { readProof } from "../../plugin/operator/proof-file.ts";
import type { RollupStatus } from "../../plugin/operator/status.ts";
import { verifyBatchProof } from "../../plugin/operator/verify-proof.ts";
import { encodeTransaction, rollupDomain, signTransaction } from "../../plugin/protocol/transaction.ts";
import { rejection } from "../settlement/rejection.ts";
import { freePort, type Result, Run, startNode } from "./command-line.ts";

const repository = path.resolve(import.meta.dirname, "../..");
const rollupFolder = path.join(repository, "cache", "test-tasks", "rollup");
const onLocalhost = ["--network", "localhost"] as const;

describe("the tasks, on hardhat node", () => {
  let folder: string;
  let deployments: string;
  let port: number;
  const nodes: Run[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
    deployments = path.join(folder, "deployments");
    port = await freePort();
    nodes.push(await startNode(port));
  });

  after(async () => {
    for (const node of nodes) await node.kill();
    await rm(folder, { recursive: true, force: true });
    for (const name of ["stores", "proofs"]) {
      await rm(path.join(rollupFolder, name), { recursive: true, force: true });
    }
  });

  function start(...args: string[]): Run {
    return new Run(args, { ROLLUP_TEST_PORT: String(port), ROLLUP_TEST_DEPLOYMENTS: deployments });
  }

  async function run(...args: string[]): Promise<Result> {
    return await start(...args).end();
  }

  /** What a task on the node prints; it has to succeed. */
  async function succeed(task: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(`rollup:${task}`, ...args, ...onLocalhost);
    expect(code, `${task} ${args.join(" ")}\n${stdout}${stderr}`).to.equal(0);
    return stdout;
  }

  /** The error of a task on the node; it has to fail, and to leave L1, store and deployment file as they were. */
  async function fail(task: string, ...args: string[]): Promise<string> {
    const before = await everything();
    const { code, stderr } = await run(`rollup:${task}`, ...args, ...onLocalhost);
    expect(code).to.equal(1);
    expect(stderr).to.include("Error in community plugin hardhat-rollup");
    expect(await everything()).to.deep.equal(before);
    return stderr;
  }

  /** All that a task could change, in a form to compare. */
  async function everything(): Promise<unknown> {
    const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`);
    const blockNumber = await provider.getBlockNumber();
    provider.destroy();
    const store = await readFile(path.join(rollupFolder, "stores", await deploymentName(), "data.mdb"));
    const hash = createHash("sha256").update(store).digest("hex");
    return { blockNumber, hash, deployment: await readFile(deploymentFile(), "utf8") };
  }

  /** What folders of the deployment are called. */
  async function deploymentName(): Promise<string> {
    const { rollup, blockHash } = JSON.parse(await readFile(deploymentFile(), "utf8"));
    return `31337-${rollup.toLowerCase()}-${blockHash.slice(2, 10)}`;
  }

  async function status(): Promise<RollupStatus> {
    return JSON.parse(await succeed("status", "--json"));
  }

  async function write(name: string, ...lines: string[]): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, `${lines.join("\n")}\n`);
    return file;
  }

  const csvHeader = "kind,from,to,asset,amount,fee,nonce";
  const deploymentFile = (): string => path.join(deployments, "localhost-31337.json");

  it("prove alone says that a chain is missing, and the commands for it", async () => {
    const { code, stderr } = await run("rollup:prove");
    expect(code).to.equal(1);
    expect(stderr).to.include("npx hardhat node").and.to.include("npx hardhat rollup:prove --demo");
    expect(stderr).to.match(/npx hardhat rollup:(compile|setup|deploy --network localhost)/);
  });

  it("compile says what it compiled and why, and that it is up to date", async () => {
    const { code, stdout } = await run("rollup:compile");
    expect(code).to.equal(0);
    expect(stdout).to.match(/Circuit of tiny: (compiled, because|up to date)/);
    const again = await run("rollup", "compile", "tiny");
    expect(again.stdout).to.include("Circuit of tiny: up to date; 29,067 constraints");
  });

  it("setup makes a key and says that it is insecure", async () => {
    const { code, stdout } = await run("rollup:setup");
    expect(code).to.equal(0);
    expect(stdout)
      .to.include("INSECURE")
      .and.to.include("tiny.groth16.development.zkey")
      .and.to.include("tiny.groth16.development.sol");
    expect((await run("rollup:setup")).stdout).to.include("of tiny: up to date");
  });

  it("prove says that the rollup is missing, and the command for it", async () => {
    const { code, stderr } = await run("rollup:prove", ...onLocalhost);
    expect(code).to.equal(1);
    expect(stderr).to.include("keys: done").and.to.include("npx hardhat rollup:deploy --network localhost");
  });

  it("deploy deploys, and says then what is there", async () => {
    const first = await succeed("deploy");
    const file = await readFile(deploymentFile(), "utf8");
    const { rollup } = JSON.parse(file);
    expect(first).to.include(rollup).and.to.include("development (INSECURE)");

    const second = await succeed("deploy");
    expect(second).to.include("already").and.to.include(rollup);
    expect(await readFile(deploymentFile(), "utf8")).to.equal(file);
  });

  it("deploy registers tokens, once", async () => {
    const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`);
    const signer = new NonceManager(await provider.getSigner(0));
    const { abi, bytecode } = await artifacts.readArtifact("SampleToken");
    const token = await new ContractFactory(abi, bytecode, signer).deploy();
    const address: AddressLike = await token.getAddress();
    await (await token.getFunction("mint").send(await signer.getAddress(), 1_000_000_000n)).wait();
    provider.destroy();

    expect(await succeed("deploy", "--tokens", address)).to.include(`Registered SUSD ${address}`);
    const again = await succeed("deploy", "--tokens", address);
    expect(again).to.include("ETH, SUSD").and.not.to.include("Registered");
  });

  it("sequence and prove say that there is nothing to do, and what to do first", async () => {
    expect(await succeed("sequence"))
      .to.include("Nothing is pending")
      .and.to.include("rollup:send");
    expect(await succeed("prove"))
      .to.include("Every sealed batch has its proof")
      .and.to.include("rollup:send");
    expect(await succeed("verify")).to.include("no proof yet");
  });

  it("send sends a file, and payments from options", async () => {
    const file = await write(
      "payments.csv",
      csvHeader,
      "deposit,alice,,ETH,1,,",
      "deposit,#0,,SUSD,0.5,,",
      "transfer,alice,bob,ETH,0.25,0.01,0",
      "withdraw,alice,0x70997970C51812dc3A010C7d01b50e0d17dc79C8,ETH,0.125,,",
    );
    expect(await succeed("send", file)).to.include("Sent 2 deposits, 1 transfer, 1 withdrawal");
    const options = ["--kind", "transfer", "--from", "bob", "--to", "alice", "--amount", "0.1"];
    expect(await succeed("send", ...options)).to.include("Sent 1 transfer");
    const { pending, queue, assets } = await status();
    expect(pending.transactions).to.equal(3);
    expect(queue).to.include({ head: 0, tail: 2 });
    expect(assets.map(({ escrow }) => escrow)).to.deep.equal(["1000000000000000000", "500000"]);
  });

  it("send submits transactions that were signed elsewhere", async () => {
    const { rollup } = await status();
    const [alice, bob] = [await Wallet.fromName("alice"), await Wallet.fromName("bob")];
    // Alice deposited first; Bob's account was opened behind the second deposit.
    const accounts = { alice: 0, bob: 2 };
    const transaction = signTransaction(
      rollupDomain(31_337n, rollup),
      {
        kind: 0,
        from: accounts.alice,
        nonce: 2,
        expiry: 100,
        to: BigInt(accounts.bob),
        amount: 5n,
        fee: 0n,
        payload: bob.identity(1),
      },
      alice.key,
    );
    const file = await write("signed.jsonl", JSON.stringify({ transaction: encodeTransaction(transaction) }));
    expect(await succeed("send", file)).to.include("Sent 1 signed transaction");
    const again = await fail("send", file);
    expect(again).to.include(file).and.to.include("line: 1").and.to.include("WRONG_NONCE");
  });

  it("sequence seals what is pending", async () => {
    const stdout = await succeed("sequence");
    expect(stdout)
      .to.match(/Sealed [2-9] batches/)
      .and.to.include("rollup:prove --network localhost");
    const { batches, pending } = await status();
    expect(batches).to.include({ proven: 0, settled: 0 });
    expect(pending).to.deep.equal({ operations: 0, transactions: 0 });
  });

  it("prove can be stopped by Ctrl-C, and loses nothing", async () => {
    const before = await status();
    const proving = start("rollup:prove", ...onLocalhost);
    await proving.prints("Prove");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    proving.interrupt();
    const { code, stderr } = await proving.end();
    expect(code).to.equal(130);
    expect(stderr).to.include("Stopped").and.to.include("rollup:prove --network localhost");
    expect(stderr).to.not.match(/^ +at /m);
    const { batches, ...rest } = await status();
    expect(batches).to.deep.equal(before.batches);
    expect(rest).to.deep.include({ pending: before.pending, l2Root: before.l2Root, assets: before.assets });
  });

  it("a key that is damaged is not used, and not replaced", async () => {
    const file = path.join(rollupFolder, "keys", "tiny.groth16.development.zkey");
    const key = await readFile(file);
    const damaged = Buffer.from(key);
    damaged[key.length - 100] = (damaged[key.length - 100] ?? 0) ^ 1;
    await writeFile(file, damaged);
    try {
      const stderr = await fail("prove");
      expect(stderr).to.include("tiny").and.to.include(file).and.to.include("what to do: restore");
      expect(damaged.equals(await readFile(file))).to.equal(true);
    } finally {
      await writeFile(file, key);
    }
  });

  it("prove proves every batch and writes the proofs to files", async () => {
    const { batches } = await status();
    const stdout = await succeed("prove");
    expect(stdout)
      .to.match(/Proved \d batches/)
      .and.to.include("rollup:settle --network localhost");
    expect((await status()).batches).to.deep.equal({ ...batches, proven: batches.sealed });
    expect(await readdir(path.dirname(await proofFile(1)))).to.have.length(batches.sealed);
  });

  /** The file of a batch's proof. */
  async function proofFile(batchNumber: number): Promise<string> {
    return path.join(rollupFolder, "proofs", await deploymentName(), `batch-${batchNumber}.json`);
  }

  it("verify checks the proofs in the store, one or all", async () => {
    const { batches } = await status();
    const all = await succeed("verify");
    expect(all.match(/the proof is valid/g)).to.have.length(batches.sealed);
    expect(all).to.include("(as deployed)");
    expect((await succeed("verify", "--batch", "1")).match(/the proof is valid/g)).to.have.length(1);
    expect(await fail("verify", "--batch", "99")).to.include("99");
  });

  it("verify checks a proof's file, without a network", async () => {
    const { code, stdout } = await run("rollup:verify", await proofFile(1));
    expect(code).to.equal(0);
    expect(stdout).to.include("Batch 1").and.to.include("valid");
  });

  describe("verify refuses a proof's file", () => {
    type Content = Record<string, unknown> & { proof: string; rows: string };
    const changes: [what: string, expected: string, change: (content: Content) => void][] = [
      ["with another proof", "not valid", (content) => (content.proof = flipped(content.proof, 3))],
      ["with another row", "challenge", (content) => (content.rows = flipped(content.rows, -1))],
      ["with a row cut off", "cannot be checked", (content) => (content.rows = content.rows.slice(0, -2))],
      ["with another root", "challenge", (content) => (content.newRoot = content.oldRoot)],
      ["for another rollup", "challenge", (content) => (content.rollup = `0x${"12".repeat(20)}`)],
      [
        "with another shape",
        "key is not the shape's",
        (content) => (content.shape as { fees: number }).fees++,
      ],
      ["without a field", "damaged", (content) => Reflect.deleteProperty(content, "proof")],
    ];
    for (const [what, expected, change] of changes) {
      it(what, async () => {
        const content = JSON.parse(await readFile(await proofFile(1), "utf8"));
        change(content);
        const file = await write("changed.json", JSON.stringify(content));
        const { message } = await rejection(
          readProof(file).then((proof) => verifyBatchProof(proof, { file })),
        );
        expect(message).to.include(expected).and.to.include(file).and.to.include("what to do");
      });
    }

    it("that is no JSON, with exit code 1", async () => {
      const { code, stderr } = await run("rollup:verify", await write("cut.json", '{"version": 1,'));
      expect(code).to.equal(1);
      expect(stderr).to.include("damaged").and.to.include("cut.json");
    });
  });

  it("settle settles up to a batch, then the rest, and pays the exits", async () => {
    const { batches } = await status();
    expect(await succeed("settle", "--batch", "1")).to.include("Settled 1 batch");
    expect((await status()).batches.settled).to.equal(1);
    const rest = await succeed("settle", "--claim");
    expect(rest)
      .to.match(/Settled \d batch/)
      .and.to.include("gas/tx")
      .and.to.include("Paid 1 exit to");
    const after = await status();
    expect(after.batches.settled).to.equal(batches.sealed);
    expect(after.l1Root).to.equal(after.l2Root);
    const [eth] = after.assets;
    expect(eth).to.include({ escrow: "875000000000000000", settled: "875000000000000000", unclaimed: "0" });
    expect(await succeed("settle")).to.include("Nothing is ready to settle");
  });

  it("settle refuses a batch that is settled already, and one that is not there", async () => {
    const again = await fail("settle", "--batch", "1");
    expect(again).to.include("settled already").and.to.include("batch: 1");
    expect(await fail("settle", "--batch", "99")).to.include("cannot settle yet");
  });

  it("status shows it all to people", async () => {
    const stdout = await succeed("status");
    expect(stdout).to.include("L1 root").and.to.include("SUSD").and.to.include("0.875");
  });

  it("sync rebuilds the accounts from L1 alone", async () => {
    const out = path.join(folder, "out", "accounts.json");
    const summary = JSON.parse(await succeed("sync", "--json", "--out", out));
    const { l1Root, batches, accounts } = await status();
    expect(summary).to.include({ root: l1Root, batchNumber: batches.settled, accounts });
    const found: { asset: number; balance: string; nonce: number }[] = JSON.parse(
      await readFile(out, "utf8"),
    );
    expect(found).to.have.length(accounts);
    expect(found[0]).to.include({ asset: 1, nonce: 3, balance: "714999999999999995" });
    expect(await succeed("sync")).to.include("the root is right after every batch");
  });

  it("sync makes the store anew that is lost, or that nobody wants any more", async () => {
    const before = await status();
    const { sealed } = before.batches;
    const stores = path.join(rollupFolder, "stores");
    await rm(path.join(stores, await deploymentName()), { recursive: true });
    expect(await succeed("sync")).to.include(`took ${sealed} settled batches from L1`);
    expect(await status()).to.deep.equal(before);
    const { movedTo, adopted } = JSON.parse(await succeed("sync", "--json", "--rebuild"));
    expect(adopted).to.have.length(sealed);
    expect(await readdir(stores)).to.include.members([path.basename(movedTo), await deploymentName()]);
    expect(await status()).to.deep.equal(before);
  });

  describe("send refuses", () => {
    const cases: [what: string, line: string, ...expected: string[]][] = [
      ["a wrong field", "transfer,alice,bob,ETH,a lot,,", "column: amount", "given: a lot", "expected:"],
      ["an unknown token", "transfer,alice,bob,GOLD,1,,", "column: asset", "given: GOLD", "SUSD"],
      ["a wrong nonce", "transfer,alice,bob,ETH,0.1,,9", "column: nonce", "given: 9", "expected: 3"],
      ["an overdraft", "transfer,alice,bob,ETH,0.8,,", "column: amount", "given: 0.8", "0.72"],
      ["an unknown recipient", "transfer,alice,#20,ETH,0.1,,", "column: to", "given: #20", "#0 to #19"],
      ["an unknown sender", "transfer,zoe,alice,ETH,0.1,,", "column: from", "given: zoe"],
    ];
    for (const [what, line, ...expected] of cases) {
      it(what, async () => {
        const file = await write("bad.csv", csvHeader, "deposit,alice,,ETH,0.01,,", line);
        const stderr = await fail("send", file);
        for (const text of [file, "line: 3", ...expected, "what to do"]) expect(stderr).to.include(text);
      });
    }

    it("a bad signature", async () => {
      const bob = await Wallet.fromName("bob");
      const { rollup } = await status();
      const transaction = signTransaction(
        rollupDomain(31_337n, rollup),
        { kind: 1, from: 0, nonce: 3, expiry: 100, to: 5n, amount: 1n, fee: 0n, payload: 1n },
        bob.key,
      );
      const file = await write(
        "forged.jsonl",
        JSON.stringify({ transaction: encodeTransaction(transaction) }),
      );
      const stderr = await fail("send", file);
      expect(stderr).to.include(file).and.to.include("line: 1").and.to.include("BAD_SIGNATURE");
    });

    it("options that are missing, and a file beside options", async () => {
      expect(await fail("send")).to.include("rollup:send --help");
      expect(await fail("send", "--kind", "transfer", "--from", "alice")).to.include("option: --to");
      expect(await fail("send", "a.csv", "--kind", "transfer")).to.include("not both");
    });
  });

  it("what L1 forces out comes before transactions: send says so, and does it afterwards", async () => {
    const file = await write("exit.csv", csvHeader, "deposit,dave,,ETH,1,,", "exit,dave,,ETH,,,");
    expect(await succeed("send", file)).to.include("1 deposit, 1 exit");
    expect((await status()).pending).to.deep.equal({ operations: 2, transactions: 0 });
  });

  it("wrong networks are refused", async () => {
    const unknown = await run("rollup:status", "--network", "nowhere");
    expect(unknown.code).to.equal(1);
    expect(unknown.stderr).to.include("nowhere");
    const silent = await new Run(["rollup:status", ...onLocalhost], {
      ROLLUP_TEST_PORT: String(await freePort()),
      ROLLUP_TEST_DEPLOYMENTS: deployments,
    }).end();
    expect(silent.code).to.equal(1);
    expect(silent.stderr).to.include("localhost");
    expect((await run("rollup:deploy")).stderr).to.include("npx hardhat node");
  });

  it("a damaged deployment file is refused", async () => {
    const content = await readFile(deploymentFile(), "utf8");
    await writeFile(deploymentFile(), content.slice(0, 100));
    try {
      for (const task of ["deploy", "status"]) {
        const { code, stderr } = await run(`rollup:${task}`, ...onLocalhost);
        expect(code).to.equal(1);
        expect(stderr).to.include("damaged").and.to.include(deploymentFile());
      }
    } finally {
      await writeFile(deploymentFile(), content);
    }
  });

  it("help explains a task and its options", async () => {
    for (const task of ["prove", "send"]) {
      const { code, stdout } = await run("rollup", task, "--help");
      expect(code).to.equal(0);
      expect(stdout).to.include("--network");
    }
  });

  describe("leaving", () => {
    it("exit asks L1 for an account's exit, and says by when", async () => {
      const stdout = await succeed("exit", "--from", "alice");
      expect(stdout).to.match(/Requested the exit of account \d+/);
      expect(stdout)
        .to.match(/fee .*ETH/)
        .and.to.match(/settled until +20\d\d-/)
        .and.to.include("rollup:escape");
      expect(await fail("exit", "--from", "mallory")).to.include("no such account on L1");
      expect(await fail("exit", "--from", "alice", "--asset", "XYZ")).to.include("assets registered: ETH");
    });

    it("escape says what an owner would get, and with which calls", async () => {
      const stdout = await succeed("escape", "--owner", "alice");
      expect(stdout)
        .to.match(/state +active/)
        .and.to.match(/^escape +account \d+/m)
        .and.to.match(/^refund +exit/m);
      expect(stdout).to.match(/If nobody settles until 20\d\d-.*, anybody may freeze/);
      const json = JSON.parse(await succeed("escape", "--owner", "alice", "--json"));
      expect(json.stand.kind).to.equal("active");
      expect(json.calls.map((call: { kind: string }) => call.kind)).to.include.members(["escape", "refund"]);
      for (const call of json.calls) expect(call.data).to.match(/^0x[0-9a-f]+$/);
      expect(await succeed("escape", "--owner", `0x${"12".repeat(20)}`)).to.include("Nothing is owed");
      expect(await fail("escape", "--owner", "#99")).to.include("#0 to #19");
    });

    it("escape freezes a rollup that is past a deadline, and pays an owner out", async () => {
      const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`);
      const { owner } = await Wallet.fromName("alice");
      const before = await provider.getBalance(owner);
      await provider.send("evm_increaseTime", [8 * 24 * 3600]);
      await provider.send("evm_mine", []);
      expect(await succeed("escape", "--owner", "alice")).to.include("past a deadline");
      const stdout = await succeed("escape", "--owner", "alice", "--send");
      expect(stdout).to.include("frozen, for good").and.to.include("Everything is paid");
      expect((await provider.getBalance(owner)) > before).to.equal(true);
      provider.destroy();
      const after = await succeed("escape", "--owner", "alice");
      expect(after)
        .to.match(/state +frozen/)
        .and.to.include("Nothing is owed");
    });
  });

  describe("when the chain is started anew", () => {
    before(async () => {
      port = await freePort();
      nodes.push(await startNode(port));
    });

    it("the deployment file is stale: other tasks refuse it", async () => {
      for (const task of ["status", "sync"]) {
        const { code, stderr } = await run(`rollup:${task}`, ...onLocalhost);
        expect(code).to.equal(1);
        expect(stderr).to.include("localhost-31337.json");
        expect(stderr).to.include("npx hardhat rollup:deploy --network localhost");
      }
    });

    it("deploy says so and deploys a new rollup in its place", async () => {
      const before = JSON.parse(await readFile(deploymentFile(), "utf8"));
      const stdout = await succeed("deploy");
      expect(stdout).to.include("not on this chain any more").and.to.include("localhost-31337.json");
      const after = JSON.parse(await readFile(deploymentFile(), "utf8"));
      expect(after.blockHash).to.not.equal(before.blockHash);
      const { batches, accounts } = await status();
      expect({ ...batches, accounts }).to.deep.equal({ sealed: 0, proven: 0, settled: 0, accounts: 0 });
    });
  });

  describe("on a chain that is not for development", () => {
    before(async () => {
      port = await freePort();
      nodes.push(await startNode(port, ["--network", "lasting"]));
    });

    it("deploy refuses development keys, before it makes any", async () => {
      const { code, stdout, stderr } = await run("rollup:deploy", ...onLocalhost);
      expect(code).to.equal(1);
      expect(stderr).to.include("Development keys").and.to.include("123456");
      expect(stdout).to.not.include("Circuit");
      expect(await readdir(deployments)).to.deep.equal(["localhost-31337.json"]);
    });

    it("other tasks do not take the other chain's rollup for this one's", async () => {
      const { code, stderr } = await run("rollup:status", ...onLocalhost);
      expect(code).to.equal(1);
      expect(stderr).to.include("No rollup is deployed");
    });
  });
});

/** Hexadecimal with one bit of one digit changed; negative positions count from the end. */
function flipped(hex: string, position: number): string {
  const digits = hex.slice(2).split("");
  const at = position < 0 ? digits.length + position : position;
  digits[at] = (Number.parseInt(digits[at] ?? "0", 16) ^ 1).toString(16);
  return `0x${digits.join("")}`;
}
