import { createRequire } from "node:module";
import { littleEndian } from "../../../plugin/prover/curve/bn254.ts";
import { concatenate } from "../../../plugin/prover/curve/section-file.ts";

/** The part of ffjavascript's scalar field that snarkjs' prover transforms with; elements in Montgomery form. */
interface ReferenceField {
  readonly w: readonly Uint8Array[];
  e(value: bigint): Uint8Array;
  batchToMontgomery(plain: Uint8Array): Promise<Uint8Array>;
  batchFromMontgomery(elements: Uint8Array): Promise<Uint8Array>;
  ifft(values: Uint8Array): Promise<Uint8Array>;
  fft(coefficients: Uint8Array): Promise<Uint8Array>;
  batchApplyKey(elements: Uint8Array, first: Uint8Array, factor: Uint8Array): Promise<Uint8Array>;
}

/** snarkjs' way from values on the domain to those at the odd points, in one thread. */
export class ReferenceTransform {
  readonly #field: ReferenceField;

  private constructor(field: ReferenceField) {
    this.#field = field;
  }

  static async load(): Promise<ReferenceTransform> {
    const require = createRequire(createRequire(import.meta.url).resolve("snarkjs"));
    const library = require("ffjavascript") as {
      buildBn128(singleThread: boolean): Promise<{ readonly Fr: ReferenceField }>;
    };
    return new ReferenceTransform((await library.buildBn128(true)).Fr);
  }

  /** As ffjavascript has them. */
  elements(values: readonly bigint[]): Promise<Uint8Array> {
    return this.#field.batchToMontgomery(concatenate(values.map(littleEndian)));
  }

  plain(elements: Uint8Array): Promise<Uint8Array> {
    return this.#field.batchFromMontgomery(elements);
  }

  async run(elements: Uint8Array): Promise<Uint8Array> {
    const power = Math.log2(elements.length / 32);
    const coefficients = await this.#field.ifft(elements);
    const factor = this.#field.w[power + 1] as Uint8Array;
    return await this.#field.fft(await this.#field.batchApplyKey(coefficients, this.#field.e(1n), factor));
  }
}
