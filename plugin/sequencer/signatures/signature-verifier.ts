import { randomFillSync } from "node:crypto";
import { Point } from "../../protocol/babyjubjub.ts";
import { readWords, writeWords } from "../../protocol/words.ts";
import type { VectorField } from "../../prover/curve/field/vector-field.ts";
import { type ConstantModule, instantiate } from "../../prover/curve/webassembly/module-writer.ts";
import { KernelMemory } from "../hashing/memory.ts";
import { poseidonConstants, scratchBytes } from "../hashing/poseidon-kernel.ts";
import { registerBytes } from "./curve-registers.ts";
import { addendBytes } from "./point-layout.ts";
import { PointPairs } from "./point-pairs.ts";
import { PointSums } from "./point-sums.ts";
import { checkBytes, exponentDigits } from "./prepare-points.ts";
import { type SignatureEquation, SignatureEquations } from "./signature-equations.ts";
import type { SignatureFunctions } from "./signature-kernel.ts";
import { recordBytes, recordOffset, type SignatureRecords } from "./signature-records.ts";

/** Signatures that are checked at once: more take more memory, and hardly less time each. */
export const largestBatch = 1_024;

const hashBytes = 32;

export type SignatureResults = {
  /** 32 bytes each, little-endian: what was signed. */
  readonly messages: Uint8Array<ArrayBuffer>;
  /** 1 for a valid signature, 0 for another. */
  readonly valid: Uint8Array<ArrayBuffer>;
};

/** Checks batches of signatures in one thread: see SignatureEquations for what holds a batch together. */
export class SignatureVerifier {
  readonly #functions: SignatureFunctions;
  readonly #memory = new KernelMemory();
  readonly #equations: SignatureEquations;
  readonly #addendBytes: number;
  readonly #records: number;
  readonly #hashes: number;
  /** Prepared points: each signature's R8, each key, the base point. */
  readonly #points: number;
  readonly #checks: number;
  readonly #poseidon: number;
  readonly #state: number;
  readonly #registers: number;
  readonly #exponent: number;

  /** @param fillRandom - Unpredictable bytes; whoever knows them beforehand can have forgeries accepted. */
  constructor(
    field: VectorField,
    module: ConstantModule,
    fillRandom: (bytes: Uint8Array) => void = randomFillSync,
  ) {
    this.#addendBytes = addendBytes(field);
    const memory = this.#memory;
    const constants = memory.place(module.constants);
    this.#poseidon = memory.place(poseidonConstants(field, 5));
    this.#state = memory.allocate(scratchBytes(field, 5));
    this.#registers = memory.allocate(registerBytes(field));
    this.#exponent = memory.place(new Uint8Array(exponentDigits(field).buffer));
    this.#records = memory.allocate(largestBatch * recordBytes);
    this.#hashes = memory.allocate(largestBatch * hashBytes);
    this.#points = memory.allocate((2 * largestBatch + 2) * 2 * this.#addendBytes);
    this.#checks = memory.allocate(largestBatch * checkBytes);
    this.#functions = instantiate(module, memory.memory, constants) as SignatureFunctions;
    this.#prepareBasePoint();
    const sums = new PointSums(field, this.#functions, memory, this.#registers, 2 * largestBatch + 1);
    const pairs = new PointPairs(field, this.#functions, memory, this.#registers, this.#basePoint);
    this.#equations = new SignatureEquations(sums, pairs, this.#basePoint, fillRandom);
  }

  check({ records, candidates }: SignatureRecords): SignatureResults {
    const count = candidates.length;
    const messages = new Uint8Array(count * hashBytes);
    const valid = new Uint8Array(count);
    for (let from = 0; from < count; from += largestBatch) {
      const to = Math.min(from + largestBatch, count);
      const part = records.subarray(from * recordBytes, to * recordBytes);
      this.#checkPart(part, candidates.subarray(from, to), (index, message, isValid) => {
        messages.set(message, (from + index) * hashBytes);
        valid[from + index] = isValid ? 1 : 0;
      });
    }
    return { messages, valid };
  }

