// Seconds that a development key takes, against a proof with it by snarkjs, in turns:
//
//   npm run bench -- development-key [power...] [--reference] [--json]
//
// `--reference` also takes snarkjs' own way to a key, minutes for each power, and has snarkjs check ours.
// `ratio` is that of key to proof at the last power, `timesFasterThanSnarkjs` that of snarkjs' way to key.

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { jobFile, runInBackground } from "../plugin/circuits/background.ts";
import { calculateWitness } from "../plugin/circuits/calculate-witness.ts";
import type { CompiledCircuit } from "../plugin/circuits/compile.ts";
import { snarkjs } from "../plugin/prover/backends/snarkjs.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../plugin/prover/keys/development-key.ts";
import { ensureDevelopmentPtau } from "../plugin/prover/keys/development-ptau.ts";
import { prove } from "../plugin/prover/prove.ts";
import { compileChain } from "./measure/chain-circuit.ts";
import { median, rounded, seconds } from "./measure/seconds.ts";
import type { SnarkjsCheck, SnarkjsCheckJob } from "./reference/snarkjs-check-job.ts";
import type { SnarkjsSetupJob, SnarkjsSetupSeconds } from "./reference/snarkjs-setup-job.ts";

interface Row {
  readonly power: number;
  readonly constraints: number;
  readonly keySeconds: number;
  readonly proofSeconds: number;
  /** Of `keySeconds` to `proofSeconds`. */
  readonly ratio: number;
  /** What processors spent on both, which other work on the machine changes little. */
  readonly keyProcessorSeconds: number;
  readonly proofProcessorSeconds: number;
  readonly proofMemoryMegabytes: number;
  readonly reference?: Reference;
}

interface Reference extends SnarkjsCheck {
  readonly steps: SnarkjsSetupSeconds;
  readonly seconds: number;
  readonly timesFasterThanSnarkjs: number;
}

const rounds = 3;
const seed = "bench";

const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const powers = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const unknown = flags.find((flag) => flag !== "--json" && flag !== "--reference");
if (unknown !== undefined || powers.some((power) => !/^\d+$/.test(power))) {
  throw new Error(
    `Powers, --reference and --json are what it takes: ${process.argv.slice(2).join(" ")} given.`,
  );
}
const json = flags.includes("--json");
const folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-bench-"));
try {
  const rows: Row[] = [];
  for (const power of powers.length > 0 ? powers.map(Number) : [14, 16, 17]) {
    const row = await measure(power);
    rows.push(row);
    if (!json) console.log(lineOf(row));
  }
  const last = rows.at(-1) as Row;
  const { timesFasterThanSnarkjs } = last.reference ?? {};
  if (json) console.log(JSON.stringify({ ratio: last.ratio, timesFasterThanSnarkjs, rows }, undefined, 2));
} finally {
  await rm(folder, { recursive: true });
}

async function measure(power: number): Promise<Row> {
  const circuit = await compileChain(power, folder);
  const witness = (await calculateWitness(circuit.wasmPath, { start: 1n })).file;
  const keyTimes: number[] = [];
  const proofTimes: number[] = [];
  const keyWork: number[] = [];
  const proofWork: number[] = [];
  let memory = 0;
  let key: DevelopmentKey | undefined;
  const makeKey = async (): Promise<DevelopmentKey> => {
    const outputFolder = path.join(folder, "keys");
    await rm(outputFolder, { recursive: true, force: true });
    const request = { r1csPath: circuit.r1csPath, name: circuit.name, outputFolder, seed };
    const [time, made, work] = await seconds(() => ensureDevelopmentKey(request));
    keyTimes.push(time);
    keyWork.push(work);
    return made;
  };
  for (let round = 0; round < rounds; round++) {
    const made = await makeKey();
    const [time, proven, work] = await seconds(() => prove({ key: made, witness }, {}, [snarkjs]));
    proofTimes.push(time);
    proofWork.push(work);
    memory = Math.max(memory, proven.peakMemoryBytes);
    key = made;
  }
  let reference: Reference | undefined;
  if (flags.includes("--reference")) {
    const check = await checkWithSnarkjs(circuit, power, key as DevelopmentKey, witness);
    const steps = await snarkjsSetup(circuit, power);
    await makeKey();
    await makeKey(); // before and after, because a machine's load changes within minutes
    const total = Object.values(steps).reduce((sum, step) => sum + step, 0);
    reference = {
      ...check,
      steps: Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, rounded(step)])),
      seconds: rounded(total),
      timesFasterThanSnarkjs: rounded(total / median(keyTimes)),
    };
  }
  return {
    power,
    constraints: circuit.constraints,
    keySeconds: rounded(median(keyTimes)),
    proofSeconds: rounded(median(proofTimes)),
    ratio: rounded(median(keyTimes) / median(proofTimes)),
    keyProcessorSeconds: rounded(median(keyWork)),
    proofProcessorSeconds: rounded(median(proofWork)),
    proofMemoryMegabytes: Math.round(memory / 1e6),
    ...(reference !== undefined && { reference }),
  };
}

async function checkWithSnarkjs(
  { r1csPath }: CompiledCircuit,
  power: number,
  { zkeyPath }: DevelopmentKey,
  witness: Uint8Array,
): Promise<SnarkjsCheck> {
  const outputFolder = path.join(folder, "ptau");
  const { ptauPath } = await ensureDevelopmentPtau({ power, outputFolder, seed });
  const job: SnarkjsCheckJob = { r1csPath, ptauPath, zkeyPath, witness };
  return runInBackground(jobFile(import.meta.url, "reference/snarkjs-check-job"), job, { onProgress });
}

function snarkjsSetup({ r1csPath }: CompiledCircuit, power: number): Promise<SnarkjsSetupSeconds> {
  const job: SnarkjsSetupJob = { r1csPath, power, folder };
  return runInBackground(jobFile(import.meta.url, "reference/snarkjs-setup-job"), job, { onProgress });
}

function onProgress(message: string): void {
  console.error(message);
}

function lineOf(row: Row): string {
  const { power, constraints, ratio, proofMemoryMegabytes, reference } = row;
  const parts = [
    `2^${power} (${constraints} constraints)`,
    `key ${row.keySeconds} s (${row.keyProcessorSeconds} s of work)`,
    `proof ${row.proofSeconds} s (${row.proofProcessorSeconds} s of work), ${proofMemoryMegabytes} MB`,
    `ratio ${ratio}`,
  ];
  if (reference !== undefined) {
    parts.push(
      `snarkjs' way ${reference.seconds} s, ${reference.timesFasterThanSnarkjs} times as long`,
      `snarkjs ${reference.zkeyVerified ? "verifies" : "REFUSES"} the key, its proof is ${reference.proofVerified ? "valid" : "INVALID"}`,
    );
  }
  return parts.join(", ");
}
