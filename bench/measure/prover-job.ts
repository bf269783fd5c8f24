// Proofs of one witness, the first one after the start of this process and more, by snarkjs or by the package's prover.

import { readFile } from "node:fs/promises";
import os from "node:os";
import { serveJob } from "../../plugin/circuits/background-job.ts";
import type { Representation } from "../../plugin/prover/curve/field/best-field.ts";
import type { Groth16Result } from "../../plugin/prover/groth16/prover-options.ts";

export interface ProverJob {
  readonly engine: "snarkjs" | "hardhat-rollup";
  readonly zkeyPath: string;
  readonly witnessPath: string;
  readonly threads: number;
  /** Of hardhat-rollup's field elements. Undefined: the faster one. */
  readonly representation?: Representation | undefined;
  /** Proofs after the first one. */
  readonly more: number;
  /** When the process was started: `Date.now()`. */
  readonly started: number;
}

export interface ProverTimes {
  /** From the start of the process to the first proof: modules, key and proof. */
  readonly firstSeconds: number;
  /** What processors spent until then. */
  readonly firstProcessorSeconds: number;
  /** Of each proof after that. */
  readonly seconds: readonly number[];
  /** What processors spent on each of them. */
  readonly processorSeconds: readonly number[];
  /** Largest resident size of the process. */
  readonly peakMemoryBytes: number;
  readonly proofs: readonly Groth16Result[];
}

serveJob<ProverJob, ProverTimes>(async (job) => {
  const prove = await (job.engine === "snarkjs" ? loadSnarkjs(job) : loadOwn(job));
  const proofs = [await prove()];
  const firstSeconds = (Date.now() - job.started) / 1000;
  const firstProcessorSeconds = processorSecondsOf(process.cpuUsage());
  const seconds: number[] = [];
  const processorSeconds: number[] = [];
  for (let proof = 0; proof < job.more; proof++) {
    const started = performance.now();
    const before = process.cpuUsage();
    proofs.push(await prove());
    processorSeconds.push(processorSecondsOf(process.cpuUsage(before)));
    seconds.push((performance.now() - started) / 1000);
  }
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  return { firstSeconds, firstProcessorSeconds, seconds, processorSeconds, peakMemoryBytes, proofs };
});

function processorSecondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

async function loadSnarkjs({
  zkeyPath,
  witnessPath,
  threads,
}: ProverJob): Promise<() => Promise<Groth16Result>> {
  // What snarkjs' curve library asks for the number of its threads.
  os.cpus = () => new Array<os.CpuInfo>(threads);
  const { groth16 } = await import("snarkjs");
  const zkey = { type: "mem", data: new Uint8Array(await readFile(zkeyPath)) } as const;
  const witness = { type: "mem", data: new Uint8Array(await readFile(witnessPath)) } as const;
  return () => groth16.prove(zkey, witness, undefined, { singleThread: threads === 1 });
}

async function loadOwn(job: ProverJob): Promise<() => Promise<Groth16Result>> {
  const { Groth16Prover } = await import("../../plugin/prover/groth16/groth16-prover.ts");
  const { zkeyPath, witnessPath, threads, representation } = job;
  const prover = await Groth16Prover.load(zkeyPath, { threads, representation });
  const witness = new Uint8Array(await readFile(witnessPath));
  return () => prover.prove(witness);
}
