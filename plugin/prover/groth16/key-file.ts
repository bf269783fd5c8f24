// Reader of snarkjs' .zkey files for Groth16 (snarkjs/src/zkey_utils.js). What a proof needs is checked here once, so
// that no later step can read or write where it should not: lengths, indices, and that numbers are canonical. Points
// are not checked to be on the curve: who proves with a key trusts its maker, and compares the hash of the file.

import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder, type Group, pointBytes } from "../curve/bn254.ts";
import { BinaryFile, firstNotBelow, readWord, viewOf } from "./binary-file.ts";

const format = {
  magic: "zkey",
  version: 1,
  remedy: "get the key again, from where it was made, and compare its hash",
} as const;

const groth16 = 1;
const fixedHeaderBytes = 2 * (4 + 32) + 12;
const headerBytes = fixedHeaderBytes + 3 * pointBytes.g1 + 3 * pointBytes.g2;
/** Matrix, row and wire, and the factor times 2^512. */
export const entryBytes = 12 + 32;
/** The field has no roots of unity for a larger domain with a coset of odd points. */
const largestPower = 27;

export const pointSections = ["a", "b1", "b2", "c", "h"] as const;
export type PointSection = (typeof pointSections)[number];

export const groupOf: Readonly<Record<PointSection, Group>> = {
  a: "g1",
  b1: "g1",
  b2: "g2",
  c: "g1",
  h: "g1",
};

export interface KeySizes {
  /** The constant one included. */
  readonly wires: number;
  /** The constant one not included. */
  readonly publicSignals: number;
  /** log2 of the domain. */
  readonly power: number;
}

/** Points of the header as in the file: affine, coordinates of 32 bytes times 2^256. */
export interface KeyPoints {
  readonly alpha1: Uint8Array;
  readonly beta1: Uint8Array;
  readonly beta2: Uint8Array;
  readonly delta1: Uint8Array;
  readonly delta2: Uint8Array;
}

export interface KeyFile extends KeySizes, KeyPoints {
  /** Entries of the matrices A and B, `entryBytes` each. */
  readonly entries: Uint8Array;
  /** Affine points, 64 or 128 bytes each; infinity is all zero. */
  readonly sections: Readonly<Record<PointSection, Uint8Array>>;
}

/**
 * Takes a key apart.
 *
 * @param bytes A .zkey file; the result refers to it.
 * @throws Groth16ProverError if it is none for Groth16 over BN254, or damaged.
 */
export function readKeyFile(bytes: Uint8Array): KeyFile {
  const file = new BinaryFile(bytes, format);
  const system = viewOf(file.section(1, "proof system", 4)).getUint32(0, true);
  if (system !== groth16) {
    const names: Readonly<Record<number, string>> = { 2: "PLONK", 10: "FFLONK" };
    throw file.malformed("it is for another proof system", {
      expected: "Groth16",
      given: names[system] ?? system,
    });
  }
  const header = file.section(2, "header", headerBytes);
  const view = viewOf(header);
  const coordinates = readWord(view, 4);
  const scalars = readWord(view, 40);
  if (
    view.getUint32(0, true) !== 32 ||
    view.getUint32(36, true) !== 32 ||
    coordinates !== coordinateOrder ||
    scalars !== fieldOrder
  ) {
    throw file.malformed("it is over another curve", {
      expected: `BN254, of order ${fieldOrder} over the field of order ${coordinateOrder}`,
      given: `order ${scalars} over ${coordinates}`,
    });
  }
  const wires = view.getUint32(72, true);
  const publicSignals = view.getUint32(76, true);
  const domain = view.getUint32(80, true);
  const power = Math.log2(domain);
  if (!Number.isInteger(power) || power < 1 || power > largestPower || publicSignals >= wires) {
    throw file.malformed("its sizes are not those of a circuit", {
      domain: `${domain}, which has to be a power of two up to 2^${largestPower}`,
      wires,
      "public signals": publicSignals,
    });
  }
  const { g1, g2 } = pointBytes;
  const points = (type: number, name: string, count: number, size: number): Uint8Array => {
    const section = file.section(type, `points ${name}`, count * size);
    assertCoordinates(file, name, section);
    return section;
  };
  const offsetOf = (g1Before: number, g2Before: number): number =>
    fixedHeaderBytes + g1Before * g1 + g2Before * g2;
  const headerPoint = (offset: number, size: number): Uint8Array => header.subarray(offset, offset + size);
  assertCoordinates(file, "of the header", header.subarray(fixedHeaderBytes));
  const sizes = { wires, publicSignals, power };
  return {
    ...sizes,
    alpha1: headerPoint(offsetOf(0, 0), g1),
    beta1: headerPoint(offsetOf(1, 0), g1),
    beta2: headerPoint(offsetOf(2, 0), g2),
    // gamma2 is only for who verifies.
    delta1: headerPoint(offsetOf(2, 2), g1),
    delta2: headerPoint(offsetOf(3, 2), g2),
    entries: readEntries(file, sizes),
    sections: {
      a: points(5, "A", wires, g1),
      b1: points(6, "B1", wires, g1),
      b2: points(7, "B2", wires, g2),
      c: points(8, "C", wires - publicSignals - 1, g1),
      h: points(9, "H", domain, g1),
    },
  };
}

function readEntries(file: BinaryFile, { wires, power }: KeySizes): Uint8Array {
  const section = file.section(4, "coefficients");
  const view = viewOf(section);
  const count = section.length < 4 ? -1 : view.getUint32(0, true);
  if (section.length !== 4 + count * entryBytes) {
    throw file.malformed("the length of its coefficients is wrong", {
      "bytes expected": count < 0 ? "at least 4" : 4 + count * entryBytes,
      given: section.length,
    });
  }
  const domain = 2 ** power;
  const top = Number(fieldOrder >> 224n);
  for (let index = 0, position = 4; index < count; index++, position += entryBytes) {
    const matrix = view.getUint32(position, true);
    const row = view.getUint32(position + 4, true);
    const wire = view.getUint32(position + 8, true);
    const canonical = view.getUint32(position + 40, true) < top || readWord(view, position + 12) < fieldOrder;
    if (matrix > 1 || row >= domain || wire >= wires || !canonical) {
      throw file.malformed("one of its coefficients is none of this circuit's", {
        coefficient: index,
        matrix: `${matrix}, of 2`,
        row: `${row}, of ${domain}`,
        wire: `${wire}, of ${wires}`,
        value: canonical ? "canonical" : "not canonical",
      });
    }
  }
  return section.subarray(4);
}

function assertCoordinates(file: BinaryFile, name: string, points: Uint8Array): void {
  const wrong = firstNotBelow(points, coordinateOrder);
  if (wrong === undefined) return;
  throw file.malformed(`its points ${name} have a coordinate that is not canonical`, {
    coordinate: wrong,
    limit: coordinateOrder,
    given: readWord(viewOf(points), 32 * wrong),
  });
}
