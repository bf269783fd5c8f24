// Pairs of elements in the memory of a module, read and written as numbers.

import type { VectorField } from "../../../../plugin/prover/curve/field/vector-field.ts";
import type { ConstantModule } from "../../../../plugin/prover/curve/webassembly/module-writer.ts";
import { instantiate } from "../../../../plugin/prover/curve/webassembly/module-writer.ts";
import type { TestedRepresentation } from "../representations.ts";

/** Limbs as integers, without their weights. */
export type Limbs = readonly bigint[];

export class PairMemory {
  readonly exports: Readonly<Record<string, (...addresses: number[]) => void>>;
  readonly bytes: Uint8Array;
  readonly #representation: TestedRepresentation;
  readonly #field: VectorField;
  readonly #doubles: Float64Array;

  constructor(representation: TestedRepresentation, field: VectorField, module: ConstantModule) {
    this.#representation = representation;
    this.#field = field;
    const memory = new WebAssembly.Memory({ initial: 4 });
    this.bytes = new Uint8Array(memory.buffer);
    this.#doubles = new Float64Array(memory.buffer);
    const constants = 2 ** 17;
    this.bytes.set(module.constants, constants);
    this.exports = instantiate(module, memory, constants) as typeof this.exports;
  }

  /** Address of the pair with this number. */
  at(pair: number): number {
    return pair * this.#field.pairBytes;
  }

  write(pair: number, lane: 0 | 1, limbs: Limbs): void {
    limbs.forEach((limb, index) => {
      this.#doubles[this.at(pair) / 8 + 2 * index + lane] = Number(limb) * this.#weight(index);
    });
  }

  read(pair: number, lane: 0 | 1): bigint[] {
    return Array.from({ length: this.#representation.limbs }, (_, index) =>
      BigInt((this.#doubles[this.at(pair) / 8 + 2 * index + lane] as number) / this.#weight(index)),
    );
  }

  /** The number that some limbs stand for. */
  valueOf(limbs: Limbs): bigint {
    return limbs.reduceRight((sum, limb) => sum * 2n ** BigInt(this.#representation.limbBits) + limb, 0n);
  }

  #weight(index: number): number {
    const { weighted, limbBits } = this.#representation;
    return weighted ? 2 ** (limbBits * index) : 1;
  }
}
