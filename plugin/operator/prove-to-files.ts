import type { BatchReport } from "../client/batch-report.ts";
import type { RollupClient } from "../client/rollup.ts";
import type { ProveOptions } from "../prover/prove-batches.ts";
import { proofPath, storedProof, writeProof } from "./proof-file.ts";

/**
 * Proves every sealed batch that has no proof, and writes each proof to a file that can be passed on.
 *
 * @param folder - Of the plugin's files.
 */
export async function proveToFiles(
  client: RollupClient,
  folder: string,
  options: ProveOptions & { readonly onBatch?: (report: BatchReport) => void },
): Promise<void> {
  const { deployment, store } = client;
  const onBatch = async (report: BatchReport): Promise<void> => {
    const { batchNumber } = report;
    const { key } = await client.setup(store.batch(batchNumber).shapeName);
    const batchProof = storedProof(client, batchNumber, key.verificationKey);
    await writeProof(proofPath(folder, deployment, batchNumber), batchProof);
    options.onBatch?.(report);
  };
  await client.prove({ ...options, onBatch });
}
