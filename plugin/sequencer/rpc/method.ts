import type { z } from "zod/v4";
import type { Subscriber } from "./subscriber.ts";

/** Who calls. */
export type Caller = {
  /** Over HTTP there is nobody who could be told anything later. */
  readonly subscriber: Subscriber | undefined;
  /** Calls back once the answer is sent. */
  readonly afterAnswer: (callback: () => void) => void;
};

/** A method of the JSON-RPC interface: what it takes and gives, for the server and for the OpenRPC document. */
export type RpcMethod = {
  readonly name: string;
  /** One line for the OpenRPC document. */
  readonly summary: string;
  /** By name; by position they stand in the schema's order. */
  readonly params: z.ZodObject;
  readonly result: z.ZodType;
  /** What a call counts for the rate limit, by its parameters as they came. Default 1. */
  readonly cost?: ((params: unknown) => number) | undefined;
  /** Takes parameters that the schema has admitted. What it returns is written as JSON as it is. */
  readonly handle: (params: never, caller: Caller) => unknown;
};

/** A method whose handler has the types of its schemas. */
export function defineMethod<P extends z.ZodObject, R extends z.ZodType>(method: {
  readonly name: string;
  readonly summary: string;
  readonly params: P;
  readonly result: R;
  readonly cost?: (params: unknown) => number;
  readonly handle: (params: z.output<P>, caller: Caller) => z.input<R> | Promise<z.input<R>>;
}): RpcMethod {
  return method;
}

/** A method's parameter as it came, by name or position, before anything is known of it. */
export function rawParam(params: unknown, name: string, position: number): unknown {
  if (Array.isArray(params)) return params[position];
  if (typeof params !== "object" || params === null) return undefined;
  return (params as Record<string, unknown>)[name];
}
