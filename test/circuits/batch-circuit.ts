// The batch circuit of a shape, compiled once for all tests (the cache is the project's own).

import { fileURLToPath } from "node:url";
import { calculateWitness, type Witness } from "../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../plugin/circuits/compile.ts";
import { mainComponent } from "../../plugin/circuits/shapes.ts";
import type { BatchWitness } from "../../plugin/circuits/witness-input.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";

const circuitsFolder = fileURLToPath(new URL("../../circuits", import.meta.url));
const cacheFolder = fileURLToPath(new URL("../../cache/rollup/test-circuits", import.meta.url));

export function compileShape(name: string, shape: Shape): Promise<CompiledCircuit> {
  return compile(name, mainComponent(shape));
}

/** A main component with whatever it includes of ours, without its pragma. */
export function compileSource(name: string, source: string): Promise<CompiledCircuit> {
  return compile(name, `pragma circom 2.2.0;\n\n${source}\n`);
}

function compile(name: string, source: string): Promise<CompiledCircuit> {
  return compileCircuit({
    source,
    name,
    includePaths: [circuitsFolder],
    outputFolder: cacheFolder,
    optimization: "O2",
  });
}

export function solve(circuit: CompiledCircuit, { input }: BatchWitness): Promise<Witness> {
  return calculateWitness(circuit.wasmPath, input);
}
