import { z } from "zod/v4";
import type { Sequencer } from "../../sequencer.ts";
import { defineMethod, type RpcMethod } from "../method.ts";
import { assetNumber, feeJson } from "../wire.ts";

/** `rollup_estimateFee`. */
export function feeMethods(sequencer: Pick<Sequencer, "estimateFee">): RpcMethod[] {
  return [
    defineMethod({
      name: "rollup_estimateFee",
      summary: "What fees have to be in an asset, as the mempool is now",
      params: z.strictObject({ asset: assetNumber.default(1) }),
      result: feeJson,
      handle({ asset }) {
        const { fee, accepted } = sequencer.estimateFee(asset);
        return { fee: fee.toString(), accepted };
      },
    }),
  ];
}
