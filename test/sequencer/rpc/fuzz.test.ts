// Requests that nobody should send, by the thousand: nothing falls over, nothing is taken, the node finds no fault with
// itself. The same ones in every run.

import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { WebSocket } from "ws";
import { encodeTransaction } from "../../../plugin/protocol/transaction.ts";
import { transactionToJson } from "../../../plugin/protocol/transaction-json.ts";
import { rpcErrorCodes } from "../../../plugin/sequencer/rpc/errors.ts";
import { alice, bob, cleanUp, transfer } from "../fixture.ts";
import { type RpcAnswer, type RpcFixture, result, startRpc, stopRpcs } from "./fixture.ts";

const byHttp = 8_000;
const bySocket = 2_000;
const atOnce = 16;
const garbageConnections = 200;

/** Mulberry32: an integer below a bound. */
function random(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

// Signed, and more than alice has: however it is changed, it cannot be taken.
const overdraft = transfer(alice, 1, bob.holder(), { from: 0, nonce: 0, amount: 10n ** 30n });
// No point of the curve, and so is what it is changed into.
const offCurve = { ax: "1", ay: "2", owner: `0x${"12".repeat(20)}`, asset: 1 };

/** A request of each method that is right but for what it is about. */
const requests: readonly [method: string, params: unknown][] = [
  ["rollup_sendTransaction", [encodeTransaction(overdraft)]],
  ["rollup_sendTransaction", { transaction: transactionToJson(overdraft) }],
  ["rollup_sendTransactions", [[encodeTransaction(overdraft), transactionToJson(overdraft)]]],
  ["rollup_openAccount", offCurve],
  ["rollup_getAccount", [0]],
  ["rollup_getAccount", { index: 1, at: "settled" }],
  ["rollup_getAccounts", { holder: { owner: `0x${"00".repeat(18)}a001` }, asset: 1 }],
  ["rollup_getAccounts", [{ ax: "1", ay: "2" }]],
  ["rollup_getTransaction", [`0x${"ab".repeat(32)}`]],
  ["rollup_getBatch", [1]],
  ["rollup_getProof", [0]],
  ["rollup_status", {}],
  ["rollup_estimateFee", [1]],
  ["rollup_subscribe", { kind: "transaction", ids: [`0x${"ab".repeat(32)}`] }],
  ["rollup_unsubscribe", ["none"]],
  ["rpc.discover", []],
];

/** What parameters should not be. */
const oddities: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  2 ** 53,
  "",
  "0x",
  "-1",
  "1e3",
  "٣",
  "\u0000\uffff",
  "9".repeat(5_000),
  `0x${"f".repeat(5_000)}`,
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: null, constructor: 1, toString: 2 },
  Array.from({ length: 2_000 }, () => 0),
];

/** A text that is no request, or one of something that cannot be. */
function malformed(next: (bound: number) => number): string {
  const [method, params] = requests[next(requests.length)] ?? ["", []];
  const request: Record<string, unknown> = { jsonrpc: "2.0", id: next(1_000), method, params };
  const oddity = (): unknown => oddities[next(oddities.length)];
  switch (next(8)) {
    case 0:
      return flipped(JSON.stringify(request), next);
    case 1:
      return JSON.stringify(request).slice(0, next(JSON.stringify(request).length));
    case 2: {
      const fields = Object.keys(request);
      request[fields[next(fields.length)] ?? ""] = oddity();
      return JSON.stringify(request);
    }
    case 3:
      return JSON.stringify({ ...request, params: odd(params, oddity, next) });
    case 4:
      return JSON.stringify({
        ...request,
        params: Array.isArray(params) ? [...params, oddity()] : { ...(params as object), more: oddity() },
      });
    case 5:
      return JSON.stringify(
        Array.from({ length: next(120) }, () =>
          next(2) === 0 ? oddity() : { ...request, method: `${method}x` },
        ),
      );
    case 6:
      return `${"[".repeat(next(10_000))}${JSON.stringify(request)}`;
    default:
      return `{"jsonrpc":"2.0","id":1,"method":"${method}","method":${JSON.stringify(oddity())},"params":{"__proto__":${JSON.stringify(oddity())}}}`;
  }
}

