import { jobFile, runInBackground } from "../../plugin/circuits/background.ts";
import type { Circuit } from "./circuit.ts";
import type { ProveRow } from "./result.ts";
import { bothRows } from "./rows.ts";
import type { WitnessJob, WitnessTimes } from "./witness-job.ts";

/** Witnesses after the first one of a process. */
const more = 2;

/** Witnesses by the package and by snarkjs, in turns; it is an error if they differ. */
export async function measureWitness(circuit: Circuit, rounds: number): Promise<ProveRow[]> {
  const ours: WitnessTimes[] = [];
  const theirs: WitnessTimes[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await run("hardhat-rollup", circuit));
    theirs.push(await run("snarkjs", circuit));
  }
  const hashes = new Set([...ours, ...theirs].map(({ hash }) => hash));
  if (hashes.size > 1) throw new Error(`The witnesses of ${circuit.name} differ.`);
  return bothRows({ circuit, step: "witness", threads: 1, rounds }, ours, theirs);
}

function run(engine: WitnessJob["engine"], { program, input }: Circuit): Promise<WitnessTimes> {
  const job: WitnessJob = { engine, program, input, more, started: Date.now() };
  return runInBackground<WitnessTimes>(jobFile(import.meta.url, "witness-job"), job);
}
