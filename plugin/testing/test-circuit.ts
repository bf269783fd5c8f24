import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { type CircuitInput, WitnessProgram } from "../circuits/calculate-witness.ts";
import { compileCircuit } from "../circuits/compile.ts";
import { R1cs } from "../circuits/r1cs.ts";
import { compileWitnessProgram } from "../circuits/witness-module.ts";
import { type BrokenConstraint, ConstraintCheck } from "../prover/simulated/constraint-check.ts";

export type TestCircuitOptions = {
  /** Folders where includes are looked for, after the file's own; circomlib is always found. */
  readonly includePaths?: readonly string[];
  /** circom's level of simplification. Default O1, which keeps signals that O2 removes. */
  readonly optimization?: "O0" | "O1" | "O2";
  /** Where compiled circuits are kept. Default: a folder in the system's temporary one. */
  readonly cache?: string;
};

const wordsOfWire = 8;

/** A circuit under test, compiled from a file with a main component. */
export class TestCircuit {
  readonly name: string;
  readonly constraints: number;
  readonly #program: WitnessProgram;
  readonly #check: ConstraintCheck;
  /** Wire of each signal by its name without "main.". */
  readonly #wires: ReadonlyMap<string, number>;

  private constructor(
    name: string,
    constraints: number,
    program: WitnessProgram,
    check: ConstraintCheck,
    wires: ReadonlyMap<string, number>,
  ) {
    this.name = name;
    this.constraints = constraints;
    this.#program = program;
    this.#check = check;
    this.#wires = wires;
  }

  /**
   * Compiles a circuit, unless the cache has it.
   *
   * @throws HardhatPluginError with circom's own text
   * @example
   * const circuit = await TestCircuit.compile("circuits/multiplier.circom");
   * await expect(circuit).to.accept({ a: 3, b: 4 }, { product: 12 });
   */
  static async compile(file: string, options: TestCircuitOptions = {}): Promise<TestCircuit> {
    const source = await readFile(file, "utf8");
    const folder = path.resolve(path.dirname(file));
    // Circuits of one name in several folders do not overwrite each other.
    const place = createHash("sha256").update(folder).digest("hex").slice(0, 8);
    const compiled = await compileCircuit({
      source,
      name: path.basename(file, ".circom"),
      includePaths: [folder, ...(options.includePaths ?? [])],
      outputFolder: options.cache ?? path.join(os.tmpdir(), "hardhat-rollup-circuits", place),
      optimization: options.optimization ?? "O1",
      symbols: true,
    });
    const program = new WitnessProgram(await compileWitnessProgram(await readFile(compiled.wasmPath)));
    const check = new ConstraintCheck(await R1cs.read(compiled.r1csPath));
    const symbols = await readFile(compiled.symPath ?? "", "utf8");
    return new TestCircuit(compiled.name, compiled.constraints, program, check, wiresOf(symbols));
  }

  /**
   * What the circuit computes from inputs; as a prover who cheats, with some signals changed afterwards.
   *
   * @param changes - By the signals' names, such as `out`, `bit[3]` or `adder.sum`.
   * @throws WitnessError for inputs that the circuit refuses; HardhatPluginError for a signal that it does not have
   */
  witness(input: CircuitInput, changes: Readonly<Record<string, bigint | number>> = {}): TestWitness {
    const words = this.#program.calculate(input);
    const { prime } = this.#program;
    for (const [name, value] of Object.entries(changes)) {
      const wire = this.#wire(name);
      const canonical = ((BigInt(value) % prime) + prime) % prime;
      for (let word = 0; word < wordsOfWire; word++) {
        words[wordsOfWire * wire + word] = Number((canonical >> BigInt(32 * word)) & 0xffffffffn);
      }
    }
    return new TestWitness(words, Object.keys(changes), (name) => this.#wire(name));
  }

  /** The first constraint that a witness breaks, if it breaks one. */
  firstBroken(witness: TestWitness): BrokenConstraint | undefined {
    return this.#check.firstBroken(witness.words);
  }

  #wire(name: string): number {
    const wire = this.#wires.get(name);
    if (wire !== undefined && wire >= 0) return wire;
    const known = [...this.#wires].filter(([, kept]) => kept >= 0).map(([signal]) => signal);
    throw new HardhatPluginError(
      "hardhat-rollup",
      wire === undefined
        ? `The circuit "${this.name}" has no signal "${name}".\nsignals: ${known.slice(0, 20).join(", ")}${known.length > 20 ? ", …" : ""}`
        : `The compiler has removed the signal "${name}" of the circuit "${this.name}": it is a sum of others.\nwhat to do: compile the circuit for the test with optimization "O0"`,
    );
  }
}

/** A value for each wire of a circuit. */
export class TestWitness {
  /** Eight words of 32 bits a wire, least significant first. */
  readonly words: Uint32Array;
  /** The signals that were changed afterwards. */
  readonly changed: readonly string[];
  readonly #wire: (name: string) => number;

  constructor(words: Uint32Array, changed: readonly string[], wire: (name: string) => number) {
    this.words = words;
    this.changed = changed;
    this.#wire = wire;
  }

  /** A signal's value. */
  signal(name: string): bigint {
    const wire = this.#wire(name);
    let value = 0n;
    for (let word = wordsOfWire - 1; word >= 0; word--) {
      value = (value << 32n) | BigInt(this.words[wordsOfWire * wire + word] as number);
    }
    return value;
  }
}

/** Of circom's .sym file: label, wire, component and name a line; −1 is a signal that was removed. */
function wiresOf(symbols: string): Map<string, number> {
  const wires = new Map<string, number>();
  for (const line of symbols.split("\n")) {
    const [, wire, , name] = line.split(",");
    if (name !== undefined) wires.set(name.replace(/^main\./, ""), Number(wire));
  }
  return wires;
}
