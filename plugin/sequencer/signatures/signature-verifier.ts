import { randomFillSync } from "node:crypto";
import { Point, subgroupOrder } from "../../protocol/babyjubjub.ts";
import { readWords, writeWords } from "../../protocol/words.ts";
import type { VectorField } from "../../prover/curve/field/vector-field.ts";
import { type ConstantModule, instantiate } from "../../prover/curve/webassembly/module-writer.ts";
import { KernelMemory } from "../hashing/memory.ts";
import { poseidonConstants, scratchBytes } from "../hashing/poseidon-kernel.ts";
import { addendBytes, checkBytes, exponentDigits, registerBytes } from "./curve-kernel.ts";
import { type PairTerm, PointPairs } from "./point-pairs.ts";
import { PointSums } from "./point-sums.ts";
import type { SignatureFunctions } from "./signature-kernel.ts";
import { recordBytes, recordOffset, type SignatureRecords } from "./signature-records.ts";

/** Signatures that are checked at once: more take more memory, and hardly less time each. */
export const largestBatch = 1_024;

/** So many are checked each by itself at once, and so many when there is a wrong one among them. */
const fewSignatures = 4;
const fewSuspects = 64;

const coefficientBytes = 16;
const hashBytes = 32;

export type SignatureResults = {
  /** 32 bytes each, little-endian: what was signed. */
  readonly messages: Uint8Array<ArrayBuffer>;
  /** 1 for a valid signature, 0 for another. */
  readonly valid: Uint8Array<ArrayBuffer>;
};

/**
 * Checks batches of signatures in one thread.
 *
 * A batch is valid if Σ z·(R8 + 8h·A − S·B8) = 0 for coefficients z of 128 bits that are drawn after all else is fixed:
 * if any of its signatures is not, that happens with a probability of 2^-128, as all terms lie in the subgroup of prime
 * order (8·A does; R8's membership is tested; the rest of what verifySignature asks for is tested as well). Otherwise
 * the halves of the batch are checked, with the same coefficients, down to a few, which are checked each by itself.
 */
export class SignatureVerifier {
  readonly #functions: SignatureFunctions;
  readonly #memory = new KernelMemory();
  readonly #sums: PointSums;
  readonly #pairs: PointPairs;
  readonly #fillRandom: (bytes: Uint8Array) => void;
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
    this.#fillRandom = fillRandom;
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
    this.#sums = new PointSums(field, this.#functions, memory, this.#registers, 2 * largestBatch + 1);
    this.#prepareBasePoint();
    this.#pairs = new PointPairs(field, this.#functions, memory, this.#registers, this.#basePoint);
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
    const valid = new Set(this.#validOf(eligible));
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

  #validOf(eligible: readonly number[]): number[] {
    if (eligible.length <= fewSignatures) return this.#validOfFew(eligible);
    const coefficients = new Uint8Array(eligible.length * coefficientBytes);
    this.#fillRandom(coefficients);
    const low = new BigUint64Array(coefficients.buffer);
    const terms = eligible.map((index, position): Term => {
      const z = ((low[2 * position + 1] ?? 0n) << 64n) | (low[2 * position] ?? 0n);
      const { h, s } = this.#scalars(index);
      return {
        index,
        coefficient: coefficients.subarray(position * coefficientBytes, (position + 1) * coefficientBytes),
        keyFactor: 8n * ((z * h) % subgroupOrder),
        baseFactor: (z * s) % subgroupOrder,
      };
    });
    return this.#validTerms(terms);
  }

  #validTerms(terms: readonly Term[]): number[] {
    const indices = terms.map(({ index }) => index);
    if (this.#isZero(terms)) return indices;
    if (terms.length <= fewSuspects) return this.#validOfFew(indices);
    const middle = Math.ceil(terms.length / 2);
    return [...this.#validTerms(terms.slice(0, middle)), ...this.#validTerms(terms.slice(middle))];
  }

  #isZero(terms: readonly Term[]): boolean {
    this.#sums.begin(2 * terms.length + 1);
    const scalar = new Uint8Array(32);
    const words = new BigUint64Array(scalar.buffer);
    let base = 0n;
    for (const { index, coefficient, keyFactor, baseFactor } of terms) {
      this.#sums.add(this.#r8Point(index), coefficient);
      writeWords(words, 0, keyFactor);
      this.#sums.add(this.#keyPoint(index), scalar);
      base += baseFactor;
    }
    writeWords(words, 0, (subgroupOrder - (base % subgroupOrder)) % subgroupOrder);
    this.#sums.add(this.#basePoint, scalar);
    return this.#sums.isZero();
  }

  #validOfFew(indices: readonly number[]): number[] {
    const valid: number[] = [];
    for (let position = 0; position < indices.length; position += 2) {
      const first = indices[position] as number;
      // The last one of an odd number has itself for a partner.
      const second = indices[position + 1] ?? first;
      const [isFirst, isSecond] = this.#pairs.areZero([this.#pairTerm(first), this.#pairTerm(second)]);
      if (isFirst) valid.push(first);
      if (isSecond && second !== first) valid.push(second);
    }
    return valid;
  }

  #pairTerm(index: number): PairTerm {
    const { h, s } = this.#scalars(index);
    const factors = new BigUint64Array(8);
    writeWords(factors, 0, 8n * (h % subgroupOrder));
    writeWords(factors, 4, (subgroupOrder - s) % subgroupOrder);
    return {
      r8: this.#r8Point(index),
      key: this.#keyPoint(index),
      keyFactor: new Uint8Array(factors.buffer, 0, 32),
      baseFactor: new Uint8Array(factors.buffer, 32),
    };
  }

  #scalars(index: number): { h: bigint; s: bigint } {
    const words = new BigUint64Array(this.#memory.memory.buffer);
    return {
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

type Term = {
  /** In the batch. */
  readonly index: number;
  readonly coefficient: Uint8Array;
  /** Eight times a number below the order, not reduced again: 8·A is in the subgroup, A need not be. */
  readonly keyFactor: bigint;
  readonly baseFactor: bigint;
};
