import type { ChainSnapshots } from "../client/chain-snapshots.ts";
import type { HardhatTwo, RequestArguments, RequestProvider } from "./hardhat-two.ts";

/** A provider that tells of what it has answered, so that L2 goes back with L1 (`loadFixture`). */
export function followRequests(
  { ProviderWrapper }: HardhatTwo,
  provider: RequestProvider,
  snapshots: () => ChainSnapshots | undefined,
): RequestProvider {
  return new (class extends ProviderWrapper {
    override async request({ method, params }: RequestArguments): Promise<unknown> {
      const result = await provider.request(params === undefined ? { method } : { method, params });
      const request = { jsonrpc: "2.0", id: 1, method, params: Array.isArray(params) ? params : [] } as const;
      await snapshots()?.answered(request, { jsonrpc: "2.0", id: 1, result });
      return result;
    }
  })(provider);
}
