// No HardhatPluginError here: this runs in browsers, where there is no Hardhat.

import { type Facts, withFacts } from "../../protocol/facts.ts";
import type { RpcErrorName } from "../../sequencer/rpc/errors.ts";

/** What went wrong: a node's answer (see docs/node.md), or what the client found itself. */
export type RemoteErrorCode =
  | RpcErrorName
  /** No answer: nobody knows whether the node has had the request. */
  | "UNREACHABLE"
  | "TIMEOUT"
  /** What the node answers is not what it says it is. */
  | "BAD_ANSWER"
  /** The node serves another rollup than the one that the caller named. */
  | "WRONG_ROLLUP"
  /** The wallet has no account of the asset. */
  | "NO_ACCOUNT"
  /** A transaction that was waited for has been dropped. */
  | "DROPPED"
  /** The client has been closed. */
  | "CLOSED";

/** An error of a RemoteRollup: a code for programs, a sentence and its facts for people. */
export class RemoteError extends Error {
  readonly code: RemoteErrorCode;
  readonly facts: Facts;

  constructor(code: RemoteErrorCode, sentence: string, facts: Facts = {}, cause?: unknown) {
    super(withFacts(sentence, facts), cause === undefined ? {} : { cause });
    this.name = "RemoteError";
    this.code = code;
    this.facts = facts;
  }
}
