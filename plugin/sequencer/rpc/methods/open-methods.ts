import { z } from "zod/v4";
import { SequencerError } from "../../errors.ts";
import type { Sequencer } from "../../sequencer.ts";
import { RpcError } from "../errors.ts";
import { defineMethod, type RpcMethod } from "../method.ts";
import { accountIndex, assetNumber, elementType, l1Address } from "../wire.ts";

/** An account costs its opener nothing, but everybody room in the tree. */
const cost = 100;

/** `rollup_openAccount`. */
export function openMethods(sequencer: Pick<Sequencer, "open">): RpcMethod[] {
  return [
    defineMethod({
      name: "rollup_openAccount",
      summary:
        "The index of a holder's account, which the next batch opens if there is none; counts as 100 calls",
      params: z.strictObject({ ax: elementType, ay: elementType, owner: l1Address, asset: assetNumber }),
      result: accountIndex,
      cost: () => cost,
      async handle({ ax, ay, owner, asset }) {
        try {
          return await sequencer.open({ ax: BigInt(ax), ay: BigInt(ay), owner: BigInt(owner), asset });
        } catch (error) {
          if (!(error instanceof SequencerError)) throw error;
          if (!["UNUSABLE_HOLDER", "UNKNOWN_ASSET", "TREE_FULL"].includes(error.code)) throw error;
          throw new RpcError("REFUSED", error.message, { reason: error.code });
        }
      },
    }),
  ];
}
