import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { WebSocket } from "ws";
import { encodeTransaction, transactionId } from "../../../plugin/protocol/transaction.ts";
import { CannotListen } from "../../../plugin/sequencer/rpc/server.ts";
import { alice, bob, cleanUp, domain, transfer } from "../fixture.ts";
import {
  call,
  post,
  proofRecord,
  type RpcAnswer,
  result,
  settlementRecord,
  startRpc,
  stopRpcs,
} from "./fixture.ts";

const status = '{"jsonrpc":"2.0","id":1,"method":"rollup_status"}';

/** A WebSocket that keeps what it is sent. */
class Connection {
  readonly socket: WebSocket;
  readonly messages: (RpcAnswer & {
    id?: unknown;
    method?: string;
    params?: { subscription: string; result: unknown };
  })[] = [];
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => void this.messages.push(JSON.parse(String(data))));
  }

  static async open(url: string): Promise<Connection> {
    const connection = new Connection(new WebSocket(url.replace("http", "ws")));
    connection.socket.setMaxListeners(0);
    await once(connection.socket, "open");
    return connection;
  }

  /** Waits for a message. */
  async until<T>(find: (messages: Connection["messages"]) => T | undefined): Promise<T> {
    for (;;) {
      const found = find(this.messages);
      if (found !== undefined) return found;
      await once(this.socket, "message");
    }
  }

  async call(method: string, params: unknown = {}): Promise<RpcAnswer> {
    const id = ++this.#lastId;
    this.socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return await this.until((messages) => messages.find((message) => message.id === id));
  }

  /** What a subscription has told so far. */
  told(subscription: unknown): unknown[] {
    return this.messages.flatMap(({ params }) =>
      params?.subscription === subscription ? [params?.result] : [],
    );
  }
}

