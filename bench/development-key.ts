// Seconds that a development key takes, beside a proof with it: `npm run bench -- development-key [power...]`.
// The circuit is a chain of Poseidon hashes, as dense as the batch circuit.

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { compileCircuit } from "../plugin/circuits/compile.ts";
import { ensureDevelopmentKey } from "../plugin/prover/keys/development-key.ts";
import { prove } from "../plugin/prover/prove.ts";

const source = (hashes: number): string => `pragma circom 2.2.0;
include "circomlib/circuits/poseidon.circom";
template Chain(n) {
  signal input start;
  signal output end;
  signal link[n + 1];
  link[0] <== start;
  for (var i = 0; i < n; i++) { link[i + 1] <== Poseidon(2)([link[i], i]); }
  end <== link[n];
}
component main = Chain(${hashes});`;

const constraintsPerHash = 237;

async function seconds<Result>(work: Promise<Result>): Promise<[number, Result]> {
  const started = performance.now();
  const result = await work;
  return [(performance.now() - started) / 1000, result];
}

const powers = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [14, 16, 17];
const folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-bench-"));
try {
  for (const power of powers) {
    const { wasmPath, wasmHash, r1csPath, constraints } = await compileCircuit({
      source: source(Math.floor(2 ** power / constraintsPerHash) - 1),
      name: `chain${power}`,
      includePaths: [],
      outputFolder: folder,
      optimization: "O2",
    });
    const [keySeconds, key] = await seconds(
      ensureDevelopmentKey({ r1csPath, name: `chain${power}`, outputFolder: folder }),
    );
    const witness = { program: { path: wasmPath, hash: wasmHash }, input: { start: 1n } };
    const [alone, { peakMemoryBytes }] = await seconds(prove({ key, witness }));
    const [pair] = await seconds(
      Promise.all([1, 2].map(() => prove({ key, witness }, { multiThread: false }))),
    );
    console.log(
      [
        `2^${power} (${constraints} constraints)`,
        `key ${keySeconds.toFixed(1)} s`,
        `proof alone ${alone.toFixed(1)} s`,
        `two side by side ${pair.toFixed(1)} s`,
        `peak ${Math.round(peakMemoryBytes / 1e6)} MB`,
      ].join(", "),
    );
  }
} finally {
  await rm(folder, { recursive: true });
}
