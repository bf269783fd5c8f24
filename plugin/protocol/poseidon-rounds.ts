// Poseidon's round constants and matrix, generated as its authors do (generate_parameters_grain.sage of eprint
// 2019/458, with the arguments 1 0 254 t 8 R_P p that circomlib took), and the form of them that takes fewer
// multiplications (appendix B of the paper, after Filecoin's neptune): in a partial round only the first element goes
// through the S-box, so that all of the matrix but its first row and column can be moved to before the rounds.

import { Point } from "./babyjubjub.ts";
import { fieldOrder, toField } from "./field.ts";

const fieldBits = 254;
const fullRounds = 8;
const registerBits = 80;
const taps = [62, 51, 38, 23, 13, 0];
/** Partial rounds by number of elements of the state, as circomlib has them. */
const partialRounds = new Map([
  [5, 60],
  [6, 60],
  [17, 68],
]);

/** A partial round: `s_0' = (s_0 + constant)^5`, then `s_0 = row · (s_0', s_1 …)` and `s_i += column_i · s_0'`. */
export type SparseRound = {
  readonly constant: bigint;
  readonly row: readonly bigint[];
  /** For the elements from the second on. */
  readonly column: readonly bigint[];
};

/** Constants are added, then comes the S-box on every element, then the matrix. */
export type FullRound = { readonly constants: readonly bigint[]; readonly matrix: Matrix };

export type PoseidonRounds = {
  readonly first: readonly FullRound[];
  readonly partial: readonly SparseRound[];
  readonly last: readonly FullRound[];
};

type Matrix = readonly (readonly bigint[])[];

const known = new Map<number, PoseidonRounds>();

/**
 * The rounds of circomlib's Poseidon.
 *
 * @param width - Elements of the state, one more than are hashed: 5, 6 or 17. The last ones take a tenth of a second.
 */
export function poseidonRounds(width: number): PoseidonRounds {
  const rounds = known.get(width) ?? generate(width);
  known.set(width, rounds);
  return rounds;
}

function generate(width: number): PoseidonRounds {
  const partialCount = partialRounds.get(width);
  if (partialCount === undefined) throw new RangeError(`No Poseidon of ${width} elements is known.`);
  const grain = new Grain(width, partialCount);
  const constants = Array.from({ length: fullRounds + partialCount }, () =>
    Array.from({ length: width }, () => grain.element()),
  );
  const matrix = grain.matrix(width);

  // From the last partial round back: matrix = sparse · dense, where dense leaves the first element alone and hence
  // can be applied before the S-box, that is with the matrix of the round before. What dense does to the other elements
  // is a power of what the matrix does to them.
  const half = fullRounds / 2;
  const sparse: { row: bigint[]; column: bigint[] }[] = [];
  const [[corner = 0n, ...top] = [], ...lower] = matrix;
  const inner = lower.map(([, ...row]) => row);
  const [columns, inverseColumns] = [transposed(inner), transposed(invert(inner))];
  let power: Matrix = inner;
  let row = top;
  let column = lower.map(([first = 0n]) => first);
  for (let round = half + partialCount - 1; round >= half; round--) {
    row = times(inverseColumns, row);
    sparse.unshift({ row: [corner, ...row], column });
    const [constant = 0n, ...others] = constants[round] ?? [];
    constants[round] = [constant, ...times(power, others)];
    column = times(
      power,
      lower.map(([first = 0n]) => first),
    );
    power = power.map((each) => times(columns, each));
  }
  const linear = [[corner, ...top], ...power.map((each, i) => [column[i] ?? 0n, ...each])];

  // Forward: constants of elements that the S-box leaves alone are added after the round.
  let carried: bigint[] = Array.from({ length: width }, () => 0n);
  const partial = sparse.map(({ row, column }, index) => {
    const sum = (constants[half + index] ?? []).map((each, i) => toField(each + (carried[i] ?? 0n)));
    const [constant = 0n, ...rest] = sum;
    carried = [dot(row.slice(1), rest), ...rest];
    return { constant, row, column };
  });

  const full = (round: number): FullRound => ({ constants: constants[round] ?? [], matrix });
  const first = Array.from({ length: half }, (_, round) => full(round));
  first[half - 1] = { constants: constants[half - 1] ?? [], matrix: linear };
  const last = Array.from({ length: half }, (_, round) => full(half + partialCount + round));
  const [next] = last;
  if (next !== undefined) {
    last[0] = { matrix, constants: next.constants.map((each, i) => toField(each + (carried[i] ?? 0n))) };
  }
  return { first, partial, last };
}

