// The protocol of JSON-RPC 2.0 by methods of its own; those of the node are in node-methods.test.ts.

import { expect } from "chai";
import { z } from "zod/v4";
import { Dispatcher } from "../../../plugin/sequencer/rpc/dispatcher.ts";
import { RpcError, rpcErrorCodes } from "../../../plugin/sequencer/rpc/errors.ts";
import { defineMethod } from "../../../plugin/sequencer/rpc/method.ts";

const maxBatch = 5;
const caller = { subscriber: undefined, afterAnswer: (): void => undefined };

describe("Dispatcher", () => {
  let notified: number[];
  let faults: [string, unknown][];
  let calls: [string, string][];
  let charged: number[];
  let allowance: number;
  let dispatcher: Dispatcher;

  beforeEach(() => {
    [notified, faults, calls, charged, allowance] = [[], [], [], [], Number.POSITIVE_INFINITY];
    dispatcher = new Dispatcher({
      maxBatch,
      onInternalError: (method, error) => void faults.push([method, error]),
      onCall: (method, outcome) => void calls.push([method, outcome]),
      methods: [
        defineMethod({
          name: "subtract",
          summary: "",
          params: z.strictObject({ minuend: z.number(), subtrahend: z.number().optional() }),
          result: z.number(),
          handle({ minuend, subtrahend = 0 }) {
            notified.push(minuend);
            return minuend - subtrahend;
          },
        }),
        defineMethod({
          name: "nothing",
          summary: "",
          params: z.strictObject({}),
          result: z.null(),
          cost: () => 7,
          handle: () => null,
        }),
        defineMethod({
          name: "fail",
          summary: "",
          params: z.strictObject({ known: z.boolean() }),
          result: z.null(),
          async handle({ known }) {
            await Promise.resolve();
            if (known) throw new RpcError("NOT_FOUND", "It is not here.", { wanted: 12n });
            throw new Error("secret");
          },
        }),
      ],
    });
  });

  async function send(text: string): Promise<unknown> {
    const answer = await dispatcher.answer(text, caller, async (cost) => {
      charged.push(cost);
      if (cost > allowance) throw new RpcError("LIMIT_EXCEEDED", "Too much.", { retryAfterMs: 5 });
    });
    return answer === undefined ? undefined : JSON.parse(answer.text);
  }

  async function call(method: string, params?: unknown, id: unknown = 1): Promise<Record<string, unknown>> {
    return (await send(JSON.stringify({ jsonrpc: "2.0", id, method, params }))) as Record<string, unknown>;
  }

  /** The name of the error that a text is answered with, which has the code of that name and a null result. */
  async function errorOf(text: string): Promise<unknown> {
    const answer = (await send(text)) as {
      jsonrpc: string;
      id: unknown;
      error: { code: number; data: { code: string } };
    };
    expect(answer).to.have.all.keys("jsonrpc", "id", "error");
    const { error } = answer;
    expect(error.code).to.equal(rpcErrorCodes[error.data.code as keyof typeof rpcErrorCodes]);
    return { id: answer.id, code: error.data.code };
  }

  it("calls methods by position and by name", async () => {
    expect(await call("subtract", [42, 23])).to.deep.equal({ jsonrpc: "2.0", id: 1, result: 19 });
    expect(await call("subtract", { subtrahend: 23, minuend: 42 }, "a")).to.deep.include({
      id: "a",
      result: 19,
    });
    expect(await call("subtract", [42])).to.deep.include({ result: 42 });
    expect(await call("nothing")).to.deep.equal({ jsonrpc: "2.0", id: 1, result: null });
    expect(await call("nothing", [], null)).to.deep.equal({ jsonrpc: "2.0", id: null, result: null });
  });

  it("does what a notification asks for, and answers nothing", async () => {
    expect(await send('{"jsonrpc":"2.0","method":"subtract","params":[1]}')).to.equal(undefined);
    expect(await send('{"jsonrpc":"2.0","method":"subtract","params":["x"]}')).to.equal(undefined);
    expect(await send('{"jsonrpc":"2.0","method":"unknown"}')).to.equal(undefined);
    expect(await send('[{"jsonrpc":"2.0","method":"subtract","params":[2]}]')).to.equal(undefined);
    expect(notified).to.deep.equal([1, 2]);
  });

  it("answers an array in its order, without the notifications", async () => {
    const request = (rest: object) => ({ jsonrpc: "2.0", ...rest });
    const answer = await send(
      JSON.stringify([
        request({ id: 1, method: "fail", params: [true] }),
        request({ method: "subtract", params: [5] }),
        7,
        request({ id: 2, method: "subtract", params: [5] }),
      ]),
    );
    expect(answer).to.have.length(3);
    const [first, second, third] = answer as [{ id: number }, { id: null; error: { code: number } }, object];
    expect(first.id).to.equal(1);
    expect(second).to.deep.include({ id: null });
    expect(second.error.code).to.equal(-32600);
    expect(third).to.deep.equal({ jsonrpc: "2.0", id: 2, result: 5 });
  });

  it("refuses what is no request, with the id where there is one", async () => {
    const cases: [text: string, code: string, id: unknown][] = [
      ["", "PARSE_ERROR", null],
      ['{"jsonrpc":', "PARSE_ERROR", null],
      ["[]", "INVALID_REQUEST", null],
      ["null", "INVALID_REQUEST", null],
      ['"text"', "INVALID_REQUEST", null],
      ['{"id":3,"method":"nothing"}', "INVALID_REQUEST", 3],
      ['{"jsonrpc":"1.0","id":3,"method":"nothing"}', "INVALID_REQUEST", 3],
      ['{"jsonrpc":"2.0","id":3,"method":7}', "INVALID_REQUEST", 3],
      ['{"jsonrpc":"2.0","id":{},"method":"nothing"}', "INVALID_REQUEST", null],
      ['{"jsonrpc":"2.0","id":3,"method":"nothing","params":1}', "INVALID_REQUEST", 3],
      ['{"jsonrpc":"2.0","id":3,"method":"nothing","params":null}', "INVALID_REQUEST", 3],
      ['{"jsonrpc":"2.0","id":3,"method":"toString"}', "METHOD_NOT_FOUND", 3],
      ['{"jsonrpc":"2.0","id":3,"method":"subtract"}', "INVALID_PARAMS", 3],
      ['{"jsonrpc":"2.0","id":3,"method":"subtract","params":["1"]}', "INVALID_PARAMS", 3],
      ['{"jsonrpc":"2.0","id":3,"method":"subtract","params":[1,2,3]}', "INVALID_PARAMS", 3],
      ['{"jsonrpc":"2.0","id":3,"method":"subtract","params":{"minuend":1,"more":2}}', "INVALID_PARAMS", 3],
      [
        '{"jsonrpc":"2.0","id":3,"method":"subtract","params":{"minuend":1,"__proto__":2}}',
        "INVALID_PARAMS",
        3,
      ],
    ];
    for (const [text, code, id] of cases) expect(await errorOf(text), text).to.deep.equal({ id, code });
    expect(notified).to.deep.equal([]);
  });

  it("says what was wrong with parameters, shortly even if they are long", async () => {
    const { error } = await call("subtract", { minuend: "x", ["y".repeat(10_000)]: 1 });
    const { message, data } = error as { message: string; data: Record<string, string> };
    expect(message).to.include("subtract");
    expect(data.problems).to.include("minuend").and.to.have.length.below(600);
    expect(data["what to do"]).to.include("rpc.discover");
  });

  it("tells an error of a method with its facts, and of the node's own faults nothing", async () => {
    expect((await call("fail", [true])).error).to.deep.equal({
      code: -32002,
      message: "It is not here.",
      data: { wanted: "12", code: "NOT_FOUND" },
    });
    expect(faults).to.have.length(0);
    const { error } = await call("fail", [false]);
    expect(JSON.stringify(error)).to.include("INTERNAL_ERROR").and.to.not.include("secret");
    expect(faults.map(([method, fault]) => [method, (fault as Error).message])).to.deep.equal([
      ["fail", "secret"],
    ]);
    expect(calls).to.deep.equal([
      ["fail", "NOT_FOUND"],
      ["fail", "INTERNAL_ERROR"],
    ]);
  });

  it("charges for a whole array before it does any of it", async () => {
    const nothing = { jsonrpc: "2.0", id: 1, method: "nothing" };
    const subtract = { jsonrpc: "2.0", id: 2, method: "subtract", params: [1] };
    allowance = 8;
    expect(await send(JSON.stringify([subtract, nothing]))).to.have.length(2);
    expect(notified).to.deep.equal([1]);
    expect(await errorOf(JSON.stringify([subtract, nothing, 5]))).to.deep.equal({
      id: null,
      code: "LIMIT_EXCEEDED",
    });
    expect(notified).to.deep.equal([1]);
    expect(charged).to.deep.equal([8, 9]);
  });

  it("charges for what is no request, too", async () => {
    await send("nonsense");
    await send("[]");
    expect(charged).to.deep.equal([1, 1]);
  });

  it("refuses arrays that are too long, whole", async () => {
    const request = { jsonrpc: "2.0", id: 1, method: "subtract", params: [1] };
    const array = (length: number) => JSON.stringify(Array.from({ length }, () => request));
    expect(await send(array(maxBatch))).to.have.length(maxBatch);
    expect(await errorOf(array(maxBatch + 1))).to.deep.equal({ id: null, code: "LIMIT_EXCEEDED" });
    expect(notified).to.have.length(maxBatch);
  });

  it("reads deeply nested arrays without falling over", async () => {
    const depth = 200_000;
    const arrays = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    expect(await send(arrays)).to.have.nested.property("[0].error.code", rpcErrorCodes.INVALID_REQUEST);
    const deep = `{"jsonrpc":"2.0","id":1,"method":"subtract","params":${arrays}}`;
    expect(await errorOf(deep)).to.deep.equal({ id: 1, code: "INVALID_PARAMS" });
  });
});
