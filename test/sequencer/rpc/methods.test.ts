import { expect } from "chai";
import { accountLeaf } from "../../../plugin/protocol/account.ts";
import { wordHex, wordValue } from "../../../plugin/protocol/hex.ts";
import { encodeTransaction, transactionId } from "../../../plugin/protocol/transaction.ts";
import { transactionToJson } from "../../../plugin/protocol/transaction-json.ts";
import { rootOfPath } from "../../../plugin/protocol/tree.ts";
import type {
  AccountJson,
  BatchJson,
  ProofJson,
  StatusJson,
  TransactionLifeJson,
} from "../../../plugin/sequencer/rpc/wire.ts";
import {
  alice,
  bob,
  carol,
  cleanUp,
  domain,
  identity,
  tiny,
  transfer,
  treasury,
  withdrawal,
} from "../fixture.ts";
import {
  call,
  proofRecord,
  type RpcFixture,
  result,
  settlementRecord,
  startRpc,
  stopRpcs,
} from "./fixture.ts";

describe("JSON-RPC methods", () => {
  let node: RpcFixture;
  let url: string;

  beforeEach(async () => {
    node = await startRpc();
    url = node.rpc.url;
  });

  afterEach(async () => {
    await stopRpcs();
    await cleanUp();
  });

  const payment = (nonce: number, amount = 10n) =>
    transfer(alice, 1, bob.holder(), { from: 0, nonce, amount });

  it("sendTransaction takes a transaction in either form, and answers with its id", async () => {
    const [first, second] = [payment(0), payment(1)];
    const one = await result(url, "rollup_sendTransaction", [encodeTransaction(first)]);
    expect(one).to.equal(transactionId(domain, first));
    const two = await result(url, "rollup_sendTransaction", { transaction: transactionToJson(second) });
    expect(two).to.equal(transactionId(domain, second));
    expect(node.sequencer.account(1).balance).to.equal(520n);
  });

  it("sendTransaction says why a transaction is refused", async () => {
    const forged = { ...payment(0), amount: 11n };
    const cases: [transaction: unknown, refusal: string][] = [
      [encodeTransaction(forged), "BAD_SIGNATURE"],
      [encodeTransaction(payment(0, 2_000n)), "OVERDRAFT"],
      [`${encodeTransaction(payment(0))}00`, "MALFORMED"],
      ["hello", "MALFORMED"],
      [{ ...transactionToJson(payment(0)), more: 1 }, "MALFORMED"],
      [{ ...transactionToJson(payment(0)), nonce: 2 ** 60 }, "MALFORMED"],
    ];
    const before = node.sequencer.status();
    for (const [transaction, refusal] of cases) {
      const { error } = await call(url, "rollup_sendTransaction", { transaction });
      expect(error?.code, refusal).to.equal(-32001);
      expect(error?.data).to.include({ code: "TRANSACTION_REFUSED", refusal });
      expect(error?.message).to.include(refusal);
    }
    expect((await call(url, "rollup_sendTransaction", [7])).error?.data.code).to.equal("INVALID_PARAMS");
    expect(node.sequencer.status()).to.deep.equal(before);
  });

  it("sendTransactions takes and refuses each for itself, in order", async () => {
    const transactions = [payment(0), payment(1), { ...payment(2), amount: 9n }, payment(2)];
    const encoded = [...transactions.map(encodeTransaction), "0x00"];
    const outcomes = await result<{ id?: string; refusal?: { code: string } }[]>(
      url,
      "rollup_sendTransactions",
      [encoded],
    );
    expect(outcomes.map(({ id, refusal }) => refusal?.code ?? id)).to.deep.equal([
      transactionId(domain, payment(0)),
      transactionId(domain, payment(1)),
      "BAD_SIGNATURE",
      transactionId(domain, payment(2)),
      "MALFORMED",
    ]);
    expect(node.sequencer.account(0)).to.include({ nonce: 3, balance: 970n });
    expect(await result(url, "rollup_sendTransactions", [[]])).to.deep.equal([]);
  });

  it("getAccount shows what is pending and what has settled, apart", async () => {
    expect(await result(url, "rollup_getAccount", [0])).to.deep.equal({
      index: 0,
      ax: alice.key.publicKey.ax.toString(),
      ay: alice.key.publicKey.ay.toString(),
      owner: `0x${alice.owner.toString(16).padStart(40, "0")}`,
      asset: 1,
      nonce: 0,
      balance: "1000",
      data: "0",
    });
    expect(await result(url, "rollup_getAccount", { index: 0, at: "settled" })).to.equal(null);
    expect(await result(url, "rollup_getAccount", [77])).to.equal(null);
  });

  it("getAccounts finds accounts by L1 address and by key", async () => {
    await node.sequencer.observe([alice.deposit(2, 7n, 2)]);
    const owner = `0x${alice.owner.toString(16).padStart(40, "0")}`;
    const indices = async (params: object) =>
      (await result<AccountJson[]>(url, "rollup_getAccounts", params)).map(({ index }) => index);
    const { ax, ay } = alice.key.publicKey;
    expect(await indices({ holder: { owner } })).to.deep.equal([0, 2]);
    expect(await indices({ holder: { ax: `${ax}`, ay: `${ay}` } })).to.deep.equal([0, 2]);
    expect(await indices({ holder: { owner }, asset: 2 })).to.deep.equal([2]);
    expect(await indices({ holder: { owner }, from: 1 })).to.deep.equal([2]);
    expect(await indices({ holder: { owner: `0x${"12".repeat(20)}` } })).to.deep.equal([]);
    expect(
      (await call(url, "rollup_getAccounts", { holder: { owner, ax: "1", ay: "1" } })).error?.code,
    ).to.equal(-32602);
  });

  it("getTransaction follows a transaction through its life", async () => {
    const transaction = payment(0);
    const id = await result(url, "rollup_sendTransaction", [encodeTransaction(transaction)]);
    const life = () => result<TransactionLifeJson>(url, "rollup_getTransaction", [id]);
    expect(await life()).to.deep.equal({
      id,
      status: "pending",
      transaction: transactionToJson(transaction),
    });
    await node.sequencer.seal();
    expect(await life()).to.deep.include({ status: "sealed", batchNumber: 1, position: 0 });
    await node.store.saveProof(1, proofRecord);
    expect(await life()).to.deep.include({ status: "proven" });
    await node.store.settled(1, settlementRecord);
    expect(await life()).to.deep.include({
      status: "settled",
      batchNumber: 1,
      l1Transaction: settlementRecord.transactionHash,
    });
    expect(await result(url, "rollup_getTransaction", [`0x${"00".repeat(32)}`])).to.equal(null);
  });

  it("getTransaction tells why a transaction was dropped, and that another waits for a nonce", async () => {
    const gap = payment(5);
    const id = await result(url, "rollup_sendTransaction", [encodeTransaction(gap)]);
    expect(await result(url, "rollup_getTransaction", [id])).to.include({ status: "waiting" });
    const spent = withdrawal(bob, 5n, { from: 1, nonce: 0, amount: 500n });
    const dropped = await result(url, "rollup_sendTransaction", [encodeTransaction(spent)]);
    await node.sequencer.observe([bob.exit(2, 1)]);
    await node.sequencer.seal();
    const life = await result<TransactionLifeJson>(url, "rollup_getTransaction", [dropped]);
    expect(life).to.include({ status: "dropped" });
    expect(life.reason).to.include({ code: "OVERDRAFT" });
  });

  it("getBatch shows what a batch publishes", async () => {
    const sent = [payment(0), withdrawal(bob, 0xbeefn, { from: 1, nonce: 0, amount: 3n })];
    await node.sequencer.submitAll(sent);
    const batches = await node.sequencer.seal();
    const found = await Promise.all(
      batches.map(({ sealed }) => result<BatchJson>(url, "rollup_getBatch", [sealed.batchNumber])),
    );
    expect(found[0]).to.include({ batchNumber: 1, status: "sealed", shape: "tiny" });
    expect(
      found.flatMap(({ operations }) => operations.map(({ kind, amount }) => [kind, amount])),
    ).to.deep.equal([
      ["deposit", "1000"],
      ["deposit", "500"],
    ]);
    expect(found.flatMap(({ transactions }) => transactions)).to.have.members(
      sent.map((transaction) => transactionId(domain, transaction)),
    );
    expect(found.flatMap(({ exits }) => exits)).to.deep.equal([
      { recipient: `0x${"beef".padStart(40, "0")}`, amount: "3", asset: 1 },
    ]);
    expect(await result(url, "rollup_getBatch", [99])).to.equal(null);
  });

  it("getProof gives an account's path to the settled root", async () => {
    expect((await call(url, "rollup_getProof", [0])).error?.data.code).to.equal("NOT_FOUND");
    const settle = async () => {
      for (const { sealed } of await node.sequencer.seal()) {
        await node.store.settled(sealed.batchNumber, settlementRecord);
      }
    };
    await settle();
    for (const nonce of [0, 1]) {
      const { root, account, siblings, batchNumber } = await result<ProofJson>(url, "rollup_getProof", [0]);
      expect(batchNumber).to.equal(node.store.settledBatch);
      expect(account.nonce).to.equal(nonce);
      const path = siblings.map((level) => level.map((node) => wordValue("", node)));
      const leaf = accountLeaf({ ...alice.holder(), nonce, balance: BigInt(account.balance), data: 0n });
      expect(wordHex(rootOfPath(tiny.depth, 0, leaf, path))).to.equal(root);
      expect(root).to.equal(wordHex(node.store.stateAfter(batchNumber).root));
      await node.sequencer.submit(payment(nonce));
      await settle();
    }
  });

  it("status says which rollup it is, and how it stands", async () => {
    await node.sequencer.submitAll([payment(0), payment(4)]);
    const status = await result<StatusJson>(url, "rollup_status");
    expect(status).to.deep.include({
      chainId: "31337",
      rollup: node.store.identity.rollup,
      domain: domain.toString(),
      depth: identity.depth,
      following: false,
      batches: { sealed: 0, proven: 0, settled: 0 },
      nextBatch: 1,
      accounts: 2,
      mempool: { pending: 1, waiting: 1, operations: 2, dropped: 0 },
    });
    expect(status.shapes[0]).to.include({ name: "tiny", transactions: tiny.transactions });
    await node.sequencer.seal();
    const { batches } = await result<StatusJson>(url, "rollup_status");
    expect(batches).to.deep.equal({ sealed: node.store.progress.sealed, proven: 0, settled: 0 });
  });

  it("estimateFee says what is taken", async () => {
    expect(await result(url, "rollup_estimateFee")).to.deep.equal({ fee: "0", accepted: true });
    expect(await result(url, "rollup_estimateFee", [1])).to.deep.equal({ fee: "0", accepted: true });
  });

  it("openAccount gives an index to pay to, the same one again", async () => {
    const { ax, ay } = carol.key.publicKey;
    const holder = {
      ax: `${ax}`,
      ay: `${ay}`,
      owner: `0x${carol.owner.toString(16).padStart(40, "0")}`,
      asset: 1,
    };
    const index = await result<number>(url, "rollup_openAccount", holder);
    expect(index).to.equal(2);
    expect(await result(url, "rollup_openAccount", holder)).to.equal(2);
    const paid = transfer(alice, index, carol.holder(), { from: 0, nonce: 0, amount: 4n });
    await result(url, "rollup_sendTransaction", [encodeTransaction(paid)]);
    expect(await result(url, "rollup_getAccount", [index])).to.include({ balance: "4" });
    const { error } = await call(url, "rollup_openAccount", { ...holder, asset: 9 });
    expect(error?.data).to.include({ code: "REFUSED", reason: "UNKNOWN_ASSET" });
    const unusable = await call(url, "rollup_openAccount", { ...holder, ax: "0", ay: "1" });
    expect(unusable.error?.data).to.include({ code: "REFUSED", reason: "UNUSABLE_HOLDER" });
  });

  it("openAccount has a limit for all callers together, which only new accounts count for", async () => {
    const { rpc } = await startRpc({ limits: { opensPerHour: 1 } });
    const holder = (person: typeof carol) => {
      const { ax, ay } = person.key.publicKey;
      const owner = `0x${person.owner.toString(16).padStart(40, "0")}`;
      return { ax: `${ax}`, ay: `${ay}`, owner, asset: 1 };
    };
    expect(await result(rpc.url, "rollup_openAccount", holder(alice))).to.equal(0);
    const unusable = await call(rpc.url, "rollup_openAccount", { ...holder(carol), ax: "0", ay: "1" });
    expect(unusable.error?.data.code).to.equal("REFUSED");
    expect(await result(rpc.url, "rollup_openAccount", holder(carol))).to.equal(2);
    expect(await result(rpc.url, "rollup_openAccount", holder(carol))).to.equal(2);
    const { error } = await call(rpc.url, "rollup_openAccount", holder(treasury));
    expect(error?.data).to.include({ code: "LIMIT_EXCEEDED" });
    expect(error?.data["what to do"]).to.include("deposit");
  });

  it("a node that follows serves reads and takes nothing", async () => {
    const follower = await startRpc({ following: true });
    const { error } = await call(follower.rpc.url, "rollup_sendTransaction", [encodeTransaction(payment(0))]);
    expect(error?.data).to.include({ code: "READ_ONLY" });
    expect((await call(follower.rpc.url, "rollup_openAccount", {})).error?.code).to.equal(-32602);
    expect(await result(follower.rpc.url, "rollup_getAccount", [0])).to.include({ balance: "1000" });
    expect(await result<StatusJson>(follower.rpc.url, "rollup_status")).to.include({ following: true });
    expect(follower.sequencer.nextNonce(0)).to.equal(0);
  });

  it("every method is in the OpenRPC document, with what it takes", async () => {
    type Method = {
      name: string;
      summary: string;
      params: { name: string; required: boolean; schema: object }[];
    };
    type Document = { openrpc: string; info: { version: string }; methods: Method[] };
    const document = await result<Document>(url, "rpc.discover");
    expect(await (await fetch(`${url}/openrpc.json`)).json()).to.deep.equal(document);
    expect(document).to.include({ openrpc: "1.3.2" });
    expect(document.info.version).to.equal("1.2.3");
    expect(document.methods.map(({ name }) => name)).to.have.members([
      "rollup_sendTransaction",
      "rollup_sendTransactions",
      "rollup_openAccount",
      "rollup_getAccount",
      "rollup_getAccounts",
      "rollup_getTransaction",
      "rollup_getBatch",
      "rollup_getProof",
      "rollup_status",
      "rollup_estimateFee",
      "rollup_subscribe",
      "rollup_unsubscribe",
    ]);
    for (const { name, params } of document.methods) {
      for (const { schema } of params) expect(schema, name).to.not.be.empty;
    }
    const send = document.methods.find(({ name }) => name === "rollup_getAccount");
    expect(send?.params.map(({ name, required }) => [name, required])).to.deep.equal([
      ["index", true],
      ["at", false],
    ]);
  });
});
