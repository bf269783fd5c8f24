// Groth16 proofs by the built-in prover against snarkjs, in turns, with the same key and witness, each in a process of
// its own:
//
//   npm run bench -- prove [power...] [--rounds=3] [--narrow] [--json]
//
// Each power has rows for one thread and for two: proofs with the key read and all code compiled, and the first one after
// the start of a process, its modules and the reading of the key included. `--narrow` takes the arithmetic of processors
// without fused multiply-add. `ratio` is that of medians at the power 16 (or the last one) with two threads, key read;
// `processorRatio` compares what processors spent, which other work on the machine changes little.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { jobFile, runInBackground } from "../plugin/circuits/background.ts";
import { calculateWitness } from "../plugin/circuits/calculate-witness.ts";
import type { Representation } from "../plugin/prover/curve/field/best-field.ts";
import { parseProof } from "../plugin/prover/groth16/proof.ts";
import { parseVerificationKey } from "../plugin/prover/groth16/verification-key.ts";
import { verifyProof } from "../plugin/prover/groth16/verify.ts";
import { ensureDevelopmentKey } from "../plugin/prover/keys/development-key.ts";
import type { ProvingKey } from "../plugin/prover/proving-key.ts";
import { compileChain } from "./measure/chain-circuit.ts";
import type { ProverJob, ProverTimes } from "./measure/prover-job.ts";
import { median, rounded } from "./measure/seconds.ts";

interface Row {
  readonly power: number;
  readonly constraints: number;
  readonly threads: number;
  readonly proof: "key read" | "first after start";
  readonly seconds: number;
  readonly snarkjsSeconds: number;
  readonly ratio: number;
  /** Of proofs with the key read. */
  readonly processorSeconds?: number;
  readonly snarkjsProcessorSeconds?: number;
  readonly processorRatio?: number;
  readonly megabytes: number;
  readonly snarkjsMegabytes: number;
}

interface Circuit {
  readonly power: number;
  readonly constraints: number;
  readonly key: ProvingKey;
  readonly witnessPath: string;
}

/** Of the row that `ratio` is from. */
const barPower = 16;
const barThreads = 2;

const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const powers = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const unknown = flags.find((flag) => !/^--(json|narrow|rounds=[1-9]\d*)$/.test(flag));
if (unknown !== undefined || powers.some((power) => !/^\d+$/.test(power))) {
  throw new Error(
    `Powers, --rounds=n, --narrow and --json are what it takes: ${process.argv.slice(2).join(" ")} given.`,
  );
}
const json = flags.includes("--json");
const representation: Representation | undefined = flags.includes("--narrow") ? "narrow doubles" : undefined;
const rounds = Number(flags.find((flag) => flag.startsWith("--rounds="))?.slice("--rounds=".length) ?? 3);
const folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-bench-"));
try {
  const rows: Row[] = [];
  for (const power of powers.length > 0 ? powers.map(Number) : [14, 16, 17]) {
    const circuit = await prepare(power);
    for (const threads of [barThreads, 1]) {
      for (const row of await measure(circuit, threads)) {
        rows.push(row);
        if (!json) console.log(lineOf(row));
      }
    }
  }
  const candidates = rows.filter(({ threads, proof }) => threads === barThreads && proof === "key read");
  const bar = candidates.find(({ power }) => power === barPower) ?? candidates.at(-1);
  const { ratio, processorRatio } = bar as Row;
  if (json) console.log(JSON.stringify({ ratio, processorRatio, rows }, undefined, 2));
} finally {
  await rm(folder, { recursive: true });
}

async function prepare(power: number): Promise<Circuit> {
  const { r1csPath, wasmPath, name, constraints } = await compileChain(power, folder);
  const key = await ensureDevelopmentKey({ r1csPath, name, outputFolder: folder, seed: "bench" });
  const witnessPath = path.join(folder, `${name}.wtns`);
  await writeFile(witnessPath, (await calculateWitness(wasmPath, { start: 1n })).file);
  return { power, constraints, key, witnessPath };
}

async function measure(circuit: Circuit, threads: number): Promise<Row[]> {
  const ours: ProverTimes[] = [];
  const theirs: ProverTimes[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await run("hardhat-rollup", circuit, threads));
    theirs.push(await run("snarkjs", circuit, threads));
  }
  const { power, constraints } = circuit;
  const seconds = (times: readonly ProverTimes[]): number => median(times.flatMap((each) => each.seconds));
  const processor = (times: readonly ProverTimes[]): number =>
    median(times.flatMap((each) => each.processorSeconds));
  const first = (times: readonly ProverTimes[]): number => median(times.map((each) => each.firstSeconds));
  const row = (proof: Row["proof"], of: typeof seconds): Row => ({
    power,
    constraints,
    threads,
    proof,
    seconds: rounded(of(ours)),
    snarkjsSeconds: rounded(of(theirs)),
    ratio: rounded(of(theirs) / of(ours)),
    megabytes: megabytes(ours),
    snarkjsMegabytes: megabytes(theirs),
  });
  return [
    {
      ...row("key read", seconds),
      processorSeconds: rounded(processor(ours)),
      snarkjsProcessorSeconds: rounded(processor(theirs)),
      processorRatio: rounded(processor(theirs) / processor(ours)),
    },
    row("first after start", first),
  ];
}

async function run(
  engine: ProverJob["engine"],
  { power, key, witnessPath }: Circuit,
  threads: number,
): Promise<ProverTimes> {
  const { zkeyPath } = key;
  // Small ones are over before all code is compiled well.
  const more = power <= 14 ? 4 : 2;
  const job: ProverJob = {
    engine,
    zkeyPath,
    witnessPath,
    threads,
    representation,
    more,
    started: Date.now(),
  };
  const times = await runInBackground<ProverTimes>(jobFile(import.meta.url, "measure/prover-job"), job);
  const verificationKey = parseVerificationKey(key.verificationKey);
  for (const { proof, publicSignals } of times.proofs) {
    if (verifyProof(verificationKey, publicSignals.map(BigInt), parseProof(proof))) continue;
    throw new Error(`A proof of ${engine} is not valid, at the power ${power}.`);
  }
  return times;
}

function megabytes(times: readonly ProverTimes[]): number {
  return Math.round(median(times.map((each) => each.peakMemoryBytes)) / 1e6);
}

function lineOf(row: Row): string {
  const { power, constraints, threads, proof, processorRatio } = row;
  return [
    `2^${power} (${constraints} constraints), ${threads === 1 ? "1 thread" : `${threads} threads`}, ${proof}`,
    `${row.seconds} s against ${row.snarkjsSeconds} s of snarkjs: ${row.ratio} times as fast`,
    ...(processorRatio === undefined ? [] : [`${processorRatio} times by processors' time`]),
    `${row.megabytes} MB against ${row.snarkjsMegabytes} MB`,
  ].join(", ");
}
