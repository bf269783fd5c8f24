import { RpcError } from "./errors.ts";
import type { RpcMethod } from "./method.ts";

/** Methods that change something, on a node that follows: they say who takes transactions. */
export function refusing(methods: readonly RpcMethod[]): RpcMethod[] {
  return methods.map((method) => ({
    ...method,
    handle: () => {
      throw new RpcError("READ_ONLY", "This node follows the rollup and takes nothing.", {
        method: method.name,
        "what to do": "send it to the sequencer's node",
      });
    },
  }));
}
