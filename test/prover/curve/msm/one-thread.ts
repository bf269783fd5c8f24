// A multi-scalar multiplication in this thread, from points as .zkey files have them, and the same in ffjavascript.

import { createRequire } from "node:module";
import { coordinateOrder, type Group, pointBytes } from "../../../../plugin/prover/curve/bn254.ts";
import { type Representation, vectorFieldOf } from "../../../../plugin/prover/curve/field/best-field.ts";
import type { VectorField } from "../../../../plugin/prover/curve/field/vector-field.ts";
import { combineMsm } from "../../../../plugin/prover/curve/msm/combine.ts";
import { MsmThread } from "../../../../plugin/prover/curve/msm/msm-thread.ts";
import { scratchBytes } from "../../../../plugin/prover/curve/msm/scratch.ts";
import { msmTasks, resultBytes } from "../../../../plugin/prover/curve/msm/task.ts";
import { kernelPointBytes } from "../../../../plugin/prover/curve/points/addition-layout.ts";
import type { CurveFunctions } from "../../../../plugin/prover/curve/points/curve-functions.ts";
import { pointModule } from "../../../../plugin/prover/curve/points/point-module.ts";
import {
  type ConstantModule,
  instantiate,
} from "../../../../plugin/prover/curve/webassembly/module-writer.ts";

const pageBytes = 65536;

/** Coordinates of an affine point, or infinity. */
export type Sum = readonly bigint[] | "infinity";

/** Points and scalars in memory, ready for multiplications. */
export interface Prepared {
  multiply(): Sum;
}

export class OneThread {
  readonly #field: VectorField;
  readonly #module: ConstantModule;

  constructor(representation: Representation) {
    this.#field = vectorFieldOf(representation, coordinateOrder);
    this.#module = pointModule(representation, true);
  }

  /**
   * Points at infinity are left out, as provers do.
   *
   * @param first Address from which on memory is used, a multiple of 16.
   */
  prepare(group: Group, points: Uint8Array, scalars: Uint8Array, first = 16): Prepared {
    const size = pointBytes[group];
    const finite: number[] = [];
    for (let index = 0; index * size < points.length; index++) {
      if (points.subarray(index * size, (index + 1) * size).some((byte) => byte !== 0)) finite.push(index);
    }
    const count = finite.length;
    const kernelBytes = kernelPointBytes(this.#field, group);
    let next = first;
    const take = (bytes: number): number => {
      const address = next;
      next += Math.ceil(bytes / 16) * 16;
      return address;
    };
    const constants = take(this.#module.constants.length);
    const raw = take(size * count);
    const input = {
      group,
      points: take(kernelBytes * count),
      scalars: take(scalars.length),
      indices: take(4 * count),
      count,
    };
    const tasks = msmTasks(input, kernelBytes);
    const output = take(Math.max(0, ...tasks.map(resultBytes)));
    const scratch = take(scratchBytes(this.#field, tasks));
    const pages = Math.ceil(next / pageBytes);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(this.#module.constants, constants);
    bytes.set(scalars, input.scalars);
    new Uint32Array(memory.buffer, input.indices, count).set(finite);
    finite.forEach((index, position) => {
      bytes.set(points.subarray(index * size, (index + 1) * size), raw + position * size);
    });
    const functions = instantiate(this.#module, memory, constants) as CurveFunctions;
    if (count > 0) functions.unpackCoordinates(raw, input.points, (count * size) / 32);
    const thread = new MsmThread(functions, memory, this.#field, scratch);
    return {
      multiply: () => {
        const results = tasks.map((task) => {
          thread.run(task, output);
          return { task, sums: bytes.slice(output, output + resultBytes(task)) };
        });
        if (group === "g1") {
          const sum = combineMsm(group, results);
          return sum === undefined ? "infinity" : [sum.x, sum.y];
        }
        const sum = combineMsm(group, results);
        return sum === undefined ? "infinity" : [...sum.x, ...sum.y];
      },
    };
  }
}

interface LibraryGroup {
  readonly g: Uint8Array;
  timesScalar(point: Uint8Array, scalar: bigint): Uint8Array;
  multiExpAffine(points: Uint8Array, scalars: Uint8Array): Promise<Uint8Array>;
  toAffine(point: Uint8Array): Uint8Array;
  isZero(point: Uint8Array): boolean;
  toObject(point: Uint8Array): readonly (bigint | readonly bigint[])[];
}

interface Library {
  buildBn128(singleThread: boolean): Promise<{ readonly G1: LibraryGroup; readonly G2: LibraryGroup }>;
}

/** The curve library of snarkjs, in one thread: this one. */
export class Reference {
  readonly #groups: Readonly<Record<Group, LibraryGroup>>;

  private constructor(g1: LibraryGroup, g2: LibraryGroup) {
    this.#groups = { g1, g2 };
  }

  static async load(): Promise<Reference> {
    const require = createRequire(createRequire(import.meta.url).resolve("snarkjs"));
    const { G1, G2 } = await (require("ffjavascript") as Library).buildBn128(true);
    return new Reference(G1, G2);
  }

  /** Affine multiples of the generator. */
  multiplesOfGenerator(group: Group, factors: readonly bigint[]): Uint8Array[] {
    const curve = this.#groups[group];
    return factors.map((factor) => curve.toAffine(curve.timesScalar(curve.g, factor)));
  }

  async multiply(group: Group, points: Uint8Array, scalars: Uint8Array): Promise<Sum> {
    const curve = this.#groups[group];
    const sum = await curve.multiExpAffine(points, scalars);
    if (curve.isZero(sum)) return "infinity";
    return curve.toObject(curve.toAffine(sum)).slice(0, 2).flat() as bigint[];
  }
}
