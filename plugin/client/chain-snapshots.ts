import type { JsonRpcRequest, JsonRpcResponse } from "hardhat/types/providers";

/** What a chain for development can do to its past, as far as requests tell. */
export type ChainListener = {
  /** The chain remembers this moment. Returns what it takes to go back to it. */
  snapshot(): Promise<() => Promise<void>>;
  /** The chain has begun anew. */
  reset(): Promise<void>;
};

/**
 * Follows the requests of a connection for snapshots, so that what is kept beside the chain goes back with it:
 * `evm_snapshot`, `evm_revert` and `hardhat_reset`, which is all that `loadFixture` and `takeSnapshot` use.
 */
export class ChainSnapshots {
  readonly #listener: ChainListener;
  /** By the chain's id of the snapshot, oldest first. */
  readonly #snapshots = new Map<string, () => Promise<void>>();

  constructor(listener: ChainListener) {
    this.#listener = listener;
  }

  /** Takes note of a request that was answered. */
  async answered({ method, params }: JsonRpcRequest, response: JsonRpcResponse): Promise<void> {
    if (!("result" in response)) return;
    const { result } = response;
    if (method === "evm_snapshot") this.#snapshots.set(String(result), await this.#listener.snapshot());
    if (method === "evm_revert" && result === true) await this.#revert(String(firstOf(params)));
    if (method === "hardhat_reset") {
      this.#snapshots.clear();
      await this.#listener.reset();
    }
  }

  /** A snapshot can be gone back to once, and takes the later ones with it. */
  async #revert(id: string): Promise<void> {
    const goBack = this.#snapshots.get(id);
    const ids = [...this.#snapshots.keys()];
    // One from before this connection is older than all, and nothing is known of that moment.
    for (const later of ids.slice(Math.max(0, ids.indexOf(id)))) this.#snapshots.delete(later);
    await (goBack ?? (() => this.#listener.reset()))();
  }
}

function firstOf(params: JsonRpcRequest["params"]): unknown {
  return Array.isArray(params) ? params[0] : undefined;
}
