// What a Groth16 .zkey file of snarkjs says of itself (snarkjs/src/zkey_utils.js), read without snarkjs: its size, its
// verification key's points, and who contributed. Whether it is true is for snarkjs and verify.ts to say.

import { createHash } from "node:crypto";
import { CeremonyError } from "./errors.ts";
import {
  coordinateOrder,
  type G1Element,
  type G2Element,
  g1Bytes,
  g2Bytes,
  PointError,
  readG1,
  readG2,
  readNumber,
  uncompressedG1,
  uncompressedG2,
} from "./points.ts";
import { SectionFile, SectionFileError } from "./section-file.ts";

/** One step of phase 2: somebody multiplied delta by a number, and proved to know it. */
export interface Contribution {
  /** From 1. */
  readonly number: number;
  /** As its maker wrote it, control characters taken out. Nothing binds it: not even the contribution's hash. */
  readonly name: string;
  /** What its maker publishes: BLAKE2b-512 over its points and all that went before, hex. */
  readonly hash: string;
  /** Set if the number follows from a public value, so that everybody can compute it. */
  readonly beacon: { readonly value: string; readonly iterationsExponent: number } | undefined;
  /** Delta after it, in G1. */
  readonly delta: G1Element;
}

/** A key as it passes from hand to hand. */
export interface Transcript {
  readonly zkeyPath: string;
  /** BLAKE2b-512 of the key before the first contribution, hex: the same circuit and powers of tau give the same. */
  readonly circuitHash: string;
  readonly wires: number;
  readonly publicSignals: number;
  readonly domain: number;
  readonly gamma2: G2Element;
  readonly delta1: G1Element;
  readonly delta2: G2Element;
  readonly contributions: readonly Contribution[];
}

const headerBytes = 2 * (4 + 32) + 12 + 3 * g1Bytes + 3 * g2Bytes;
const sectionTypes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const groth16 = 1;

/**
 * Reads a key's transcript.
 *
 * @throws CeremonyError `KEY_MISSING`, `KEY_DAMAGED` if it is no whole Groth16 key over BN254, `BAD_POINT` if one of its
 * points is off the curve or outside the subgroup.
 */
export async function readTranscript(zkeyPath: string): Promise<Transcript> {
  let file: SectionFile | undefined;
  try {
    file = await SectionFile.open(zkeyPath, "zkey");
    for (const type of sectionTypes) file.section(type);
    if ((await file.read(1, 4)).getUint32(0, true) !== groth16) {
      throw new SectionFileError("it is not a Groth16 key");
    }
    return await readKey(zkeyPath, file);
  } catch (error) {
    throw readable(zkeyPath, error);
  } finally {
    await file?.close();
  }
}

async function readKey(zkeyPath: string, file: SectionFile): Promise<Transcript> {
  const header = await file.read(2, headerBytes);
  if (header.getUint32(0, true) !== 32 || readNumber(header, 4) !== coordinateOrder) {
    throw new SectionFileError("it is over another curve than BN254");
  }
  const publicSignals = header.getUint32(76, true);
  readG1(header, 84); // alpha
  readG1(header, 84 + g1Bytes); // beta
  readG2(header, 84 + 2 * g1Bytes);
  const ic = await file.read(3, g1Bytes * (publicSignals + 1));
  for (let index = 0; index <= publicSignals; index++) readG1(ic, g1Bytes * index);
  const delta1Offset = 84 + 2 * g1Bytes + 2 * g2Bytes;
  const parameters = await file.read(10);
  return {
    zkeyPath,
    circuitHash: hex(parameters, 0, 64),
    wires: header.getUint32(72, true),
    publicSignals,
    domain: header.getUint32(80, true),
    gamma2: readG2(header, 84 + 2 * g1Bytes + g2Bytes),
    delta1: readG1(header, delta1Offset),
    delta2: readG2(header, delta1Offset + g1Bytes),
    contributions: readContributions(parameters),
  };
}

