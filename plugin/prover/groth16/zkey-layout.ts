// Sections of snarkjs' .zkey file for Groth16 (snarkjs/src/zkey_utils.js), in the order in which `zkey new` writes
// them. All sizes are known before any point is, so points can be written to their places in any order.

import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder, littleEndian } from "../curve/bn254.ts";
import { coefficientBytes, type KeySize } from "./scalars.ts";

export type PointSection = "ic" | "h" | "c" | "a" | "b1" | "b2";

interface Section {
  readonly type: number;
  readonly bytes: number;
}

const g1Bytes = 64;
const g2Bytes = 128;
const sectionHeadBytes = 12;
const groth16 = 1;
const fileHeadBytes = 12;
const headerBytes = 2 * (4 + 32) + 12 + 3 * g1Bytes + 3 * g2Bytes;

/** Where the entries of section 4 begin, which follows sections of fixed size. */
export const coefficientsOffset =
  fileHeadBytes + sectionHeadBytes + 4 + sectionHeadBytes + headerBytes + sectionHeadBytes + 4;

/** Where everything is in one .zkey file. */
export class ZkeyLayout {
  readonly contributionsOffset: number;
  readonly totalBytes: number;
  readonly #points: Readonly<Record<PointSection, number>>;
  readonly #heads: readonly (readonly [offset: number, section: Section])[];

  /** @param contributionsBytes Size of section 10. */
  constructor(size: KeySize, coefficients: number, contributionsBytes: number) {
    const privateWires = size.wires - size.publicSignals - 1;
    const sections: Section[] = [
      { type: 1, bytes: 4 },
      { type: 2, bytes: headerBytes },
      { type: 4, bytes: 4 + coefficients * coefficientBytes },
      { type: 3, bytes: (size.publicSignals + 1) * g1Bytes },
      { type: 9, bytes: size.domain * g1Bytes },
      { type: 8, bytes: privateWires * g1Bytes },
      { type: 5, bytes: size.wires * g1Bytes },
      { type: 6, bytes: size.wires * g1Bytes },
      { type: 7, bytes: size.wires * g2Bytes },
      { type: 10, bytes: contributionsBytes },
    ];
    let offset = fileHeadBytes;
    const heads: [number, Section][] = [];
    const contents = new Map<number, number>();
    for (const section of sections) {
      heads.push([offset, section]);
      contents.set(section.type, offset + sectionHeadBytes);
      offset += sectionHeadBytes + section.bytes;
    }
    const at = (type: number): number => contents.get(type) as number;
    this.#heads = heads;
    this.#points = { ic: at(3), h: at(9), c: at(8), a: at(5), b1: at(6), b2: at(7) };
    this.contributionsOffset = at(10);
    this.totalBytes = offset;
  }

  offsetOf(section: PointSection): number {
    return this.#points[section];
  }

  /** The small fixed pieces: file head, section heads, header and count of coefficients, with their offsets. */
  pieces(header: Uint8Array, coefficients: number): [offset: number, bytes: Uint8Array][] {
    const fileHead = new Uint8Array(fileHeadBytes);
    fileHead.set(new TextEncoder().encode("zkey"));
    new DataView(fileHead.buffer).setUint32(4, 1, true);
    new DataView(fileHead.buffer).setUint32(8, this.#heads.length, true);
    const pieces: [number, Uint8Array][] = [[0, fileHead]];
    for (const [offset, { type, bytes }] of this.#heads) {
      const head = new Uint8Array(sectionHeadBytes);
      new DataView(head.buffer).setUint32(0, type, true);
      new DataView(head.buffer).setBigUint64(4, BigInt(bytes), true);
      pieces.push([offset, head]);
      const content = offset + sectionHeadBytes;
      if (type === 1) pieces.push([content, uint32(groth16)]);
      if (type === 2) pieces.push([content, header]);
      if (type === 4) pieces.push([content, uint32(coefficients)]);
    }
    return pieces;
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

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
