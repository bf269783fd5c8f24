import { subgroupOrder } from "../../protocol/babyjubjub.ts";
import { writeWords } from "../../protocol/words.ts";
import type { PairTerm, PointPairs } from "./point-pairs.ts";
import type { PointSums } from "./point-sums.ts";

/** So many are checked each by itself at once, and so many when there is a wrong one among them. */
const fewSignatures = 4;
const fewSuspects = 64;

const coefficientBytes = 16;

/** `R8 + 8h·A − S·B8 = 0`: addresses of prepared points, R8 in the subgroup, and S below its order. */
export type SignatureEquation = {
  /** In the batch. */
  readonly index: number;
  readonly r8: number;
  readonly key: number;
  readonly h: bigint;
  readonly s: bigint;
};

/**
 * Which of many equations hold.
 *
 * All of them do if Σ z·(R8 + 8h·A − S·B8) = 0 for coefficients z of 128 bits that are drawn after all else is fixed: if
 * one of them does not, that happens with a probability of 2^-128, as all terms lie in the subgroup of prime order (8·A
 * does; R8 has been tested). Otherwise the halves are checked, with the same coefficients, down to a few, which are
 * checked each by itself.
 */
export class SignatureEquations {
  readonly #sums: PointSums;
  readonly #pairs: PointPairs;
  /** A prepared point. */
  readonly #basePoint: number;
  readonly #fillRandom: (bytes: Uint8Array) => void;

  /** @param fillRandom - Unpredictable bytes; whoever knows them beforehand can have forgeries accepted. */
  constructor(
    sums: PointSums,
    pairs: PointPairs,
    basePoint: number,
    fillRandom: (bytes: Uint8Array) => void,
  ) {
    this.#sums = sums;
    this.#pairs = pairs;
    this.#basePoint = basePoint;
    this.#fillRandom = fillRandom;
  }

  /** The indices of those that hold. */
  holding(equations: readonly SignatureEquation[]): number[] {
    if (equations.length <= fewSignatures) return this.#holdingOfFew(equations);
    const coefficients = new Uint8Array(equations.length * coefficientBytes);
    this.#fillRandom(coefficients);
    const low = new BigUint64Array(coefficients.buffer);
    const terms = equations.map((equation, position): Term => {
      const z = ((low[2 * position + 1] ?? 0n) << 64n) | (low[2 * position] ?? 0n);
      const { h, s } = equation;
      return {
        equation,
        coefficient: coefficients.subarray(position * coefficientBytes, (position + 1) * coefficientBytes),
        keyFactor: 8n * ((z * h) % subgroupOrder),
        baseFactor: (z * s) % subgroupOrder,
      };
    });
    return this.#holdingTerms(terms);
  }

  #holdingTerms(terms: readonly Term[]): number[] {
    const equations = terms.map(({ equation }) => equation);
    if (this.#isZero(terms)) return equations.map(({ index }) => index);
    if (terms.length <= fewSuspects) return this.#holdingOfFew(equations);
    const middle = Math.ceil(terms.length / 2);
    return [...this.#holdingTerms(terms.slice(0, middle)), ...this.#holdingTerms(terms.slice(middle))];
  }

  #isZero(terms: readonly Term[]): boolean {
    this.#sums.begin(2 * terms.length + 1);
    const scalar = new Uint8Array(32);
    const words = new BigUint64Array(scalar.buffer);
    let base = 0n;
    for (const { equation, coefficient, keyFactor, baseFactor } of terms) {
      this.#sums.add(equation.r8, coefficient);
      writeWords(words, 0, keyFactor);
      this.#sums.add(equation.key, scalar);
      base += baseFactor;
    }
    writeWords(words, 0, (subgroupOrder - (base % subgroupOrder)) % subgroupOrder);
    this.#sums.add(this.#basePoint, scalar);
    return this.#sums.isZero();
  }

  #holdingOfFew(equations: readonly SignatureEquation[]): number[] {
    const holding: number[] = [];
    for (let position = 0; position < equations.length; position += 2) {
      const first = equations[position] as SignatureEquation;
      // The last one of an odd number has itself for a partner.
      const second = equations[position + 1] ?? first;
      const [isFirst, isSecond] = this.#pairs.areZero([pairTerm(first), pairTerm(second)]);
      if (isFirst) holding.push(first.index);
      if (isSecond && second !== first) holding.push(second.index);
    }
    return holding;
  }
}

function pairTerm({ r8, key, h, s }: SignatureEquation): PairTerm {
  const factors = new BigUint64Array(8);
  writeWords(factors, 0, 8n * (h % subgroupOrder));
  writeWords(factors, 4, (subgroupOrder - s) % subgroupOrder);
  return {
    r8,
    key,
    keyFactor: new Uint8Array(factors.buffer, 0, 32),
    baseFactor: new Uint8Array(factors.buffer, 32),
  };
}

type Term = {
  readonly equation: SignatureEquation;
  readonly coefficient: Uint8Array;
  /** Eight times a number below the order, not reduced again: 8·A is in the subgroup, A need not be. */
  readonly keyFactor: bigint;
  readonly baseFactor: bigint;
};
