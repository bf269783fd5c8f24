// Sections of snarkjs' .zkey file for Groth16 (snarkjs/src/zkey_utils.js), in the order in which `zkey new` writes
// them. All sizes are known before any point is, so points can be written to their places in any order.

import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder, littleEndian } from "../curve/bn254.ts";
import { concatenate, SectionFile, uint32 } from "../curve/section-file.ts";
import { coefficientBytes, type KeySize } from "./scalars.ts";

export type PointSection = "ic" | "h" | "c" | "a" | "b1" | "b2";

const g1Bytes = 64;
const g2Bytes = 128;
const groth16 = 1;
const headerBytes = 2 * (4 + 32) + 12 + 3 * g1Bytes + 3 * g2Bytes;

const sections = { ic: 3, h: 9, c: 8, a: 5, b1: 6, b2: 7 } as const;

/** Where everything is in one .zkey file. */
export class ZkeyLayout {
  readonly #file: SectionFile;

  /** @param contributionsBytes Size of section 10. */
  constructor(size: KeySize, coefficients: number, contributionsBytes: number) {
    const privateWires = size.wires - size.publicSignals - 1;
    this.#file = new SectionFile("zkey", [
      { type: 1, bytes: 4 },
      { type: 2, bytes: headerBytes },
      { type: 4, bytes: 4 + coefficients * coefficientBytes },
      { type: sections.ic, bytes: (size.publicSignals + 1) * g1Bytes },
      { type: sections.h, bytes: size.domain * g1Bytes },
      { type: sections.c, bytes: privateWires * g1Bytes },
      { type: sections.a, bytes: size.wires * g1Bytes },
      { type: sections.b1, bytes: size.wires * g1Bytes },
      { type: sections.b2, bytes: size.wires * g2Bytes },
      { type: 10, bytes: contributionsBytes },
    ]);
  }

  get totalBytes(): number {
    return this.#file.totalBytes;
  }

  get contributionsOffset(): number {
    return this.#file.offsetOf(10);
  }

  /** Where the entries of section 4 begin, which follows sections of fixed size. */
  get coefficientsOffset(): number {
    return this.#file.offsetOf(4) + 4;
  }

  offsetOf(section: PointSection): number {
    return this.#file.offsetOf(sections[section]);
  }

  /** The small fixed pieces: file head, section heads, header and count of coefficients, with their offsets. */
  pieces(header: Uint8Array, coefficients: number): [offset: number, bytes: Uint8Array][] {
    return [
      ...this.#file.heads(),
      [this.#file.offsetOf(1), uint32(groth16)],
      [this.#file.offsetOf(2), header],
      [this.#file.offsetOf(4), uint32(coefficients)],
    ];
  }
}

/** Points of the header, affine and in Montgomery form. */
export interface HeaderPoints {
  readonly alpha1: Uint8Array;
  readonly beta1: Uint8Array;
  readonly beta2: Uint8Array;
  readonly gamma2: Uint8Array;
  readonly delta1: Uint8Array;
  readonly delta2: Uint8Array;
}

/** Section 2. */
export function encodeHeader(size: KeySize, points: HeaderPoints): Uint8Array {
  return concatenate([
    uint32(32),
    littleEndian(coordinateOrder),
    uint32(32),
    littleEndian(fieldOrder),
    uint32(size.wires),
    uint32(size.publicSignals),
    uint32(size.domain),
    points.alpha1,
    points.beta1,
    points.beta2,
    points.gamma2,
    points.delta1,
    points.delta2,
  ]);
}
