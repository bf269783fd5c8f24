// The client over a node's interface on a real sequencer; with a chain behind it, test/tasks/node.test.ts has it.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { expect } from "chai";
import { RemoteError, RemoteRollup, Wallet } from "../../../plugin/client/index.ts";
import type { ConnectOptions } from "../../../plugin/client/remote/remote-rollup.ts";
import { decodeTransaction } from "../../../plugin/protocol/transaction.ts";
import type { TransactionLifeJson } from "../../../plugin/sequencer/rpc/wire.ts";
import { cleanUp, identity } from "../../sequencer/fixture.ts";
import {
  proofRecord,
  type RpcFixture,
  settlementRecord,
  startRpc,
  stopRpcs,
} from "../../sequencer/rpc/fixture.ts";

const owner = (number: number): string => `0x${(0xa000 + number).toString(16).padStart(40, "0")}`;
/** The wallets of the fixture's people. */
const walletOf = (number: number): Wallet => Wallet.fromSeed(new Uint8Array(32).fill(number), owner(number));
const [alice, bob, carol] = [walletOf(1), walletOf(2), walletOf(3)];
const rollupOf = { chainId: identity.chainId, address: identity.rollup };

async function failure(promise: Promise<unknown>): Promise<RemoteError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  expect(error).to.be.instanceOf(RemoteError);
  return error as RemoteError;
}

