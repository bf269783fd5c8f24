import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod/v4";
import { SequencerError } from "../../errors.ts";
import type { Sequencer } from "../../sequencer.ts";
import { RpcError } from "../errors.ts";
import { defineMethod, type RpcMethod } from "../method.ts";
import { accountIndex, assetNumber, elementType, l1Address } from "../wire.ts";

const secondsPerHour = 3_600;

/**
 * `rollup_openAccount`.
 *
 * @param perHour - New accounts of all callers together, at most: they cost whoever asks nothing, but the sequencer slots
 * of its batches and everybody room in the tree. Infinity: no limit.
 */
export function openMethods(sequencer: Pick<Sequencer, "open" | "find">, perHour: number): RpcMethod[] {
  const allowance = new RateLimiterMemory({
    points: Number.isFinite(perHour) ? perHour : Number.MAX_SAFE_INTEGER,
    duration: secondsPerHour,
  });
  return [
    defineMethod({
      name: "rollup_openAccount",
      summary: "The index of a holder's account, which the next batch opens if there is none",
      params: z.strictObject({ ax: elementType, ay: elementType, owner: l1Address, asset: assetNumber }),
      result: accountIndex,
      cost: () => 10,
      async handle({ ax, ay, owner, asset }) {
        const holder = { ax: BigInt(ax), ay: BigInt(ay), owner: BigInt(owner), asset };
        const known = sequencer.find(holder);
        if (known !== undefined) return known;
        await spend(allowance, perHour);
        try {
          return await sequencer.open(holder);
        } catch (error) {
          if (!(error instanceof SequencerError)) throw error;
          await allowance.reward(everybody);
          if (!["UNUSABLE_HOLDER", "UNKNOWN_ASSET", "TREE_FULL"].includes(error.code)) throw error;
          throw new RpcError("REFUSED", error.message, { reason: error.code });
        }
      },
    }),
  ];
}

const everybody = "everybody";

async function spend(allowance: RateLimiterMemory, perHour: number): Promise<void> {
  try {
    await allowance.consume(everybody);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    throw new RpcError("LIMIT_EXCEEDED", "The node opens no more accounts for now.", {
      limit: `${perHour} an hour, for everybody together`,
      retryAfterMs: refused.msBeforeNext,
      "what to do": "deposit on L1 for whom the account is, which opens it; or wait",
    });
  }
}
