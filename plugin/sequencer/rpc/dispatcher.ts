// JSON-RPC 2.0 (jsonrpc.org/specification): a text in, a text out. Where requests come from is not known here.

import type { z } from "zod/v4";
import { RpcError, type RpcErrorJson } from "./errors.ts";
import type { Caller, RpcMethod } from "./method.ts";

export type DispatcherOptions = {
  readonly methods: readonly RpcMethod[];
  /** Requests in one array, at most. */
  readonly maxBatch: number;
  /** Told of errors that are the node's fault. */
  readonly onInternalError: (method: string, error: unknown) => void;
  /** Told of every call that has ended. */
  readonly onCall: (method: string, outcome: string, seconds: number) => void;
};

/** Takes a call's cost from an allowance. Throws RpcError `LIMIT_EXCEEDED`. */
export type Charge = (cost: number) => Promise<void>;

type Id = string | number | null;

type Response =
  | { readonly jsonrpc: "2.0"; readonly id: Id; readonly result: unknown }
  | { readonly jsonrpc: "2.0"; readonly id: Id; readonly error: RpcErrorJson };

/** What an answer is; `limited` if all of it was refused because it came too early. */
export type Answer = { readonly text: string; readonly limited: RpcError | undefined };

type Call = {
  readonly id: Id | undefined;
  readonly method: RpcMethod;
  readonly params: unknown;
  readonly cost: number;
};

/** Answers requests by methods. */
export class Dispatcher {
  readonly #methods: ReadonlyMap<string, RpcMethod>;
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#methods = new Map(options.methods.map((method) => [method.name, method]));
  }

  /**
   * Answers a text that somebody sent: a request or an array of them, run side by side.
   *
   * @returns undefined if there is nothing to answer: notifications
   */
  async answer(text: string, caller: Caller, charge: Charge): Promise<Answer | undefined> {
    let requests: readonly (Call | Response | undefined)[];
    let json: unknown;
    try {
      json = parse(text);
      const items = Array.isArray(json) ? this.#batch(json) : [json];
      requests = items.map((item) => this.#read(item));
      await charge(requests.reduce((sum, request) => sum + (isCall(request) ? request.cost : 1), 0));
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (error.code !== "LIMIT_EXCEEDED") await charge(1).catch(() => undefined);
      const id = Array.isArray(json) ? null : (idOf(json) ?? null);
      const text = JSON.stringify(failed(id, error));
      return { text, limited: error.facts.retryAfterMs === undefined ? undefined : error };
    }
    const answers = await Promise.all(
      requests.map((request) => (isCall(request) ? this.#run(request, caller) : request)),
    );
    const responses = answers.filter((response) => response !== undefined);
    if (responses.length === 0) return undefined;
    return { text: JSON.stringify(Array.isArray(json) ? responses : responses[0]), limited: undefined };
  }

  #batch(items: readonly unknown[]): readonly unknown[] {
    const { maxBatch } = this.#options;
    if (items.length === 0) throw new RpcError("INVALID_REQUEST", "The array of requests is empty.");
    if (items.length <= maxBatch) return items;
    throw new RpcError("LIMIT_EXCEEDED", "Too many requests in one array.", {
      limit: maxBatch,
      given: items.length,
      "what to do": "send several arrays; for transactions, rollup_sendTransactions",
    });
  }

  /** The call that a request is, or the answer to what is none; undefined for a notification of no known method. */
  #read(request: unknown): Call | Response | undefined {
    const id = idOf(request);
    try {
      const { name, params } = requestOf(request);
      const method = this.#methods.get(name);
      if (method === undefined) {
        throw new RpcError("METHOD_NOT_FOUND", "There is no such method.", {
          given: shortened(name),
          methods: [...this.#methods.keys()].join(", "),
        });
      }
      const cost = Math.max(1, method.cost?.(params) ?? 1);
      return { id, method, params, cost };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.#options.onCall("unknown", error.code, 0);
      const unanswered = error.code === "METHOD_NOT_FOUND" && id === undefined;
      return unanswered ? undefined : failed(id ?? null, error);
    }
  }

  async #run({ id, method, params, cost: _ }: Call, caller: Caller): Promise<Response | undefined> {
    const started = performance.now();
    let outcome = "ok";
    try {
      const result = await method.handle(admitted(method, params) as never, caller);
      return id === undefined ? undefined : { jsonrpc: "2.0", id, result: result ?? null };
    } catch (error) {
      const told = error instanceof RpcError ? error : this.#internal(method.name, error);
      outcome = told.code;
      return id === undefined ? undefined : failed(id, told);
    } finally {
      this.#options.onCall(method.name, outcome, (performance.now() - started) / 1_000);
    }
  }

  /** What is wrong here is nobody else's business: the log has it. */
  #internal(method: string, error: unknown): RpcError {
    this.#options.onInternalError(method, error);
    return new RpcError("INTERNAL_ERROR", "The node has failed to answer.", {
      "what to do": "try again; whoever runs the node finds the reason in its log",
    });
  }
}

