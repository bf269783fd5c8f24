import path from "node:path";
import { type CircuitInput, calculateWitness } from "../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../plugin/circuits/compile.ts";
import type { HashedFile } from "../../plugin/circuits/hashed-file.ts";
import { poseidon } from "../../plugin/protocol/poseidon.ts";

/** Three public inputs as a batch has; `[a, b]` hashes to the first. About 250 constraints. */
const source = `pragma circom 2.2.0;
include "circomlib/circuits/poseidon.circom";
template Small() {
  signal input hash;
  signal input sum;
  signal input product;
  signal input a;
  signal input b;
  signal digest <== Poseidon(2)([a, b]);
  hash === digest;
  sum === a + b;
  product === a * b;
}
component main {public [hash, sum, product]} = Small();`;

export function compileSmallCircuit(
  folder: string,
  optimization: "O1" | "O2" = "O2",
): Promise<CompiledCircuit> {
  const outputFolder = path.join(folder, "circuits");
  return compileCircuit({ source, name: "small", includePaths: [], outputFolder, optimization });
}

/** The program of a circuit's witness. */
export function programOf({ wasmPath, wasmHash }: CompiledCircuit): HashedFile {
  return { path: wasmPath, hash: wasmHash };
}

/** Inputs that satisfy the circuit, in the order of its public signals first. */
export function smallInput(a: bigint, b: bigint): CircuitInput & { readonly hash: bigint } {
  return { hash: poseidon([a, b]), sum: a + b, product: a * b, a, b };
}

export async function smallWitness(circuit: CompiledCircuit, a: bigint, b: bigint): Promise<Uint8Array> {
  return (await calculateWitness(circuit.wasmPath, smallInput(a, b))).file;
}
