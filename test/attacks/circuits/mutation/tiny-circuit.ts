// The batch circuit of the shape `tiny`, in the two forms that mutation needs: as it is proven, which says what the
// mutants are, and with its linear constraints still in it, in which witnesses are altered.

import { R1cs } from "../../../../plugin/circuits/r1cs.ts";
import { mainComponent } from "../../../../plugin/circuits/shapes.ts";
import { circuitInput } from "../commitment.ts";
import { type Forgery, isUsed } from "../forgery.ts";
import { shape } from "../scenarios.ts";
import { ConstraintSystem, wiresOf } from "./constraint-system.ts";
import { correspondence } from "./correspondence.ts";
import { Definitions } from "./definitions.ts";
import type { Assignment, NamedAssignment } from "./propagation.ts";
import { emptyBatch } from "./refused-batch.ts";
import { UncheckedCircuit } from "./unchecked-circuit.ts";

export class TinyCircuit {
  /** As it is proven: each of these constraints makes a mutant. */
  readonly proven: ConstraintSystem;
  /** The same with its linear constraints. */
  readonly plain: ConstraintSystem;
  /** For each constraint of `proven`, the one of `plain` that says the same. */
  readonly mutants: readonly number[];
  readonly #program: UncheckedCircuit;
  readonly #wireOf: readonly number[];
  readonly #empty: Assignment;
  readonly #names: readonly string[];
  readonly #byName: ReadonlyMap<string, number>;

  private constructor(
    program: UncheckedCircuit,
    plain: ConstraintSystem,
    proven: ConstraintSystem,
    wireOf: readonly number[],
    empty: Assignment,
  ) {
    this.#program = program;
    this.plain = plain;
    this.proven = proven;
    this.#wireOf = wireOf;
    this.#empty = empty;
    this.mutants = correspondence(plain, empty.definitions, empty.wires, proven, wireOf);
    const names = new Array<string>(plain.wires).fill("1");
    const byName = new Map<string, number>();
    for (const [full, wire] of program.names) {
      const name = full.replaceAll(/_\d+_\d+/g, "").replace(/^main\./, "");
      if (names[wire] === "1") names[wire] = name;
      byName.set(name, wire);
    }
    this.#names = names;
    this.#byName = byName;
  }

  static async compile(): Promise<TinyCircuit> {
    const main = mainComponent(shape);
    const program = await UncheckedCircuit.compile("tiny", main, "O1");
    const optimized = await UncheckedCircuit.compile("tiny", main, "O2");
    const plain = await read(program);
    const proven = await read(optimized);
    const wireOf = new Array<number>(proven.wires).fill(0);
    for (const [name, wire] of optimized.names) wireOf[wire] = program.names.get(name) ?? 0;
    const empty = await assign(program, plain, emptyBatch());
    return new TinyCircuit(program, plain, proven, wireOf, empty);
  }

  /** What the witness program computes for a batch, whether the circuit accepts it or not. */
  async assign(name: string, build: () => Forgery): Promise<NamedAssignment> {
    if (build === emptyBatch) return Object.assign(Object.create(this.#empty) as Assignment, { name });
    return Object.assign(await assign(this.#program, this.plain, build()), { name });
  }

  /** Values of the wires of `proven` among those of `plain`. */
  provenWires(wires: readonly bigint[]): bigint[] {
    return this.#wireOf.map((wire, position) => (position === 0 ? 1n : (wires[wire] as bigint)));
  }

  /** The first name of a wire of `plain`, without `main` and the places of anonymous components. */
  nameOf(wire: number): string {
    return this.#names[wire] ?? "1";
  }

  /** The name of the wire that a constraint of `plain` defines in a batch that uses nothing, or of one that it checks. */
  nameOfDefined(position: number): string {
    const defined = this.#empty.definitions.defined[position] ?? -1;
    const [checked = 0] = wiresOf(this.plain.constraint(position));
    return this.nameOf(defined === -1 ? checked : defined);
  }

  /** Names of all wires in a constraint of `plain`, sorted. */
  namesIn(position: number): string[] {
    return [...wiresOf(this.plain.constraint(position))].map((wire) => this.nameOf(wire)).sort();
  }

  /** The wire of `plain` with a name, or with one of several that share it. */
  wireOf(name: string): number {
    const wire = this.#byName.get(name);
    if (wire === undefined) throw new Error(`There is no wire ${name}.`);
    return wire;
  }
}

async function read({ circuit, names }: UncheckedCircuit): Promise<ConstraintSystem> {
  const inputs = new Set(Object.keys(circuitInput(emptyBatch())));
  const isInput = (name: string): boolean => inputs.has(/^main\.(\w+)[[\]\d]*$/.exec(name)?.[1] ?? "");
  const wires = [...names].filter(([name]) => isInput(name)).map(([, wire]) => wire);
  return new ConstraintSystem(await R1cs.read(circuit.r1csPath), wires);
}

async function assign(
  program: UncheckedCircuit,
  system: ConstraintSystem,
  forgery: Forgery,
): Promise<Assignment> {
  const wires = await program.compute(circuitInput(forgery));
  const outputs = outputsOf(forgery).map((name) => program.names.get(`main.${name}`) ?? 0);
  const violated = system.violated(wires);
  let definitions: Definitions | undefined;
  return {
    wires,
    violated,
    get definitions() {
      definitions ??= new Definitions(system, wires, outputs, violated);
      return definitions;
    },
  };
}

/** The inputs that follow from others in a valid batch: public ones, roots, and on each path what was hashed below. */
function outputsOf({ accounts, shape: { depth } }: Forgery): string[] {
  const onPaths = accounts.flatMap(({ index }, i) =>
    Array.from({ length: depth }, (_, l) => `accountPath[${i}][${l}][${(index >> BigInt(2 * l)) & 3n}]`),
  );
  // The first used slot's path says what the old root is.
  return ["c", "y", ...(accounts.some(isUsed) ? ["oldRoot"] : []), "newRoot", ...onPaths];
}
