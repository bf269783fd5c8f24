import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { jobFile, runInBackground } from "../../plugin/circuits/background.ts";
import { snarkjs } from "../../plugin/prover/backends/snarkjs.ts";
import { proofSystem } from "../../plugin/prover/proof-systems.ts";
import { seconds } from "../measure/seconds.ts";
import type { Circuit } from "./circuit.ts";
import type { ProveRow } from "./result.ts";
import { rowOf, type Side } from "./rows.ts";
import type { UniversalProof, UniversalProofJob } from "./universal-job.ts";

/** Filled while it is measured. */
interface Samples extends Side {
  readonly seconds: number[];
  readonly processorSeconds: number[];
  readonly peakMemoryBytes: number[];
}

/**
 * Proofs by PLONK or FFLONK, which are snarkjs' in both columns: here as the package's backend runs it, there by
 * itself. Each in a process of its own, in turns; all are verified.
 */
export async function measureUniversal(
  circuit: Circuit,
  system: "plonk" | "fflonk",
  rounds: number,
): Promise<ProveRow> {
  const { key, name, witnessPath } = circuit;
  const [ours, theirs] = [emptySamples(), emptySamples()];
  for (let round = 0; round < rounds; round++) {
    const witness = new Uint8Array(await readFile(witnessPath));
    await sample(ours, () => snarkjs.prove({ key, witness }));
    const job: UniversalProofJob = { system, zkeyPath: key.zkeyPath, witnessPath };
    await sample(theirs, async () => {
      const { proof, publicSignals, peakMemoryBytes } = await runInBackground<UniversalProof>(
        jobFile(import.meta.url, "universal-job"),
        job,
      );
      const encoded = proofSystem(system).encodeProof(proof);
      return { proof: encoded, publicSignals: publicSignals.map(BigInt), peakMemoryBytes };
    });
  }
  const subject = { circuit, step: "proof", threads: availableParallelism(), rounds } as const;
  return rowOf(subject, "first after start", ours, theirs);

  async function sample(
    samples: Samples,
    prove: () => Promise<{ proof: string; publicSignals: readonly bigint[]; peakMemoryBytes: number }>,
  ): Promise<void> {
    const [time, { proof, publicSignals, peakMemoryBytes }, processor] = await seconds(prove);
    samples.seconds.push(time);
    samples.processorSeconds.push(processor);
    samples.peakMemoryBytes.push(peakMemoryBytes);
    if (await proofSystem(system).verify(key.verificationKey, publicSignals, proof)) return;
    throw new Error(`A proof by ${system} is not valid, of ${name}.`);
  }
}

function emptySamples(): Samples {
  return { seconds: [], processorSeconds: [], peakMemoryBytes: [] };
}
