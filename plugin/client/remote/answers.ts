// A node's answers, checked and with integers as bigints. A node may be wrong or hostile: see RemoteRollup for what that
// can do and what it cannot.

import { z } from "zod/v4";
import type { Account } from "../../protocol/account.ts";
import { parseAddress } from "../../protocol/address.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import type { AccountJson } from "../../sequencer/rpc/wire.ts";
import { RemoteError } from "./errors.ts";

/** An account with its index. */
export type IndexedAccount = Account & { readonly index: number };

/** What an answer says, if it is of its method's type. Throws RemoteError `BAD_ANSWER`. */
export function checked<T extends z.ZodType>(method: string, type: T, answer: unknown): z.output<T> {
  const parsed = type.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw badAnswer(method, z.prettifyError(parsed.error).replaceAll("\n", " "));
}

export function badAnswer(method: string, problem: string): RemoteError {
  return new RemoteError("BAD_ANSWER", "The node's answer is not right.", {
    method,
    problem,
    "what to do": "ask another node",
  });
}

export function accountOf({ ax, ay, owner, balance, data, ...rest }: AccountJson): IndexedAccount {
  return {
    ...rest,
    ax: BigInt(ax),
    ay: BigInt(ay),
    owner: parseAddress(owner),
    balance: BigInt(balance),
    data: BigInt(data),
  };
}

/** Runs a check of the protocol on what a node has sent. */
export function protocolCheck<T>(method: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw badAnswer(method, error.message);
  }
}