function isCall(request: Call | Response | undefined): request is Call {
  return request !== undefined && "method" in request;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const problem = shortened((error as Error).message);
    throw new RpcError("PARSE_ERROR", "The request is not JSON.", { problem });
  }
}

/** A request's id; undefined if it has none that counts. */
function idOf(request: unknown): Id | undefined {
  if (typeof request !== "object" || request === null || !Object.hasOwn(request, "id")) return undefined;
  const { id } = request as { id: unknown };
  return typeof id === "string" || typeof id === "number" || id === null ? id : undefined;
}

function requestOf(request: unknown): { readonly name: string; readonly params: unknown } {
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    throw invalid("an object", request);
  }
  const { jsonrpc, method, params, id } = request as Record<string, unknown>;
  if (jsonrpc !== "2.0") throw invalid('"jsonrpc": "2.0"', jsonrpc);
  if (typeof method !== "string") throw invalid('a string in "method"', method);
  if (id !== undefined && idOf(request) === undefined) throw invalid('a string or a number in "id"', id);
  if (params !== undefined && (typeof params !== "object" || params === null)) {
    throw invalid('an array or an object in "params"', params);
  }
  return { name: method, params };
}

function invalid(expected: string, given: unknown): RpcError {
  return new RpcError("INVALID_REQUEST", "This is no request of JSON-RPC 2.0.", {
    expected,
    given: shortened(typeof given === "string" ? JSON.stringify(given) : typeof given),
  });
}

/** Parameters that a method's schema admits, by name. */
function admitted({ name, params: schema }: RpcMethod, params: unknown): unknown {
  const names = Object.keys(schema.shape);
  let named: unknown = params ?? {};
  if (Array.isArray(named)) {
    if (named.length > names.length) {
      throw new RpcError("INVALID_PARAMS", `${name} takes fewer parameters.`, {
        expected: names.length === 0 ? "none" : `${names.length}: ${names.join(", ")}`,
        given: named.length,
      });
    }
    named = Object.fromEntries(named.map((value: unknown, position) => [names[position], value]));
  }
  const parsed = schema.safeParse(named);
  if (parsed.success) return parsed.data;
  throw new RpcError("INVALID_PARAMS", `The parameters of ${name} are not right.`, {
    problems: problemsOf(parsed.error),
    "what to do": `see ${name} in the document of rpc.discover`,
  });
}

/** The first problems of parameters, each with its place. */
function problemsOf({ issues }: z.ZodError): string {
  const lines = issues.slice(0, maxProblems).map(({ path, message }) => {
    return `${path.length === 0 ? "" : `${path.map(String).join(".")}: `}${shortened(message)}`;
  });
  return lines.join("; ");
}

function failed(id: Id, error: RpcError): Response {
  return { jsonrpc: "2.0", id, error: error.toJSON() };
}

const maxProblems = 4;
const maxShown = 120;

function shortened(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}
