import { fieldOrder } from "../../../plugin/protocol/field.ts";
import type { Pointer } from "../../../plugin/prover/curve/bn254.ts";
import { inverse, type VectorField } from "../../../plugin/prover/curve/field/vector-field.ts";
import { instantiate, ModuleWriter } from "../../../plugin/prover/curve/webassembly/module-writer.ts";
import {
  defineScalarFunctions,
  type ScalarFunctions,
} from "../../../plugin/prover/groth16/scalar-functions.ts";

/** The prover's arithmetic of scalars in a memory of its own. */
export class ScalarInstance {
  readonly call: ScalarFunctions;
  readonly field: VectorField;
  readonly memory: Uint8Array;
  readonly #view: DataView;
  readonly #outOfRadix: bigint;
  #end: Pointer;

  constructor(field: VectorField, bytes: number) {
    this.field = field;
    const writer = new ModuleWriter();
    defineScalarFunctions(writer, field);
    const module = writer.compile(false);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) + 1 });
    this.memory = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
    this.memory.set(module.constants, 64);
    this.call = instantiate(module, memory, 64) as ScalarFunctions;
    this.#end = 64 + Math.ceil(module.constants.length / 64) * 64;
    this.#outOfRadix = inverse(field.radix, fieldOrder);
  }

  allocate(bytes: number): Pointer {
    const start = this.#end;
    this.#end += Math.ceil(bytes / 64) * 64;
    if (this.#end > this.memory.length)
      throw new RangeError("The instance's memory is too small for this test.");
    return start;
  }

  /** A vector as scalar-functions.ts has it. */
  storeVector(values: readonly bigint[]): Pointer {
    const half = values.length / 2;
    const start = this.allocate(half * this.field.pairBytes);
    values.forEach((value, index) => {
      const bytes = this.field.bytesOf((value * this.field.radix) % fieldOrder);
      const place = start + (index % half) * this.field.pairBytes + (index < half ? 0 : 8);
      for (let limb = 0; limb < bytes.length / 8; limb++) {
        this.memory.set(bytes.subarray(8 * limb, 8 * limb + 8), place + 16 * limb);
      }
    });
    return start;
  }

  loadVector(start: Pointer, count: number): bigint[] {
    const half = count / 2;
    return Array.from({ length: count }, (_, index) => {
      const place = start + (index % half) * this.field.pairBytes + (index < half ? 0 : 8);
      return this.#valueOf((limb) => this.#view.getFloat64(place + 16 * limb, true));
    });
  }

  #valueOf(limbAt: (limb: number) => number): bigint {
    const limbs = this.field.elementBytes / 8;
    // Narrow limbs have their weights, wide ones have not.
    const bits = limbs === 5 ? 51n : 0n;
    let sum = 0n;
    for (let limb = limbs - 1; limb >= 0; limb--) sum = (sum << bits) + BigInt(limbAt(limb));
    return (((sum * this.#outOfRadix) % fieldOrder) + fieldOrder) % fieldOrder;
  }
}
