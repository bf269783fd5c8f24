// Reader of circom's .r1cs files (https://github.com/iden3/r1csfile/blob/master/doc/r1cs_bin_format.md).
// Numbers are little-endian; a constraint is three linear combinations with a · b = c.

import { open, readFile } from "node:fs/promises";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";

/** What an .r1cs file says about its circuit. */
export interface R1csHeader {
  readonly prime: bigint;
  /** Bytes of a field element in the file: 32. */
  readonly elementBytes: number;
  /** Wires, the constant one included. */
  readonly wires: number;
  readonly publicOutputs: number;
  readonly publicInputs: number;
  readonly privateInputs: number;
  readonly labels: bigint;
  readonly constraints: number;
}

/** Factor of each wire in a linear combination, as `[wire, factor]`. */
export type LinearCombination = readonly (readonly [wire: number, factor: bigint])[];

/** `a · b = c`. */
export interface Constraint {
  readonly a: LinearCombination;
  readonly b: LinearCombination;
  readonly c: LinearCombination;
}

/** A constraint that a witness does not satisfy, with the values of its three sides. */
export interface Violation {
  readonly constraint: number;
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
  readonly wires: readonly number[];
}

const sectionHeader = 1;
const sectionConstraints = 2;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly length: number;
}

/** A whole .r1cs file in memory. */
export class R1cs {
  readonly header: R1csHeader;
  /** Bytes of the constraints section, as they are in the file. */
  readonly constraintBytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    const sections = readSections(bytes);
    this.header = parseHeader(sectionOf(bytes, sections, sectionHeader));
    this.constraintBytes = sectionOf(bytes, sections, sectionConstraints);
  }

  static async read(path: string): Promise<R1cs> {
    return new R1cs(await readFile(path));
  }

  /** The constraints in the order of the file. */
  *constraints(): Generator<Constraint> {
    const { constraints, elementBytes } = this.header;
    const bytes = this.constraintBytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let position = 0;
    const combination = (): LinearCombination => {
      const terms: [number, bigint][] = [];
      const count = view.getUint32(position, true);
      position += 4;
      for (let term = 0; term < count; term++) {
        terms.push([view.getUint32(position, true), readElement(view, position + 4)]);
        position += 4 + elementBytes;
      }
      return terms;
    };
    for (let index = 0; index < constraints; index++) {
      yield { a: combination(), b: combination(), c: combination() };
    }
  }
}

/** Reads the header alone, whatever the size of the file. */
export async function readR1csHeader(path: string): Promise<R1csHeader> {
  const file = await open(path);
  try {
    const read = async (position: number, length: number): Promise<Uint8Array> => {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await file.read(buffer, 0, length, position);
      if (bytesRead !== length) throw malformed("it ends too early");
      return buffer;
    };
    let position = 12;
    const count = countSections(await read(0, position));
    for (let index = 0; index < count; index++) {
      const head = new DataView((await read(position, 12)).buffer);
      const length = Number(head.getBigUint64(4, true));
      if (head.getUint32(0, true) === sectionHeader) return parseHeader(await read(position + 12, length));
      position += 12 + length;
    }
    throw malformed("it has no header section");
  } finally {
    await file.close();
  }
}

/**
 * The first constraint that `witness` violates, or undefined if it satisfies all.
 *
 * @param witness Value of each wire; wire 0 is the constant one.
 */
export function checkWitness(r1cs: R1cs, witness: readonly bigint[]): Violation | undefined {
  const { prime, wires } = r1cs.header;
  if (witness.length !== wires) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `The witness has the wrong length: ${wires} wires expected, ${witness.length} given.`,
    );
  }
  if (witness[0] !== 1n) return { constraint: -1, a: 1n, b: 1n, c: witness[0] ?? 0n, wires: [0] };
  const value = (terms: LinearCombination): bigint => {
    let sum = 0n;
    for (const [wire, factor] of terms) sum += factor * (witness[wire] ?? 0n);
    return sum % prime;
  };
  let index = 0;
  for (const constraint of r1cs.constraints()) {
    const a = value(constraint.a);
    const b = value(constraint.b);
    const c = value(constraint.c);
    if ((a * b - c) % prime !== 0n) {
      const used = [constraint.a, constraint.b, constraint.c].flat().map(([wire]) => wire);
      return { constraint: index, a, b, c, wires: [...new Set(used)] };
    }
    index++;
  }
  return undefined;
}

function readElement(view: DataView, position: number): bigint {
  return (
    view.getBigUint64(position, true) |
    (view.getBigUint64(position + 8, true) << 64n) |
    (view.getBigUint64(position + 16, true) << 128n) |
    (view.getBigUint64(position + 24, true) << 192n)
  );
}

function readSections(bytes: Uint8Array): Section[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = countSections(bytes.subarray(0, 12));
  const sections: Section[] = [];
  let position = 12;
  for (let index = 0; index < count; index++) {
    if (position + 12 > bytes.length) throw malformed("it ends too early");
    const length = Number(view.getBigUint64(position + 4, true));
    sections.push({ type: view.getUint32(position, true), offset: position + 12, length });
    position += 12 + length;
  }
  if (position !== bytes.length) {
    throw malformed(`its sections end at byte ${position}, the file at ${bytes.length}`);
  }
  return sections;
}

function countSections(head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 12 || view.getUint32(0, true) !== 0x73633172) throw malformed("it does not begin as one");
  if (view.getUint32(4, true) !== 1) throw malformed(`its version is ${view.getUint32(4, true)}, not 1`);
  return view.getUint32(8, true);
}

function sectionOf(bytes: Uint8Array, sections: readonly Section[], type: number): Uint8Array {
  const section = sections.find((candidate) => candidate.type === type);
  if (section === undefined) throw malformed(`it has no section ${type}`);
  return bytes.subarray(section.offset, section.offset + section.length);
}

function parseHeader(bytes: Uint8Array): R1csHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elementBytes = view.getUint32(0, true);
  if (elementBytes !== 32) throw malformed(`its field elements have ${elementBytes} bytes, not 32`);
  return {
    prime: readElement(view, 4),
    elementBytes,
    wires: view.getUint32(36, true),
    publicOutputs: view.getUint32(40, true),
    publicInputs: view.getUint32(44, true),
    privateInputs: view.getUint32(48, true),
    labels: view.getBigUint64(52, true),
    constraints: view.getUint32(60, true),
  };
}

function malformed(reason: string): HardhatPluginError {
  return new HardhatPluginError(
    "hardhat-rollup",
    `Not a valid .r1cs file: ${reason}. Rebuild it with "npx hardhat rollup:compile".`,
  );
}