  #checkPart(
    records: Uint8Array,
    candidates: Uint8Array,
    report: (index: number, message: Uint8Array, isValid: boolean) => void,
  ): void {
    const count = candidates.length;
    const even = count + (count % 2);
    const memory = this.#memory.bytes(this.#records, even * recordBytes);
    memory.fill(0, records.length);
    memory.set(records);
    this.#hash(recordOffset.message, this.#records + recordOffset.hash, recordBytes, even);
    this.#hash(recordOffset.r8, this.#hashes, hashBytes, even);
    const eligible = this.#eligible(count, even, candidates);
    const valid = new Set(this.#equations.holding(eligible.map((index) => this.#equation(index))));
    for (let index = 0; index < count; index++) {
      const at = index * recordBytes + recordOffset.hash;
      report(index, memory.subarray(at, at + hashBytes), valid.has(index));
    }
  }

  #hash(offset: number, output: number, outputStep: number, count: number): void {
    this.#functions.hash5(
      this.#records + offset,
      recordBytes,
      output,
      outputStep,
      count / 2,
      this.#poseidon,
      this.#state,
    );
  }

  /** Which signatures have an R8 in the subgroup, and a key on the curve that is not of small order. */
  #eligible(count: number, even: number, candidates: Uint8Array): number[] {
    const { prepareInSubgroup, prepareKey } = this.#functions;
    const pairs = even / 2;
    const [r8Checks, keyChecks] = [this.#checks, this.#checks + pairs * checkBytes];
    const r8s = this.#records + recordOffset.r8;
    const keys = this.#records + recordOffset.key;
    const scratch = [this.#registers, this.#exponent] as const;
    prepareInSubgroup(r8s, recordBytes, this.#r8Point(0), r8Checks, pairs, ...scratch);
    prepareKey(keys, recordBytes, this.#keyPoint(0), keyChecks, pairs, ...scratch);
    const words = new BigUint64Array(this.#memory.memory.buffer);
    const isZero = (checks: number, index: number, kind: number): boolean => {
      const at = (checks + Math.floor(index / 2) * checkBytes + (2 * kind + (index % 2)) * 32) / 8;
      return words[at] === 0n && words[at + 1] === 0n && words[at + 2] === 0n && words[at + 3] === 0n;
    };
    const eligible: number[] = [];
    for (let index = 0; index < count; index++) {
      if (candidates[index] !== 1) continue;
      const r8 = (this.#records + index * recordBytes + recordOffset.r8) / 8;
      const isNeutral = readWords(words, r8) === 0n && readWords(words, r8 + 4) === 1n;
      const isInSubgroup = isNeutral || isZero(r8Checks, index, 1);
      const isKeyUsable = isZero(keyChecks, index, 0) && !isZero(keyChecks, index, 1);
      if (isInSubgroup && isKeyUsable && isZero(r8Checks, index, 0)) eligible.push(index);
    }
    return eligible;
  }

  #equation(index: number): SignatureEquation {
    const words = new BigUint64Array(this.#memory.memory.buffer);
    return {
      index,
      r8: this.#r8Point(index),
      key: this.#keyPoint(index),
      h: readWords(words, (this.#hashes + index * hashBytes) / 8),
      s: readWords(words, (this.#records + index * recordBytes + recordOffset.s) / 8),
    };
  }

  #r8Point(index: number): number {
    return this.#points + 2 * this.#addendBytes * index;
  }

  #keyPoint(index: number): number {
    return this.#r8Point(largestBatch + index);
  }

  get #basePoint(): number {
    return this.#r8Point(2 * largestBatch);
  }

  #prepareBasePoint(): void {
    const { x, y } = Point.BASE.toAffine();
    const words = new BigUint64Array(this.#memory.memory.buffer, this.#records, 16);
    for (const at of [0, 8]) {
      writeWords(words, at, x);
      writeWords(words, at + 4, y);
    }
    const { prepareKey } = this.#functions;
    prepareKey(this.#records, 64, this.#basePoint, this.#checks, 1, this.#registers, this.#exponent);
  }
}
