// Seconds and peak memory of each step from a shape to the proof of an empty batch, on Linux:
//
//   npm run bench -- memory <shape> [folder] [--json]
//
// The folder keeps circuit and key; without one they go to a temporary folder. A shape is one of the built-in ones.

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { compileShape } from "../plugin/circuits/compile-shape.ts";
import { builtInShapes } from "../plugin/circuits/shapes.ts";
import { traceBatch } from "../plugin/circuits/trace.ts";
import { batchWitness } from "../plugin/circuits/witness-input.ts";
import { type Shape, shapeId } from "../plugin/protocol/shape.ts";
import { State } from "../plugin/protocol/state.ts";
import { ensureDevelopmentKey } from "../plugin/prover/keys/development-key.ts";
import { prove } from "../plugin/prover/prove.ts";
import { peakMemory } from "./measure/peak-memory.ts";
import { rounded, seconds } from "./measure/seconds.ts";

const json = process.argv.includes("--json");
const [name = "", folderGiven] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const shapes: Readonly<Record<string, Shape>> = builtInShapes;
const shape = shapes[name];
if (shape === undefined) {
  throw new Error(`There is no such shape: "${name}".\nshapes: ${Object.keys(shapes).join(", ")}`);
}
const folder = folderGiven ?? (await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-bench-")));
const rows: { step: string; seconds: number; megabytes: number }[] = [];

async function step<Result>(label: string, work: () => Promise<Result>): Promise<Result> {
  const [time, [bytes, result]] = await seconds(() => peakMemory(work));
  add(label, time, bytes);
  return result;
}

function add(label: string, time: number, bytes: number): void {
  const row = { step: label, seconds: rounded(time), megabytes: Math.round(bytes / 1e6) };
  rows.push(row);
  if (!json) console.log(`${label}: ${row.seconds} s, ${row.megabytes} MB`);
}

try {
  const circuit = await step("compile", () => compileShape({ name, shape, folder }));
  const request = { r1csPath: circuit.r1csPath, name, outputFolder: folder };
  const key = await step("key", () => ensureDevelopmentKey(request));
  const empty = { batchNumber: 1, operations: [], transactions: [], feeAccounts: [] };
  const trace = traceBatch(shape, new State(shape.depth), empty);
  const { input } = batchWitness(shape, shapeId(shape, key.keyHash), 1n, trace);
  const witness = { program: { path: circuit.wasmPath, hash: circuit.wasmHash }, input };
  const proven = await prove({ key, witness });
  add("witness", proven.witnessSeconds, proven.peakMemoryBytes);
  add("proof", proven.proofSeconds, proven.peakMemoryBytes);
  const { constraints } = circuit;
  if (json) console.log(JSON.stringify({ shape: name, constraints, rows }, undefined, 2));
  else console.log(`${name}: ${constraints} constraints; witness and proof share a process`);
} finally {
  if (folderGiven === undefined) await rm(folder, { recursive: true });
}
