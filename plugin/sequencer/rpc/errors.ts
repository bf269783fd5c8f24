import type { Facts } from "../../protocol/facts.ts";

/**
 * Codes of errors. Those below -32099 are JSON-RPC 2.0's; -32005 is also EIP-1474's. The names are in the error's
 * `data.code`, next to what was given and what to do.
 */
export const rpcErrorCodes = {
  /** The text is no JSON. */
  PARSE_ERROR: -32700,
  /** The JSON is no request. */
  INVALID_REQUEST: -32600,
  METHOD_NOT_FOUND: -32601,
  /** The parameters are not those of the method. */
  INVALID_PARAMS: -32602,
  /** The node's fault; its log says more. */
  INTERNAL_ERROR: -32603,
  /** The sequencer does not take the transaction; `data.refusal` is the code of the reason. */
  TRANSACTION_REFUSED: -32001,
  /** What was asked for is not there. */
  NOT_FOUND: -32002,
  /** The sequencer refuses what was asked for; `data.reason` is its code. */
  REFUSED: -32003,
  /** The node follows a rollup that somebody else sequences: it only reads. */
  READ_ONLY: -32004,
  /** Too many requests, or too large ones; `data.retryAfterMs` if waiting helps. */
  LIMIT_EXCEEDED: -32005,
  /** The node is stopping, or its store cannot be written: nothing was taken. */
  UNAVAILABLE: -32006,
} as const;

export type RpcErrorName = keyof typeof rpcErrorCodes;

/** An error as JSON-RPC carries it. */
export type RpcErrorJson = {
  readonly code: number;
  readonly message: string;
  readonly data: { readonly code: RpcErrorName } & Readonly<Record<string, string | number>>;
};

/** What goes wrong with a request, in the caller's sight: a sentence and its facts. */
export class RpcError extends Error {
  readonly code: RpcErrorName;
  readonly facts: Facts;

  constructor(code: RpcErrorName, sentence: string, facts: Facts = {}) {
    super(sentence);
    this.name = "RpcError";
    this.code = code;
    this.facts = facts;
  }

  toJSON(): RpcErrorJson {
    const facts = Object.entries(this.facts).map(([name, value]) => [
      name,
      typeof value === "bigint" ? value.toString() : value,
    ]);
    return {
      code: rpcErrorCodes[this.code],
      message: this.message,
      data: { ...Object.fromEntries(facts), code: this.code },
    };
  }
}