/** Waits for something that is on its way. */
async function until<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("RemoteRollup", () => {
  let node: RpcFixture;
  let rollup: RemoteRollup;
  const opened: { close(): void }[] = [];

  async function connect(url: string, options: ConnectOptions = {}): Promise<RemoteRollup> {
    const client = await RemoteRollup.connect(url, options);
    opened.push(client);
    return client;
  }

  beforeEach(async () => {
    node = await startRpc();
    rollup = await connect(node.rpc.url, { rollup: rollupOf });
  });

  afterEach(async () => {
    for (const client of opened.splice(0)) client.close();
    await stopRpcs();
    await cleanUp();
  });

  for (const kind of ["http", "ws"]) {
    it(`pays, withdraws and reads by ${kind}`, async () => {
      const client = await connect(node.rpc.url.replace("http", kind));
      const sent = await client.transfer({ from: alice, to: bob.payee, amount: 25n });
      expect(await sent.life()).to.include({ id: sent.id, status: "pending" });
      await client.withdraw({ from: alice, amount: 5n, fee: 0n });
      expect(await client.balance(alice)).to.equal(970n);
      expect(await client.balance(bob)).to.equal(525n);
      expect(await client.balance(carol)).to.equal(0n);
      expect(await client.find(alice, 2)).to.equal(undefined);
      expect(await client.account(0)).to.include({ index: 0, nonce: 2, balance: 970n });
      expect(await client.account(9)).to.equal(undefined);
      expect((await client.accountsOf(owner(1))).map(({ index }) => index)).to.deep.equal([0]);
      expect(await client.estimateFee()).to.equal(0n);
    });
  }

  it("opens an account for a payee who has none", async () => {
    await rollup.transfer({ from: alice, to: carol.payee, amount: 3n });
    expect(await rollup.find(carol)).to.include({ index: 2, balance: 3n });
    const missing = await failure(rollup.transfer({ from: walletOf(7), to: alice, amount: 1n }));
    expect(missing).to.include({ code: "NO_ACCOUNT" });
    expect(missing.message).to.include("deposit");
  });

  it("counts nonces for payments that are sent side by side", async () => {
    await Promise.all(
      Array.from({ length: 20 }, () => rollup.transfer({ from: alice, to: bob, amount: 1n })),
    );
    expect(await rollup.account(0)).to.include({ nonce: 20, balance: 980n });
  });

  it("goes on with the right nonce after a payment that was refused, or made elsewhere", async () => {
    await rollup.transfer({ from: alice, to: bob, amount: 1n });
    const refused = await failure(rollup.transfer({ from: alice, to: bob, amount: 5_000n }));
    expect(refused).to.include({ code: "TRANSACTION_REFUSED" });
    expect(refused.facts.refusal).to.equal("OVERDRAFT");
    const elsewhere = await connect(node.rpc.url);
    await elsewhere.transfer({ from: alice, to: bob, amount: 1n });
    await rollup.transfer({ from: alice, to: bob, amount: 1n });
    expect(await rollup.account(0)).to.include({ nonce: 3, balance: 997n });
  });

  it("signs transactions apart from sending them, and sends many at once", async () => {
    const to = await rollup.find(bob);
    const many = Array.from({ length: 3 }, (_, nonce) =>
      rollup.sign(
        {
          kind: 0,
          from: 0,
          nonce,
          expiry: 50,
          to: BigInt(to?.index ?? 0),
          amount: 1n,
          fee: 0n,
          payload: bob.identity(1),
        },
        alice,
      ),
    );
    const [first] = many;
    if (first === undefined) throw new Error("There is no transaction.");
    const sent = await rollup.send(first);
    const outcomes = await rollup.sendAll([...many, { ...first, nonce: 3 }]);
    expect(outcomes.map((outcome) => ("id" in outcome ? "taken" : outcome.refusal.code))).to.deep.equal([
      "taken",
      "taken",
      "taken",
      "BAD_SIGNATURE",
    ]);
    expect(outcomes[0]).to.deep.equal({ id: sent.id });
  });

  it("waits for a transaction, however far it has come by then", async () => {
    const sent = await rollup.transfer({ from: alice, to: bob, amount: 1n });
    expect((await sent.wait("pending")).status).to.equal("pending");
    const settled = sent.wait();
    await node.sequencer.seal();
    expect(await sent.wait("sealed")).to.include({ status: "sealed", batchNumber: 1 });
    await node.store.saveProof(1, proofRecord);
    await node.store.settled(1, settlementRecord);
    expect(await settled).to.include({ status: "settled", l1Transaction: settlementRecord.transactionHash });
    expect((await sent.wait("proven")).status).to.equal("settled");
  });

  it("says why a transaction that it waits for is dropped, or that it takes too long", async () => {
    const sent = await rollup.withdraw({ from: bob, amount: 500n });
    const late = await failure(sent.wait("settled", { timeout: 20 }));
    expect(late).to.include({ code: "TIMEOUT" });
    const controller = new AbortController();
    const aborted = sent.wait("settled", { signal: controller.signal }).catch((error: unknown) => error);
    controller.abort("enough");
    expect(await aborted).to.equal("enough");
    const dropped = failure(sent.wait());
    await node.sequencer.observe([{ kind: 2, entry: 2, deadline: 1_002, index: 1, owner: BigInt(owner(2)) }]);
    await node.sequencer.seal();
    expect(await dropped).to.include({ code: "DROPPED" });
    expect((await dropped).facts.code).to.equal("OVERDRAFT");
  });

  it("tells of accounts, transactions and batches", async () => {
    const accounts: bigint[] = [];
    const lives: string[] = [];
    const batches: string[] = [];
    const end = await rollup.onAccounts([1], ({ balance }) => void accounts.push(balance));
    await rollup.onTransactionsOf([1], ({ status }) => void lives.push(status));
    await rollup.onBatch(({ batchNumber, status }) => void batches.push(`${batchNumber} ${status}`));
    await rollup.transfer({ from: alice, to: bob, amount: 1n });
    await until(() => accounts[0]);
    await end();
    await rollup.transfer({ from: alice, to: bob, amount: 1n });
    await node.sequencer.seal();
    await until(() => batches[0]);
    expect(accounts).to.deep.equal([501n]);
    expect(lives).to.deep.equal(["pending", "pending", "sealed", "sealed"]);
    expect(batches[0]).to.equal("1 sealed");
  });

  it("takes the WebSocket of the package ws where the platform has none", async () => {
    const platform = globalThis.WebSocket;
    Reflect.deleteProperty(globalThis, "WebSocket");
    try {
      const client = await connect(node.rpc.url);
      const batches: number[] = [];
      await client.onBatch(({ batchNumber }) => void batches.push(batchNumber));
      await node.sequencer.seal();
      expect(await until(() => batches[0])).to.equal(1);
    } finally {
      globalThis.WebSocket = platform;
    }
  });

  it("subscribes again when the connection is lost", async () => {
    const port = Number(new URL(node.rpc.url).port);
    const sent = await rollup.transfer({ from: alice, to: bob, amount: 1n });
    const lives: TransactionLifeJson["status"][] = [];
    await rollup.onTransaction(sent.id, ({ status }) => void lives.push(status));
    await until(() => lives[0]);
    await node.rpc.close();
    const { NodeRpc } = await import("../../../plugin/sequencer/rpc/node-rpc.ts");
    const { sequencer, store } = node;
    const { domain, shapes } = await import("../../sequencer/fixture.ts");
    const { pino } = await import("pino");
    const log = pino({ level: "silent" });
    const again = await NodeRpc.start({ sequencer, store, domain, shapes, log, version: "1", port });
    await until(() => lives[1]);
    await sequencer.seal();
    await until(() => lives[2]);
    expect(lives).to.deep.equal(["pending", "pending", "sealed"]);
    rollup.close();
    await again.close();
  });

  it("checks a proof's path before it believes it", async () => {
    for (const { sealed } of await node.sequencer.seal()) {
      await node.store.settled(sealed.batchNumber, settlementRecord);
    }
    const proof = await rollup.proof(0);
    expect(proof.account).to.include({ balance: 1_000n });
    expect(proof.path).to.have.length(identity.depth);
    expect((await failure(rollup.proof(9))).code).to.equal("NOT_FOUND");
  });

  it("refuses a node of another rollup", async () => {
    const other = { ...rollupOf, address: `0x${"12".repeat(20)}` };
    const error = await failure(RemoteRollup.connect(node.rpc.url, { rollup: other }));
    expect(error).to.include({ code: "WRONG_ROLLUP" });
    expect(
      (await failure(RemoteRollup.connect(node.rpc.url, { rollup: { ...rollupOf, chainId: 1n } }))).code,
    ).to.equal("WRONG_ROLLUP");
  });

  it("says that a node cannot be reached", async () => {
    const { url } = node.rpc;
    await node.rpc.close();
    for (const address of [url, url.replace("http", "ws")]) {
      const error = await failure(RemoteRollup.connect(address));
      expect(error).to.include({ code: "UNREACHABLE" });
      expect(error.message).to.include("rollup:node");
    }
    rollup.close();
    expect((await failure(rollup.onBatch(() => undefined))).code).to.be.oneOf(["CLOSED", "UNREACHABLE"]);
  });

  it("waits and sends again when it is told that it is too early", async () => {
    const busy = await startRpc({ limits: { rate: 1 } });
    const client = await connect(busy.rpc.url);
    const calls = Array.from({ length: 12 }, () => client.account(0));
    const started = performance.now();
    expect((await Promise.all(calls)).map((account) => account?.balance)).to.deep.equal(
      Array(12).fill(1_000n),
    );
    expect(performance.now() - started).to.be.greaterThan(1_000);
  }).timeout(60_000);

  describe("of a hostile node", () => {
    let server: Server;
    let answers: Record<string, unknown>;
    let sent: string[];

    beforeEach(async () => {
      const status = await rollup.status();
      answers = { rollup_status: status };
      sent = [];
      server = createServer((request, response) => {
        let text = "";
        request.on("data", (chunk) => {
          text += chunk;
        });
        request.on("end", () => {
          const { id, method, params } = JSON.parse(text) as {
            id: number;
            method: string;
            params: { transaction?: string };
          };
          if (params.transaction !== undefined) sent.push(params.transaction);
          const answer = answers[method];
          response.end(
            typeof answer === "string" ? answer : JSON.stringify({ jsonrpc: "2.0", id, result: answer }),
          );
        });
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
    });

    afterEach(() => server.close());

    async function hostile(): Promise<RemoteRollup> {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("The server has no port.");
      return await connect(`http://127.0.0.1:${address.port}`);
    }

    it("notices answers that are not of their type", async () => {
      const client = await hostile();
      for (const answer of ["no JSON", "[]", 7, { index: 0 }, { ...(await accountJson()), balance: "-1" }]) {
        answers.rollup_getAccount = answer;
        expect((await failure(client.account(0))).code, String(answer)).to.equal("BAD_ANSWER");
      }
    });

    it("notices a path that does not lead to the root, and another account's", async () => {
      for (const { sealed } of await node.sequencer.seal()) {
        await node.store.settled(sealed.batchNumber, settlementRecord);
      }
      const response = await fetch(node.rpc.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "rollup_getProof", params: [0] }),
      });
      const { result } = (await response.json()) as {
        result: { account: object; siblings: string[][]; root: string };
      };
      const client = await hostile();
      answers.rollup_getProof = result;
      expect((await client.proof(0)).account.balance).to.equal(1_000n);
      const [level = []] = result.siblings;
      for (const wrong of [
        { ...result, account: { ...result.account, balance: "1001" } },
        { ...result, root: `0x${"00".repeat(32)}` },
        { ...result, siblings: [level.toReversed(), ...result.siblings.slice(1)] },
        { ...result, siblings: result.siblings.slice(1) },
        { ...result, siblings: [[`0x${"ff".repeat(32)}`, ...level.slice(1)], ...result.siblings.slice(1)] },
      ]) {
        answers.rollup_getProof = wrong;
        expect((await failure(client.proof(0))).code).to.equal("BAD_ANSWER");
      }
      answers.rollup_getProof = result;
      expect((await failure(client.proof(1))).code).to.equal("BAD_ANSWER");
    });

    it("binds payments to the payee, whatever index the node names", async () => {
      const client = await hostile();
      const mallory = { ...(await accountJson()), index: 1 };
      answers.rollup_getAccounts = [await accountJson(), mallory];
      answers.rollup_openAccount = 1;
      answers.rollup_estimateFee = { fee: "0", accepted: true };
      answers.rollup_sendTransaction = `0x${"00".repeat(32)}`;
      const error = await failure(client.transfer({ from: alice, to: carol.payee, amount: 1n }));
      // The id that the node gives is not that of what was signed.
      expect(error.code).to.equal("BAD_ANSWER");
      expect(sent.map((text) => decodeTransaction(text).payload)).to.deep.equal([carol.identity(1)]);
    });

    async function accountJson(): Promise<Record<string, unknown>> {
      const { ax, ay, owner: address } = alice.payee;
      return {
        index: 0,
        ax: `${ax}`,
        ay: `${ay}`,
        owner: address,
        asset: 1,
        nonce: 0,
        balance: "1000",
        data: "0",
      };
    }
  });
});
