import { setTimeout } from "node:timers/promises";
import type { EthereumProvider } from "hardhat/types/providers";
import type { BatchReport } from "./batch-report.ts";
import { ClientError } from "./errors.ts";
import type { RollupClient } from "./rollup.ts";

/** Between two looks for transactions that wait to be mined. */
const pollMilliseconds = 20;

/**
 * Settles all that is pending, on a chain that mines when it is told to, and mines until L1 counts it as final.
 *
 * @returns the reports of the batches that have settled
 * @throws ClientError if the chain does not mine on demand; as RollupClient.settle
 */
export async function mineUntilSettled(
  client: RollupClient,
  provider: EthereumProvider,
): Promise<BatchReport[]> {
  await mineUntilFinal(client, provider);
  let ended = false;
  const settling = client.settle().finally(() => {
    ended = true;
  });
  settling.catch(() => undefined); // it is reported in the end
  while (!ended) {
    await Promise.race([settling.catch(() => undefined), setTimeout(pollMilliseconds)]);
    if (!ended && (await hasPending(provider))) await mine(client, provider);
  }
  const reports = await settling;
  await mineUntilFinal(client, provider);
  return reports;
}

/** Mines until what the chain has now has the configured confirmations. */
async function mineUntilFinal(client: RollupClient, provider: EthereumProvider): Promise<void> {
  if (await hasPending(provider)) await mine(client, provider);
  const latest = await client.l1.provider.getBlockNumber();
  while ((await client.l1.finalBlock()) < latest) await mine(client, provider);
}

async function hasPending(provider: EthereumProvider): Promise<boolean> {
  const count = await provider.request({
    method: "eth_getBlockTransactionCountByNumber",
    params: ["pending"],
  });
  return BigInt(String(count ?? 0)) > 0n;
}

async function mine({ deployment }: RollupClient, provider: EthereumProvider): Promise<void> {
  try {
    await provider.request({ method: "evm_mine" });
  } catch (error) {
    throw new ClientError("The chain does not mine on demand.", {
      network: deployment.network,
      problem: error instanceof Error ? error.message : String(error),
      "what to do": "use settle(), which waits for the chain's own blocks",
    });
  }
}