describe("The node's server", () => {
  const connections: Connection[] = [];

  afterEach(async () => {
    for (const { socket } of connections.splice(0)) socket.terminate();
    await stopRpcs();
    await cleanUp();
  });

  async function open(url: string): Promise<Connection> {
    const connection = await Connection.open(url);
    connections.push(connection);
    return connection;
  }

  const payment = (nonce: number) => transfer(alice, 1, bob.holder(), { from: 0, nonce, amount: 10n });

  it("answers by HTTP with the status that fits", async () => {
    const { rpc } = await startRpc();
    const cases: [body: string, type: string, status: number, code: number | undefined][] = [
      [status, "application/json", 200, undefined],
      [status, "application/json; charset=utf-8", 200, undefined],
      ["{", "application/json", 200, -32700],
      ["", "application/json", 200, -32700],
      ['{"jsonrpc":"2.0","method":"rollup_status"}', "application/json", 204, undefined],
      [status, "text/plain", 415, -32600],
      [`"${"x".repeat(1024 * 1024)}"`, "application/json", 413, -32005],
    ];
    for (const [body, type, expected, code] of cases) {
      const response = await post(rpc.url, body, type);
      expect(response.status, body.slice(0, 50)).to.equal(expected);
      const text = await response.text();
      if (expected === 204) expect(text).to.equal("");
      else expect((JSON.parse(text) as RpcAnswer).error?.code).to.equal(code);
    }
    const missing = await fetch(`${rpc.url}/nothing`);
    expect([missing.status, ((await missing.json()) as RpcAnswer).error?.data.code]).to.deep.equal([
      404,
      "NOT_FOUND",
    ]);
    expect((await fetch(rpc.url)).status).to.equal(200);
    expect((await fetch(rpc.url, { method: "PUT" })).status).to.equal(404);
  });

  it("lets web apps of any origin ask", async () => {
    const { rpc } = await startRpc();
    const headers = {
      origin: "https://app.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    };
    const preflight = await fetch(rpc.url, { method: "OPTIONS", headers });
    expect(preflight.headers.get("access-control-allow-origin")).to.equal("*");
    expect(preflight.headers.get("access-control-allow-headers")).to.include("content-type");
  });

  it("limits what an address may ask for, HTTP and WebSocket together", async () => {
    const { rpc, sequencer } = await startRpc({ limits: { rate: 3 } });
    const connection = await open(rpc.url);
    const transactions = Array.from({ length: 25 }, (_, nonce) => encodeTransaction(payment(nonce)));
    expect((await call(rpc.url, "rollup_sendTransactions", [transactions])).error).to.equal(undefined);
    for (let left = 5; left > 0; left--) await connection.call("rollup_status");
    const limited = await connection.call("rollup_status");
    expect(limited.error?.code).to.equal(-32005);
    expect(limited.error?.data.retryAfterMs).to.be.within(1, 10_000);
    const response = await post(rpc.url, status);
    expect(response.status).to.equal(429);
    expect(Number(response.headers.get("retry-after"))).to.be.within(1, 10);
    expect(sequencer.nextNonce(0)).to.equal(25);
    // What operators need is not limited.
    expect((await fetch(`${rpc.url}/health`)).status).to.equal(200);
  });

  it("takes the caller's address from a proxy only if it is told to", async () => {
    const forwarded = async (url: string, address: string) =>
      (
        await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json", "x-forwarded-for": address },
          body: status,
        })
      ).status;
    const direct = await startRpc({ limits: { rate: 1 } });
    for (let number = 0; number < 10; number++)
      expect(await forwarded(direct.rpc.url, `10.0.0.${number}`)).to.equal(200);
    expect(await forwarded(direct.rpc.url, "10.0.0.99")).to.equal(429);
    const behind = await startRpc({ limits: { rate: 1 }, trustProxy: true });
    for (let number = 0; number < 10; number++)
      expect(await forwarded(behind.rpc.url, "2001:db8::1")).to.equal(200);
    expect(await forwarded(behind.rpc.url, "2001:db8::2:1")).to.equal(429);
    expect(await forwarded(behind.rpc.url, "2001:db8:0:1::1")).to.equal(200);
  });

  it("does not read what an address sends that has used up what it may ask for", async () => {
    const { rpc } = await startRpc({ limits: { rate: 1, bodyBytes: 1_000 } });
    for (let number = 0; number < 10; number++) expect((await post(rpc.url, "{")).status).to.equal(200);
    // Read, these would be refused for something else.
    for (const [body, type] of [["{"], [" ".repeat(2_000)], [status, "text/plain"]] as const) {
      const response = await post(rpc.url, body, type);
      expect(response.status).to.equal(429);
      expect(Number(response.headers.get("retry-after"))).to.be.within(1, 10);
      const { id, error } = (await response.json()) as RpcAnswer & { id: unknown };
      expect([id, error?.data.code]).to.deep.equal([null, "LIMIT_EXCEEDED"]);
    }
  });

  it("believes a proxy about the caller, and not what the caller has told the proxy", async () => {
    const { rpc } = await startRpc({ limits: { rate: 1, connectionsPerAddress: 1 }, trustProxy: true });
    const statuses: number[] = [];
    for (let number = 0; number < 11; number++) {
      const headers = {
        "content-type": "application/json",
        "x-forwarded-for": `10.0.0.${number}, 192.0.2.1`,
      };
      statuses.push((await fetch(rpc.url, { method: "POST", headers, body: status })).status);
    }
    expect(statuses).to.deep.equal([...Array(10).fill(200), 429]);
  });

  it("counts the connections of an IPv6 network together, since whoever has one has 2^64 addresses", async () => {
    const { rpc } = await startRpc({ limits: { connectionsPerAddress: 1 }, trustProxy: true });
    const connect = async (address: string) => {
      const headers = { "x-forwarded-for": address };
      const socket = new WebSocket(rpc.url.replace("http", "ws"), { headers });
      await once(socket, "open");
      socket.send(status);
      return await Promise.race([once(socket, "close"), once(socket, "message")]);
    };
    expect(String((await connect("2001:db8::1"))[0])).to.contain("nextBatch");
    expect((await connect("2001:db8::2"))[0]).to.equal(1013);
    expect(String((await connect("2001:db8:0:1::1"))[0])).to.contain("nextBatch");
  });

  it("has room for a limited number of connections", async () => {
    for (const limits of [{ connections: 1 }, { connectionsPerAddress: 1 }]) {
      const { rpc } = await startRpc({ limits });
      const first = await open(rpc.url);
      const second = await open(rpc.url);
      const [code] = await once(second.socket, "close");
      expect(code).to.equal(1013);
      expect((await first.call("rollup_status")).error).to.equal(undefined);
      first.socket.close();
      await once(first.socket, "close");
      while (/rpc_connections 1/.test(await (await fetch(`${rpc.url}/metrics`)).text())) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect((await (await open(rpc.url)).call("rollup_status")).error).to.equal(undefined);
    }
  });

  it("puts what many connections send together, and loses none of it", async () => {
    const { rpc, sequencer } = await startRpc();
    const sockets = await Promise.all([open(rpc.url), open(rpc.url)]);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, nonce) => {
        const params = [encodeTransaction(payment(nonce))];
        const socket = sockets[nonce % 3];
        return socket === undefined
          ? call(rpc.url, "rollup_sendTransaction", params)
          : socket.call("rollup_sendTransaction", params);
      }),
    );
    expect(answers.filter(({ error }) => error !== undefined)).to.deep.equal([]);
    expect(sequencer.account(0)).to.include({ nonce: 60, balance: 400n });
  });

  it("tells subscribers of transactions, accounts and batches", async () => {
    const { rpc, sequencer, store } = await startRpc();
    const connection = await open(rpc.url);
    const { result: id } = await connection.call("rollup_sendTransaction", [encodeTransaction(payment(0))]);
    const subscribe = async (params: object) => (await connection.call("rollup_subscribe", params)).result;
    const one = await subscribe({ kind: "transaction", ids: [String(id).toUpperCase().replace("0X", "0x")] });
    const bobs = await subscribe({ kind: "transactions", accounts: [1] });
    const accounts = await subscribe({ kind: "accounts", accounts: [1] });
    const batches = await subscribe({ kind: "batches" });
    const { result: next } = await connection.call("rollup_sendTransaction", [encodeTransaction(payment(1))]);
    await sequencer.seal();
    await connection.until(() => connection.told(batches)[0]);
    const lives = (subscription: unknown) =>
      connection.told(subscription).map((life) => (life as { status: string }).status);
    await store.saveProof(1, proofRecord);
    await store.settled(1, settlementRecord);
    await connection.until(() => connection.told(batches)[2]);
    expect(lives(one)).to.deep.equal(["pending", "sealed", "proven", "settled"]);
    expect(lives(batches)).to.deep.equal(["sealed", "proven", "settled"]);
    expect(
      connection.told(bobs).map((life) => [(life as { id: string }).id, (life as { status: string }).status]),
    ).to.have.deep.members([
      [next, "pending"],
      ...["sealed", "proven", "settled"].flatMap((step) => [
        [id, step],
        [next, step],
      ]),
    ]);
    expect(connection.told(accounts)[0]).to.include({ index: 1, balance: "520" });
    expect(connection.told(batches)[0]).to.include({ batchNumber: 1, status: "sealed", transactions: 2 });
  });

  it("ends a subscription when it is asked to, and all with the connection", async () => {
    const { rpc, sequencer } = await startRpc();
    const [connection, other] = [await open(rpc.url), await open(rpc.url)];
    const { result: subscription } = await connection.call("rollup_subscribe", { kind: "transactions" });
    expect((await other.call("rollup_unsubscribe", { subscription })).result).to.equal(false);
    expect((await connection.call("rollup_unsubscribe", { subscription })).result).to.equal(true);
    expect((await connection.call("rollup_unsubscribe", { subscription })).result).to.equal(false);
    await connection.call("rollup_subscribe", { kind: "transactions" });
    const metric = async () =>
      /rpc_subscriptions (\d+)/.exec(await (await fetch(`${rpc.url}/metrics`)).text())?.[1];
    expect(await metric()).to.equal("1");
    connection.socket.terminate();
    while ((await metric()) !== "0") await new Promise((resolve) => setTimeout(resolve, 10));
    await sequencer.submit(payment(0));
    expect(connection.told(subscription)).to.deep.equal([]);
  });

  it("limits the subscriptions of a connection, and has none by HTTP", async () => {
    const { rpc } = await startRpc({ limits: { rate: 0 } });
    const connection = await open(rpc.url);
    const subscribe = async (accounts: number[]) =>
      await connection.call("rollup_subscribe", { kind: "accounts", accounts });
    for (let count = 0; count < 100; count++) await subscribe([0]);
    const { error } = await subscribe([0]);
    expect(error?.data).to.include({ code: "LIMIT_EXCEEDED", limit: 100 });
    const http = await call(rpc.url, "rollup_subscribe", { kind: "batches" });
    expect(http.error?.data).to.include({ code: "INVALID_REQUEST" });
  });

  it("limits the subscriptions of a connection that are told everything", async () => {
    const { rpc } = await startRpc({ limits: { rate: 0 } });
    const connection = await open(rpc.url);
    const subscribe = async (kind: string) => await connection.call("rollup_subscribe", { kind });
    for (const kind of ["batches", "transactions", "batches"]) await subscribe(kind);
    const { result: fourth } = await subscribe("transactions");
    expect((await subscribe("batches")).error?.data).to.include({ code: "LIMIT_EXCEEDED", limit: 4 });
    await connection.call("rollup_unsubscribe", { subscription: fourth });
    expect((await subscribe("batches")).error).to.equal(undefined);
  });

  it("limits what the subscriptions of a connection name", async () => {
    const { rpc } = await startRpc({ limits: { rate: 0 } });
    const connection = await open(rpc.url);
    const ids = Array.from({ length: 1_000 }, (_, number) => `0x${number.toString(16).padStart(64, "0")}`);
    const subscribe = async () => await connection.call("rollup_subscribe", { kind: "transaction", ids });
    const { result: first } = await subscribe();
    for (let count = 1; count < 5; count++) expect((await subscribe()).error).to.equal(undefined);
    expect((await subscribe()).error?.data).to.include({ code: "LIMIT_EXCEEDED", limit: 5_000 });
    await connection.call("rollup_unsubscribe", { subscription: first });
    expect((await subscribe()).error).to.equal(undefined);
  });

  it("charges a subscription for each id, which it looks up", async () => {
    const { rpc } = await startRpc({ limits: { rate: 100 } });
    const connection = await open(rpc.url);
    const ids = Array.from({ length: 1_000 }, () => `0x${"00".repeat(32)}`);
    const params = { kind: "transaction", ids };
    expect((await connection.call("rollup_subscribe", params)).error?.data).to.include({ cost: 1_005 });
  });

  it("wants what a kind of subscription needs, and no more", async () => {
    const { rpc } = await startRpc();
    const connection = await open(rpc.url);
    const wrong: object[] = [
      { kind: "nothing" },
      { kind: "transaction" },
      { kind: "transaction", ids: [] },
      { kind: "transaction", ids: ["0x12"] },
      { kind: "transaction", ids: [`0x${"00".repeat(32)}`], accounts: [1] },
      { kind: "transactions", ids: [`0x${"00".repeat(32)}`] },
      { kind: "accounts" },
      { kind: "batches", accounts: [1] },
    ];
    for (const params of wrong) {
      expect(
        (await connection.call("rollup_subscribe", params)).error?.code,
        JSON.stringify(params),
      ).to.equal(-32602);
    }
  });

  it("closes a connection that sends no text, or too much", async () => {
    const { rpc } = await startRpc();
    const binary = await open(rpc.url);
    binary.socket.send(Buffer.from(status));
    expect((await once(binary.socket, "close"))[0]).to.equal(1003);
    const large = await open(rpc.url);
    large.socket.send("x".repeat(1024 * 1024 + 1));
    expect((await once(large.socket, "close"))[0]).to.equal(1009);
    expect((await call(rpc.url, "rollup_status")).error).to.equal(undefined);
  });

  it("serves metrics and health", async () => {
    const health = { healthy: true, problems: [] as string[] };
    const { rpc } = await startRpc({ health: () => health });
    await call(rpc.url, "rollup_sendTransaction", [encodeTransaction(payment(0))]);
    await call(rpc.url, "rollup_sendTransaction", [encodeTransaction({ ...payment(1), amount: 1n })]);
    const response = await fetch(`${rpc.url}/metrics`);
    expect(response.headers.get("content-type")).to.include("text/plain");
    const text = await response.text();
    for (const line of [
      "hardhat_rollup_transactions_admitted_total 1",
      'hardhat_rollup_transactions_refused_total{code="BAD_SIGNATURE"} 1',
      'hardhat_rollup_rpc_calls_total{method="rollup_sendTransaction",outcome="ok"} 1',
      'hardhat_rollup_rpc_calls_total{method="rollup_sendTransaction",outcome="TRANSACTION_REFUSED"} 1',
      'hardhat_rollup_rpc_call_seconds_count{method="rollup_sendTransaction"} 2',
    ]) {
      expect(text.split("\n")).to.include(line);
    }
    expect(await (await fetch(`${rpc.url}/health`)).json()).to.deep.equal(health);
    Object.assign(health, { healthy: false, problems: ["cannot prove: no key"] });
    const ill = await fetch(`${rpc.url}/health`);
    expect([ill.status, await ill.json()]).to.deep.equal([503, health]);
  });

  it("answers what is under way when it stops, and takes nothing more", async () => {
    const { rpc, sequencer } = await startRpc();
    const connection = await open(rpc.url);
    const send = (nonce: number) => {
      const params = [encodeTransaction(payment(nonce))];
      return nonce % 2 === 0
        ? call(rpc.url, "rollup_sendTransaction", params)
        : connection.call("rollup_sendTransaction", params);
    };
    const sent = Promise.allSettled(Array.from({ length: 30 }, (_, nonce) => send(nonce)));
    while (sequencer.nextNonce(0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const started = performance.now();
    const closed =
      connection.socket.readyState === WebSocket.OPEN ? once(connection.socket, "close") : undefined;
    await rpc.close();
    expect(performance.now() - started).to.be.lessThan(5_000);
    const [code] = (await closed) ?? [];
    expect(code).to.equal(1001);
    const outcomes = await sent;
    const acknowledged = outcomes.map(
      (each) => each.status === "fulfilled" && each.value.result !== undefined,
    );
    expect(acknowledged).to.include(true);
    // Whoever was not told that it was taken finds that it was not.
    for (const [nonce, isTaken] of acknowledged.entries()) {
      expect(sequencer.transaction(transactionId(domain, payment(nonce))) !== undefined).to.equal(isTaken);
    }
    expect(await fetch(rpc.url).catch((error: Error) => error)).to.be.instanceOf(TypeError);
  });

  it("ends connections that begin a request and do not go on", async () => {
    const { rpc } = await startRpc();
    const { port } = new URL(rpc.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    );
    await once(socket, "connect");
    const closing = rpc.close();
    socket.destroy();
    await closing;
  });

  it("says that its address is taken", async () => {
    const { rpc } = await startRpc();
    const port = Number(new URL(rpc.url).port);
    const error = await startRpc({ port }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(CannotListen);
    expect((error as Error).message)
      .to.include(`127.0.0.1:${port}`)
      .and.to.include("--port");
  });

  it("logs its own faults with their reason, and tells callers none of it", async () => {
    const { rpc, store, lines } = await startRpc();
    await store.close();
    const { error } = await call(rpc.url, "rollup_getTransaction", [`0x${"00".repeat(32)}`]);
    expect(error?.data.code).to.equal("INTERNAL_ERROR");
    expect(JSON.stringify(error)).to.not.include(store.folder);
    const fault = lines.find(({ method }) => method === "rollup_getTransaction");
    expect(JSON.stringify(fault)).to.include("has been closed");
    expect(await result(rpc.url, "rollup_estimateFee").catch(() => undefined)).to.equal(undefined);
  });
});