function readContributions(view: DataView): Contribution[] {
  try {
    const count = view.getUint32(64, true);
    const contributions: Contribution[] = [];
    let offset = 68;
    for (let number = 1; number <= count; number++) {
      const { contribution, end } = readContribution(view, offset, number);
      contributions.push(contribution);
      offset = end;
    }
    if (offset !== view.byteLength) throw new SectionFileError("its contributions do not fill their section");
    return contributions;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SectionFileError("its contributions do not fit their section");
  }
}

function readContribution(view: DataView, start: number, number: number) {
  const g1 = (index: number): G1Element => readG1(view, start + g1Bytes * index);
  const delta = g1(0);
  const proof = readG2(view, start + 3 * g1Bytes);
  const hashOffset = start + 3 * g1Bytes + g2Bytes;
  const hash = createHash("blake2b512")
    .update(uncompressedG1(delta))
    .update(uncompressedG1(g1(1)))
    .update(uncompressedG1(g1(2)))
    .update(uncompressedG2(proof))
    .update(bytes(view, hashOffset, 64))
    .digest("hex");
  const type = view.getUint32(hashOffset + 64, true);
  const length = view.getUint32(hashOffset + 68, true);
  const end = hashOffset + 72 + length;
  const { name, iterationsExponent, value } = readParameters(view, hashOffset + 72, end);
  if (type > 1) throw new SectionFileError(`its contribution ${number} is of the unknown type ${type}`);
  if (type === 1 && (value === undefined || iterationsExponent === undefined)) {
    throw new SectionFileError(`its contribution ${number} is a beacon without a value`);
  }
  const beacon =
    type === 1 && value !== undefined && iterationsExponent !== undefined
      ? { value, iterationsExponent }
      : undefined;
  return { contribution: { number, name, hash, beacon, delta }, end };
}

function readParameters(view: DataView, start: number, end: number) {
  let name = "";
  let iterationsExponent: number | undefined;
  let value: string | undefined;
  let offset = start;
  let last = 0;
  while (offset < end) {
    const type = view.getUint8(offset);
    if (type <= last) throw new SectionFileError("the parameters of a contribution are out of order");
    last = type;
    const next = view.getUint8(offset + 1);
    offset += 2;
    if (type === 2) {
      iterationsExponent = next;
      continue;
    }
    if (type === 1) name = printable(new TextDecoder().decode(bytes(view, offset, next)));
    else if (type === 3) value = hex(view, offset, next);
    else throw new SectionFileError(`a contribution has a parameter of the unknown type ${type}`);
    offset += next;
  }
  if (offset !== end) throw new SectionFileError("the parameters of a contribution do not fit");
  return { name, iterationsExponent, value };
}

/** Other people wrote it, and it goes to a terminal. */
function printable(name: string): string {
  return name.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "�");
}

function readable(zkeyPath: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") {
    const facts = { file: zkeyPath, "what to do": "correct the path" };
    return new CeremonyError("KEY_MISSING", "There is no such key.", facts, error as Error);
  }
  if (error instanceof PointError) {
    return new CeremonyError("BAD_POINT", `The key has a point that no honest one has: ${error.message}.`, {
      file: zkeyPath,
      "what to do": "use the file before it, and ask whoever made this one",
    });
  }
  if (!(error instanceof SectionFileError)) return error;
  return new CeremonyError("KEY_DAMAGED", `The key cannot be used: ${error.message}.`, {
    file: zkeyPath,
    "what to do": "copy the file again from whoever made it, and compare its SHA-256",
  });
}

function bytes(view: DataView, offset: number, length: number): Uint8Array {
  if (offset + length > view.byteLength) throw new RangeError("beyond the end");
  return new Uint8Array(view.buffer, view.byteOffset + offset, length);
}

function hex(view: DataView, offset: number, length: number): string {
  return Buffer.from(bytes(view, offset, length)).toString("hex");
}
