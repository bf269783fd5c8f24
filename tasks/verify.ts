import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import type { RollupClient } from "../plugin/client/rollup.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatFacts } from "../plugin/console/table.ts";
import { nextCommand } from "../plugin/operator/next-step.ts";
import { type BatchProof, readProof, storedProof } from "../plugin/operator/proof-file.ts";
import { verifyBatchProof } from "../plugin/operator/verify-proof.ts";
import { withDeployed } from "../plugin/operator/with-deployed.ts";
import { wordHex } from "../plugin/protocol/hex.ts";
import { loadRecordedKey } from "../plugin/prover/recorded-key.ts";
import { findDeploymentOf } from "../plugin/settlement/deployment.ts";

interface VerifyArguments extends OutputOptions {
  readonly file: string | undefined;
  readonly batch: number;
}

/** A proof that is valid, and what is known of its key. */
type Verified = { readonly batchProof: BatchProof; readonly key: string };

const verify: NewTaskActionFunction<VerifyArguments> = async ({ file, batch, ...options }, hre) => {
  const output = new Output(options);
  if (file !== undefined) return print(output, [await verifyFile(hre, file)]);
  await withDeployed(hre, async (client) => {
    const proven = client.store.proofs.entries().map(([batchNumber]) => batchNumber);
    const wanted = batch === 0 ? proven : [batch];
    const verified: Verified[] = [];
    await output.steps([
      {
        title: "Verify proofs",
        run: async ({ at }) => {
          for (const batchNumber of wanted) {
            at(`batch ${batchNumber}`);
            verified.push(await verifyStored(hre, client, batchNumber));
          }
          return wanted.length === 0 ? "There is no proof yet." : `Verified: ${count(wanted.length)}`;
        },
      },
    ]);
    print(output, verified, nextCommand(client));
  });
};

async function verifyFile({ config }: HardhatRuntimeEnvironment, file: string): Promise<Verified> {
  const batchProof = await readProof(file);
  const { chainId, rollup } = batchProof;
  const deployment = await findDeploymentOf(config.rollup.deployments, chainId, rollup);
  await verifyBatchProof(batchProof, { file }, deployment);
  const key = deployment === undefined ? "there is no deployment file to compare with" : "as deployed";
  return { batchProof, key };
}

async function verifyStored(
  { config }: HardhatRuntimeEnvironment,
  client: RollupClient,
  batchNumber: number,
): Promise<Verified> {
  const { shapeName: name, shapeId } = client.store.batch(batchNumber);
  const { folder, ceremony } = config.rollup;
  const deployed = client.deployment.shapes.find(({ id }) => id === shapeId);
  const system = deployed?.system ?? config.rollup.proofSystem;
  const request = { name, system, folder, ceremonies: ceremony.folder };
  const { verificationKey } = await loadRecordedKey(request, deployed?.keyHash);
  const batchProof = storedProof(client, batchNumber, verificationKey);
  await verifyBatchProof(batchProof, { store: client.store.folder }, client.deployment);
  return { batchProof, key: "as deployed" };
}

function print(output: Output, verified: readonly Verified[], next?: string): void {
  output.outcome({
    value: { valid: verified.map(summaryOf) },
    text: verified.length > 0 ? verified.map(format).join("\n\n") : undefined,
    next,
  });
}

function summaryOf({ batchProof, key }: Verified) {
  const { batchNumber, rollup, chainId, shapeName, shapeId, oldRoot, newRoot } = batchProof;
  const { commitment, challenge, evaluation, verificationKey } = batchProof;
  return {
    batchNumber,
    rollup,
    chainId,
    shape: shapeName,
    shapeId,
    key,
    proofSystem: verificationKey.protocol,
    oldRoot: wordHex(oldRoot),
    newRoot: wordHex(newRoot),
    commitment: wordHex(commitment),
    challenge: wordHex(challenge),
    evaluation: wordHex(evaluation),
  };
}

function format({ batchProof, key }: Verified): string {
  const { batchNumber, rollup, chainId, shapeName, shapeId } = batchProof;
  const { protocol } = batchProof.verificationKey;
  const outcome =
    protocol === "simulated" ? "SIMULATED, nothing is proven; its mark is right" : "the proof is valid";
  const facts = formatFacts({
    "  proof system": protocol,
    "  shape": `${shapeName}, ${shapeId} (${key})`,
    "  old root": wordHex(batchProof.oldRoot),
    "  new root": wordHex(batchProof.newRoot),
    "  c": wordHex(batchProof.commitment),
    "  r": wordHex(batchProof.challenge),
    "  y": wordHex(batchProof.evaluation),
  });
  return `Batch ${batchNumber} of the rollup ${rollup} on chain ${chainId}: ${outcome}.\n${facts}`;
}

function count(proofs: number): string {
  return `${proofs} ${proofs === 1 ? "proof" : "proofs"}`;
}

export default verify;
