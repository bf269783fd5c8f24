// Witnesses and proofs by the package against snarkjs, in turns, with the same circuit, key and witness, each in a process
// of its own:
//
//   npm run bench -- prove [power | shape …] [--systems=groth16,plonk,fflonk] [--rounds=n] [--narrow] [--json]
//
// Without powers and shapes: Groth16 on smallest, tiny, dev and busy, PLONK and FFLONK on smallest. The batch of a shape is
// full; a power stands for a chain of hashes that fills 2^power rows. Groth16, which is what is measured of circuits that are
// named, has rows for two threads and, for powers and smallest, for one: proofs with the key read and all code compiled, and the
// first one after the start of a process, its modules and the reading of the key included. PLONK and FFLONK are snarkjs' in
// both columns. Medians of n rounds, 3 for Groth16 and 1 for the others where n is not given. `--narrow` takes the arithmetic of processors without fused multiply-add. Keys are development keys.
//
// `ratio` is that of medians with 2^16 rows (or the last ones), Groth16, two threads, key read; `processorRatio` compares
// what processors spent, which other work on the machine changes little.

import os from "node:os";
import { rounded, seconds } from "./measure/seconds.ts";
import { removeFolder, temporaryFolder } from "./measure/temporary-folder.ts";
import { usage } from "./measure/usage.ts";
import { prepare } from "./prove/circuit.ts";
import { measureGroth16 } from "./prove/measure-groth16.ts";
import { measureUniversal } from "./prove/measure-universal.ts";
import { measureWitness } from "./prove/measure-witness.ts";
import { type Case, parseOptions, roundsOf } from "./prove/options.ts";
import type { ProveResult, ProveRow } from "./prove/result.ts";

/** Of the row that `ratio` is from. */
const barPower = 16;
const barThreads = 2;

let lastProgress = "";
const { cases, rounds: givenRounds, narrow, json, help } = parseOptions(process.argv.slice(2));
if (help) console.log(usage(import.meta.filename));
else await run();

async function run(): Promise<void> {
  const folder = temporaryFolder();
  try {
    const rows: ProveRow[] = [];
    const [time] = await seconds(async () => {
      for (const each of cases) {
        for await (const row of measure(each, folder)) {
          rows.push(row);
          if (!json) console.log(lineOf(row));
        }
      }
    });
    if (json) console.log(JSON.stringify(resultOf(rows), undefined, 2));
    progress(`measured in ${rounded(time)} s`);
  } finally {
    removeFolder(folder);
  }
}

async function* measure(each: Case, folder: string): AsyncGenerator<ProveRow> {
  const { target, system } = each;
  const rounds = givenRounds ?? roundsOf(system);
  const title = `${system} on ${typeof target === "number" ? `2^${target}` : target}`;
  const circuit = await prepare(each, folder, (message) => progress(`${title}: ${message}`));
  // The witness of a chain is a chain of hashes, nothing that people compute.
  if (typeof target !== "number" && system === "groth16") {
    progress(`${title}: witnesses, ${countOf(rounds, "round")}`);
    yield* await measureWitness(circuit, rounds);
  }
  if (system !== "groth16") {
    progress(`${title}: proofs, ${countOf(rounds, "round")}`);
    yield await measureUniversal(circuit, system, rounds);
    return;
  }
  // One shape tells what the other thread does, and snarkjs takes twice as long without it.
  const alsoOne = typeof target === "number" || target === "smallest";
  for (const threads of alsoOne ? [barThreads, 1] : [barThreads]) {
    progress(`${title}: proofs with ${countOf(threads, "thread")}, ${countOf(rounds, "round")}`);
    const representation = narrow ? "narrow doubles" : undefined;
    const more = proofsAfterFirst(circuit.power, typeof target === "number");
    yield* await measureGroth16(circuit, { rounds, more, threads, representation });
  }
}

/** Small ones are over before all code is compiled well; snarkjs takes half a minute for large ones. */
function proofsAfterFirst(power: number, isChain: boolean): number {
  if (isChain) return power <= 14 ? 4 : 2;
  return power <= 15 ? 2 : 1;
}

function resultOf(rows: readonly ProveRow[]): ProveResult {
  const candidates = rows.filter(({ system, step, threads, run }) => {
    return system === "groth16" && step === "proof" && threads === barThreads && run === "ready";
  });
  const bar = candidates.find(({ power }) => power === barPower) ?? candidates.at(-1);
  const { ratio, processorRatio } = bar ?? {};
  return {
    ...(ratio !== undefined && { ratio }),
    ...(processorRatio !== undefined && { processorRatio }),
    narrow,
    cores: os.availableParallelism(),
    rows,
  };
}

function countOf(count: number, one: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${one}s`;
}

function lineOf(row: ProveRow): string {
  const { circuit, power, system, step, constraints, threads, run } = row;
  const name = circuit === `2^${power}` ? circuit : `${circuit}, 2^${power}`;
  const what = step === "witness" ? ["witness"] : system === "groth16" ? [] : [system];
  const ready = step === "witness" ? "code compiled" : "key read";
  return [
    [`${name} (${constraints} constraints)`, ...what].join(", "),
    `${countOf(threads, "thread")}, ${run === "ready" ? ready : run}`,
    `${row.seconds} s against ${row.snarkjsSeconds} s of snarkjs: ${row.ratio} times as fast`,
    `${row.processorRatio} times by processors' time`,
    `${row.megabytes} MB against ${row.snarkjsMegabytes} MB`,
  ].join(", ");
}

function progress(text: string): void {
  if (text === lastProgress) return;
  lastProgress = text;
  console.error(text);
}
