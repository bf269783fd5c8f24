import { isIPv6 } from "node:net";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { RpcError } from "./errors.ts";

/** Allowances are over ten seconds, so that short bursts pass. */
const windowSeconds = 10;

/** What each address of the network may ask for, HTTP and WebSocket together. */
export class RateLimit {
  readonly #limiter: RateLimiterMemory | undefined;
  readonly #perSecond: number;

  /** @param perSecond - Calls a second, on average over ten seconds; a transaction counts as a call. 0: no limit. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    if (perSecond === 0) return;
    this.#limiter = new RateLimiterMemory({ points: perSecond * windowSeconds, duration: windowSeconds });
  }

  /** Takes a cost from an address's allowance. Throws RpcError `LIMIT_EXCEEDED`. */
  async charge(address: string, cost: number): Promise<void> {
    if (this.#limiter === undefined) return;
    try {
      await this.#limiter.consume(networkOf(address), cost);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      throw this.#refusal(refused, cost);
    }
  }

  /** For before anything is read: why an address that has used up its allowance gets nothing, undefined for others. */
  async exhaustion(address: string): Promise<RpcError | undefined> {
    const used = await this.#limiter?.get(networkOf(address));
    return used != null && used.remainingPoints <= 0 ? this.#refusal(used, 1) : undefined;
  }

  #refusal({ msBeforeNext }: RateLimiterRes, cost: number): RpcError {
    return new RpcError("LIMIT_EXCEEDED", "Too many calls from this address.", {
      limit: `${this.#perSecond} calls a second; a transaction counts as one`,
      cost,
      retryAfterMs: msBeforeNext,
      "what to do": "wait, and send less at a time; or run a node of your own",
    });
  }
}

/** An IPv4 address, or the network of an IPv6 one: whoever has one of those has 2^64. */
export function networkOf(address: string): string {
  const embedded = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (embedded !== undefined || !isIPv6(address)) return embedded ?? address;
  const [head = "", tail = ""] = address.split("%")[0]?.split("::") ?? [];
  const groups = head === "" ? [] : head.split(":");
  const behind = tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - behind.length) }, () => "0");
  return [...groups, ...zeros, ...behind]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
