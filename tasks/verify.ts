import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import type { RollupClient } from "../plugin/client/rollup.ts";
import { formatFacts } from "../plugin/console/table.ts";
import { nextCommand } from "../plugin/operator/next-step.ts";
import { type BatchProof, readProof, storedProof } from "../plugin/operator/proof-file.ts";
import { verifyBatchProof } from "../plugin/operator/verify-proof.ts";
import { withDeployed } from "../plugin/operator/with-deployed.ts";
import { wordHex } from "../plugin/protocol/hex.ts";
import { loadRecordedKey } from "../plugin/prover/recorded-key.ts";
import { findDeploymentOf } from "../plugin/settlement/deployment.ts";

interface VerifyArguments {
  readonly file: string | undefined;
  readonly batch: number;
}

const verify: NewTaskActionFunction<VerifyArguments> = async ({ file, batch }, hre) => {
  if (file !== undefined) return await verifyFile(hre, file);
  await withDeployed(hre, async (client) => {
    const proven = client.store.proofs.entries().map(([batchNumber]) => batchNumber);
    const wanted = batch === 0 ? proven : [batch];
    if (wanted.length === 0) console.log(`There is no proof yet.\n\nNext: ${nextCommand(client)}`);
    for (const batchNumber of wanted) await verifyStored(hre, client, batchNumber);
  });
};

async function verifyFile({ config }: HardhatRuntimeEnvironment, file: string): Promise<void> {
  const batchProof = await readProof(file);
  const { chainId, rollup } = batchProof;
  const deployment = await findDeploymentOf(config.rollup.deployments, chainId, rollup);
  await verifyBatchProof(batchProof, { file }, deployment);
  print(batchProof, deployment === undefined ? "there is no deployment file to compare with" : "as deployed");
}

async function verifyStored(
  { config }: HardhatRuntimeEnvironment,
  client: RollupClient,
  batchNumber: number,
): Promise<void> {
  const { shapeName: name, shapeId } = client.store.batch(batchNumber);
  const { folder, ceremony } = config.rollup;
  const deployed = client.deployment.shapes.find(({ id }) => id === shapeId);
  const system = deployed?.system ?? config.rollup.proofSystem;
  const request = { name, system, folder, ceremonies: ceremony.folder };
  const { verificationKey } = await loadRecordedKey(request, deployed?.keyHash);
  const batchProof = storedProof(client, batchNumber, verificationKey);
  await verifyBatchProof(batchProof, { store: client.store.folder }, client.deployment);
  print(batchProof, "as deployed");
}

function print(batchProof: BatchProof, key: string): void {
  const { batchNumber, rollup, chainId, shapeName, shapeId } = batchProof;
  const { protocol } = batchProof.verificationKey;
  const outcome =
    protocol === "simulated" ? "SIMULATED, nothing is proven; its mark is right" : "the proof is valid";
  console.log(`Batch ${batchNumber} of the rollup ${rollup} on chain ${chainId}: ${outcome}.`);
  const facts = formatFacts({
    "  proof system": protocol,
    "  shape": `${shapeName}, ${shapeId} (${key})`,
    "  old root": wordHex(batchProof.oldRoot),
    "  new root": wordHex(batchProof.newRoot),
    "  c": wordHex(batchProof.commitment),
    "  r": wordHex(batchProof.challenge),
    "  y": wordHex(batchProof.evaluation),
  });
  console.log(facts);
}

export default verify;
