import { jobFile, runInBackground } from "../../plugin/circuits/background.ts";
import type { Representation } from "../../plugin/prover/curve/field/best-field.ts";
import { parseProof } from "../../plugin/prover/groth16/proof.ts";
import { parseVerificationKey } from "../../plugin/prover/groth16/verification-key.ts";
import { verifyProof } from "../../plugin/prover/groth16/verify.ts";
import type { ProverJob, ProverTimes } from "../measure/prover-job.ts";
import type { Circuit } from "./circuit.ts";
import type { ProveRow } from "./result.ts";
import { bothRows } from "./rows.ts";

export interface Groth16Options {
  readonly rounds: number;
  /** Proofs after the first one of a process. */
  readonly more: number;
  readonly threads: number;
  /** Of the built-in prover's field elements. Undefined: the faster one. */
  readonly representation: Representation | undefined;
}

/** Proofs by the built-in prover and by snarkjs, in turns, all of which are verified. */
export async function measureGroth16(circuit: Circuit, options: Groth16Options): Promise<ProveRow[]> {
  const ours: ProverTimes[] = [];
  const theirs: ProverTimes[] = [];
  for (let round = 0; round < options.rounds; round++) {
    ours.push(await run("hardhat-rollup", circuit, options));
    theirs.push(await run("snarkjs", circuit, options));
  }
  const { threads, rounds } = options;
  return bothRows({ circuit, step: "proof", threads, rounds }, ours, theirs);
}

async function run(
  engine: ProverJob["engine"],
  { name, key, witnessPath }: Circuit,
  { threads, more, representation }: Groth16Options,
): Promise<ProverTimes> {
  const { zkeyPath } = key;
  const job: ProverJob = {
    engine,
    zkeyPath,
    witnessPath,
    threads,
    representation,
    more,
    started: Date.now(),
  };
  const times = await runInBackground<ProverTimes>(jobFile(import.meta.url, "../measure/prover-job"), job);
  const verificationKey = parseVerificationKey(key.verificationKey);
  for (const { proof, publicSignals } of times.proofs) {
    if (verifyProof(verificationKey, publicSignals.map(BigInt), parseProof(proof))) continue;
    throw new Error(`A proof of ${engine} is not valid, of ${name}.`);
  }
  return times;
}