/** With one parameter, or a part of one, replaced. */
function odd(params: unknown, oddity: () => unknown, next: (bound: number) => number): unknown {
  if (typeof params !== "object" || params === null || next(4) === 0) return oddity();
  const keys = Object.keys(params);
  const copy = structuredClone(params) as Record<string, unknown>;
  const key = keys[next(keys.length)];
  if (key !== undefined) copy[key] = odd(copy[key], oddity, next);
  return copy;
}

/** With some characters replaced. */
function flipped(text: string, next: (bound: number) => number): string {
  const characters = [...text];
  for (let count = 1 + next(4); count > 0; count--) {
    characters[next(characters.length)] = String.fromCharCode(next(256));
  }
  return characters.join("");
}

describe("10,000 malformed requests", () => {
  let node: RpcFixture;

  beforeEach(async () => {
    node = await startRpc({ limits: { rate: 0 } });
  });

  afterEach(async () => {
    await stopRpcs();
    await cleanUp();
  });

  const known = new Set<number>(Object.values(rpcErrorCodes));
  const outcomes = new Map<string, number>();

  /** Every answer is one of JSON-RPC; of the node's own faults there is none. */
  function check(text: string, request: string): void {
    const json = JSON.parse(text) as RpcAnswer | RpcAnswer[];
    for (const answer of Array.isArray(json) ? json : [json]) {
      expect(answer, request.slice(0, 200)).to.include({ jsonrpc: "2.0" });
      const name = answer.error === undefined ? "result" : String(answer.error.data.code);
      if (answer.error !== undefined) expect(known.has(answer.error.code)).to.equal(true);
      expect(name, request.slice(0, 500)).to.not.equal("INTERNAL_ERROR");
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    }
  }

  it("change nothing, and are all answered", async () => {
    const { rpc, store, sequencer, lines } = node;
    const before = { store: store.snapshot(), status: sequencer.status() };
    let left = byHttp;
    const next = random(1);
    const send = async (): Promise<void> => {
      while (left-- > 0) {
        const body = malformed(next);
        const response = await fetch(rpc.url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        });
        expect(response.status).to.be.oneOf([200, 204]);
        const text = await response.text();
        if (response.status === 200) check(text, body);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, send));

    const socket = new WebSocket(rpc.url.replace("http", "ws"));
    await once(socket, "open");
    socket.on("message", (data) => check(String(data), "by WebSocket"));
    for (let count = bySocket; count > 0; count--) socket.send(malformed(next));
    const last = '{"jsonrpc":"2.0","id":"last","method":"rollup_status"}';
    const answered = new Promise<void>((resolve) => {
      socket.on("message", (data) => void (String(data).includes('"id":"last"') && resolve()));
    });
    socket.send(last);
    await answered;
    socket.terminate();
    // Those before it may be under way still.
    while (sequencer.status().admittingTransactions > 0)
      await new Promise((resolve) => setTimeout(resolve, 5));

    expect(store.snapshot()).to.deep.equal(before.store);
    expect(sequencer.status()).to.deep.equal(before.status);
    expect(lines.filter(({ level }) => Number(level) >= 50)).to.deep.equal([]);
    // Each kind of refusal has been met.
    expect([...outcomes.keys()]).to.include.members([
      "result",
      "PARSE_ERROR",
      "INVALID_REQUEST",
      "METHOD_NOT_FOUND",
      "INVALID_PARAMS",
      "TRANSACTION_REFUSED",
      "LIMIT_EXCEEDED",
      "REFUSED",
    ]);
    expect(await result(rpc.url, "rollup_getAccount", [0])).to.include({ balance: "1000" });
  }).timeout(300_000);

  it("and bytes that are no HTTP do not stop it either", async () => {
    const { rpc, lines } = node;
    const next = random(2);
    const port = Number(new URL(rpc.url).port);
    const heads = [
      "",
      "POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n{",
      "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ];
    for (let count = garbageConnections; count > 0; count--) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write(heads[next(heads.length)] ?? "");
      socket.write(Buffer.from(Array.from({ length: next(400) }, () => next(256))));
      socket.destroySoon();
    }
    expect(await result(rpc.url, "rollup_getAccount", [0])).to.include({ balance: "1000" });
    expect(lines.filter(({ level }) => Number(level) >= 50)).to.deep.equal([]);
  });
});
