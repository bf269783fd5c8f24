// Witnesses of one input, the first one after the start of this process and more, by snarkjs or by the package.

import { createHash } from "node:crypto";
import { serveJob } from "../../plugin/circuits/background-job.ts";
import type { CircuitInput } from "../../plugin/circuits/calculate-witness.ts";
import type { HashedFile } from "../../plugin/circuits/hashed-file.ts";

export interface WitnessJob {
  readonly engine: "snarkjs" | "hardhat-rollup";
  /** The .wasm file. */
  readonly program: HashedFile;
  readonly input: CircuitInput;
  /** Witnesses after the first one. */
  readonly more: number;
  /** When the process was started: `Date.now()`. */
  readonly started: number;
}

export interface WitnessTimes {
  /** From the start of the process to the first witness: modules, program and witness. */
  readonly firstSeconds: number;
  /** What processors spent until then. */
  readonly firstProcessorSeconds: number;
  /** Of each witness after that. */
  readonly seconds: readonly number[];
  /** What processors spent on each of them. */
  readonly processorSeconds: readonly number[];
  /** Largest resident size of the process. */
  readonly peakMemoryBytes: number;
  /** SHA-256 of the .wtns file, hex. */
  readonly hash: string;
}

serveJob<WitnessJob, WitnessTimes>(async (job) => {
  const calculate = await (job.engine === "snarkjs" ? loadSnarkjs(job) : loadOwn(job));
  let witness = await calculate();
  const firstSeconds = (Date.now() - job.started) / 1000;
  const firstProcessorSeconds = processorSecondsOf(process.cpuUsage());
  const seconds: number[] = [];
  const processorSeconds: number[] = [];
  for (let number = 0; number < job.more; number++) {
    const started = performance.now();
    const before = process.cpuUsage();
    witness = await calculate();
    processorSeconds.push(processorSecondsOf(process.cpuUsage(before)));
    seconds.push((performance.now() - started) / 1000);
  }
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  const hash = createHash("sha256").update(witness).digest("hex");
  return { firstSeconds, firstProcessorSeconds, seconds, processorSeconds, peakMemoryBytes, hash };
});

function processorSecondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

async function loadSnarkjs({ program, input }: WitnessJob): Promise<() => Promise<Uint8Array>> {
  const { wtns } = await import("snarkjs");
  return async () => {
    const file: { readonly type: "mem"; data?: Uint8Array } = { type: "mem" };
    await wtns.calculate(input, program.path, file);
    if (file.data === undefined) throw new Error("snarkjs has returned no witness.");
    return file.data;
  };
}

/** As backends do it, the file's hash included. */
async function loadOwn({ program, input }: WitnessJob): Promise<() => Promise<Uint8Array>> {
  const { readWitness } = await import("../../plugin/prover/backends/witness-source.ts");
  return () => readWitness({ program, input });
}