/** The stream of bits that the parameters are read from: an 80-bit shift register, of whose output a part is taken. */
class Grain {
  /** The register's bits; `#first` is the oldest. */
  readonly #bits = new Uint8Array(registerBits);
  #first = 0;

  constructor(width: number, partialCount: number) {
    let length = 0;
    const push = (value: number, bits: number): void => {
      for (let bit = bits - 1; bit >= 0; bit--) this.#bits[length++] = Math.floor(value / 2 ** bit) % 2;
    };
    push(1, 2); // a prime field
    push(0, 4); // x^5
    push(fieldBits, 12);
    push(width, 12);
    push(fullRounds, 10);
    push(partialCount, 10);
    push(2 ** 30 - 1, 30);
    for (let step = 0; step < 160; step++) this.#step();
  }

  /** Uniform below `p`. */
  element(): bigint {
    for (;;) {
      const value = this.#number();
      if (value < fieldOrder) return value;
    }
  }

  /** A Cauchy matrix: `1 / (x_i + y_j)`. The first numbers drawn are distinct for the widths that there are. */
  matrix(width: number): Matrix {
    const numbers = Array.from({ length: 2 * width }, () => toField(this.#number()));
    return numbers.slice(0, width).map((x) => numbers.slice(width).map((y) => Point.Fp.inv(toField(x + y))));
  }

  #number(): bigint {
    let digits = "";
    for (let bit = 0; bit < fieldBits; bit++) digits += this.#chosen();
    return BigInt(`0b${digits}`);
  }

  /** Of each pair of bits the second one, if the first one is 1. */
  #chosen(): number {
    while (this.#step() === 0) this.#step();
    return this.#step();
  }

  #step(): number {
    let next = 0;
    for (const tap of taps) next ^= this.#bits[(this.#first + tap) % registerBits] ?? 0;
    this.#bits[this.#first] = next;
    this.#first = (this.#first + 1) % registerBits;
    return next;
  }
}

function transposed(matrix: Matrix): bigint[][] {
  return matrix.map((_, index) => matrix.map((row) => row[index] ?? 0n));
}

function dot(left: readonly bigint[], right: readonly bigint[]): bigint {
  return toField(left.reduce((sum, value, index) => sum + value * (right[index] ?? 0n), 0n));
}

/** The matrix times a column; of a transposed one, a row times the matrix. */
function times(matrix: Matrix, vector: readonly bigint[]): bigint[] {
  return matrix.map((row) => dot(row, vector));
}

/** By Gauss and Jordan; every square part of a Cauchy matrix is invertible, and so are the products met here. */
function invert(matrix: Matrix): bigint[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...matrix.map((_, j) => (i === j ? 1n : 0n))]);
  for (let pivot = 0; pivot < size; pivot++) {
    const found = rows.findIndex((row, index) => index >= pivot && row[pivot] !== 0n);
    if (found < 0) throw new Error("Poseidon's matrix has no inverse.");
    const [chosen = []] = rows.splice(found, 1);
    const scale = Point.Fp.inv(chosen[pivot] ?? 0n);
    const scaled = chosen.map((value) => toField(value * scale));
    rows.splice(pivot, 0, scaled);
    for (const [index, row] of rows.entries()) {
      const factor = row[pivot] ?? 0n;
      if (index === pivot || factor === 0n) continue;
      rows[index] = row.map((value, j) => toField(value - factor * (scaled[j] ?? 0n)));
    }
  }
  return rows.map((row) => row.slice(size));
}
