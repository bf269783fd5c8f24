// The values that a circuit's program computes for inputs that the circuit refuses.
//
// A witness program stops at the first `===` that fails. So the program here is of the same sources without those
// statements: they say what is checked, never what is computed. It is compiled without simplification, so that every
// signal has a wire, and its values are carried over by the signals' names.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type CircuitInput, calculateWitness } from "../../../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../../../plugin/circuits/compile.ts";
import { circuitsFolder } from "../attack.ts";
import { wireNames } from "../wires.ts";

const cacheFolder = fileURLToPath(new URL("../../../../cache/rollup/test-circuits", import.meta.url));
const circomlibFolder = path.dirname(createRequire(import.meta.url).resolve("circomlib/package.json"));

/** A circuit as it is proven, and a program that computes all its wires, whether or not its checks hold. */
export class UncheckedCircuit {
  readonly circuit: CompiledCircuit;
  readonly names: ReadonlyMap<string, number>;
  readonly #wasmPath: string;
  /** For each wire, where its value stands in the program's witness. */
  readonly #positions: readonly number[];

  private constructor(
    circuit: CompiledCircuit,
    names: ReadonlyMap<string, number>,
    program: CompiledCircuit,
    programNames: ReadonlyMap<string, number>,
  ) {
    this.circuit = circuit;
    this.names = names;
    this.#wasmPath = program.wasmPath;
    const positions = new Array<number>(circuit.wires).fill(-1);
    positions[0] = 0;
    for (const [name, wire] of names) positions[wire] = programNames.get(name) ?? -1;
    const missing = positions.indexOf(-1);
    if (missing !== -1) throw new Error(`Nothing says what wire ${missing} is.`);
    this.#positions = positions;
  }

  /**
   * @param source - The main component.
   * @param optimization - Of the circuit whose wires are computed.
   */
  static async compile(name: string, source: string, optimization: "O1" | "O2"): Promise<UncheckedCircuit> {
    const outputFolder = cacheFolder;
    const symbols = true;
    const circuit = await compileCircuit({
      source,
      name: `${name}-${optimization}`,
      includePaths: [circuitsFolder],
      outputFolder,
      optimization,
      symbols,
    });
    const program = await compileCircuit({
      source,
      name: `${name}-unchecked`,
      includePaths: [await sourcesWithoutChecks()],
      outputFolder,
      optimization: "O0",
      symbols,
    });
    return new UncheckedCircuit(circuit, await wireNames(circuit), program, await wireNames(program));
  }

  /** A value for each wire of the circuit. */
  async compute(input: CircuitInput): Promise<bigint[]> {
    const { values } = await calculateWitness(this.#wasmPath, input);
    return this.#positions.map((position) => values[position] ?? 0n);
  }
}

/** Copies of our circuits, and of circomlib's beside them, without the lines that check. */
async function sourcesWithoutChecks(): Promise<string> {
  const folder = path.join(cacheFolder, "sources-without-checks");
  await copyWithoutChecks(circuitsFolder, folder);
  await copyWithoutChecks(path.join(circomlibFolder, "circuits"), path.join(folder, "circomlib", "circuits"));
  return folder;
}

async function copyWithoutChecks(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of await readdir(from)) {
    if (!file.endsWith(".circom")) continue;
    const text = await readFile(path.join(from, file), "utf8");
    // Blanks in their place: circom names anonymous components by where they stand.
    const blanked = text.replaceAll(/^[^/\n]*===[^;\n]*;/gm, ({ length }) => " ".repeat(length));
    await writeFile(path.join(to, file), blanked);
  }
}
