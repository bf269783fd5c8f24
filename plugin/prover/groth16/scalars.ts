// The logarithms of all points of a Groth16 proving key, for known secrets: the Lagrange basis at tau, and from it
// the polynomials of every wire. As snarkjs does, matrix A gets one more row for each public wire and the constant
// one, which makes the public polynomials independent.

import type { R1cs } from "../../circuits/r1cs.ts";
import type { Bn254, Pointer } from "../curve/bn254.ts";
import { lagrangeBasis, tauToThe } from "../curve/lagrange.ts";
import { rowRuns } from "./r1cs-rows.ts";
import type { Groth16Secrets } from "./secrets.ts";

/** Numbers that a proving key is laid out by. */
export interface KeySize {
  readonly wires: number;
  /** Public wires, the constant one not counted. */
  readonly publicSignals: number;
  readonly constraints: number;
  /** log2 of the domain. */
  readonly power: number;
  readonly domain: number;
}

/** Addresses of plain scalars, 32 bytes each. */
export interface KeyScalars {
  /** `IC`, one for each public wire and the constant one. */
  readonly ic: Pointer;
  /** Wires' A and B at tau. */
  readonly a: Pointer;
  readonly b: Pointer;
  /** `beta·A + alpha·B + C` over delta, one for each private wire. */
  readonly c: Pointer;
  /** The same, not divided: the key before the contribution of delta. */
  readonly cInitial: Pointer;
  /** Lagrange basis of the domain of double size at its odd points, over delta. */
  readonly h: Pointer;
  /** `tau^(n+i) − tau^i`, which only the hash of the circuit covers. */
  readonly hInitial: Pointer;
  /** Number of entries of section 4. */
  readonly coefficients: number;
}

/** Of the constraints that are looked at at a time. */
const runBytes = 1 << 22;

/** One entry of section 4 of a .zkey file: matrix, constraint, wire, factor. */
export const coefficientBytes = 12 + 32;

/** Size of the key that `zkey new` of snarkjs makes for this circuit. */
export function keySize(r1cs: R1cs): KeySize {
  const { wires, constraints, publicInputs, publicOutputs } = r1cs.header;
  const publicSignals = publicInputs + publicOutputs;
  const power = Math.floor(Math.log2(constraints + publicSignals)) + 1;
  if (power > 27) throw new RangeError(`The circuit is too large: 2^27 rows at most, 2^${power} needed.`);
  return { wires, publicSignals, constraints, power, domain: 2 ** power };
}

/**
 * Evaluates everything at the secrets.
 *
 * @param writeCoefficients Receives section 4 piece by piece, in order; the bytes are valid during the call only.
 */
export function evaluateScalars(
  curve: Bn254,
  r1cs: R1cs,
  size: KeySize,
  secrets: Groth16Secrets,
  writeCoefficients: (bytes: Uint8Array) => void,
): KeyScalars {
  const { frm_mul, frm_add, frm_sub, frm_fromMontgomery, frm_inverse } = curve.functions;
  const constant = (value: bigint): Pointer => curve.storeElement(value);
  const { domain, wires, publicSignals, constraints } = size;
  const tau = constant(secrets.tau);
  const alpha = constant(secrets.alpha);
  const beta = constant(secrets.beta);
  const inverseDelta = constant(secrets.delta);
  frm_inverse(inverseDelta, inverseDelta);
  const temporary = curve.allocate(32);

  const lagrange = curve.allocate(32 * domain);
  const all = { power: size.power, first: 0, step: 1, count: domain };
  lagrangeBasis(curve, lagrange, { ...all, tau, factor: constant(1n) });
  const h = curve.allocate(32 * domain);
  const odd = { power: size.power + 1, first: 1, step: 2, count: domain };
  lagrangeBasis(curve, h, { ...odd, tau, factor: inverseDelta });
  for (let index = 0; index < domain; index++) frm_fromMontgomery(h + 32 * index, h + 32 * index);

  const a = curve.allocate(32 * wires);
  const b = curve.allocate(32 * wires);
  const c = curve.allocate(32 * wires);
  const coefficients = new CoefficientWriter(curve, writeCoefficients);
  // A piece at a time: the whole can be larger than all the rest.
  let row = 0;
  const runs = [...rowRuns(r1cs, runBytes)];
  const buffer = curve.allocate(Math.max(0, ...runs.map(({ bytes }) => bytes.length)));
  const words = new Uint32Array(curve.memory.buffer);
  for (const { bytes, rows } of runs) {
    curve.memory.set(bytes, buffer);
    let position = buffer;
    for (const end = row + rows; row < end; row++) {
      const point = lagrange + 32 * row;
      for (let matrix = 0; matrix < 3; matrix++) {
        const sums = matrix === 0 ? a : matrix === 1 ? b : c;
        const count = words[position >>> 2] as number;
        position += 4;
        for (let term = 0; term < count; term++) {
          const wire = words[position >>> 2] as number;
          const factor = position + 4;
          position += 36;
          // The product of a plain number and one in Montgomery form is plain.
          frm_mul(factor, point, temporary);
          frm_add(sums + 32 * wire, temporary, sums + 32 * wire);
          if (matrix < 2) coefficients.add(matrix, row, wire, factor);
        }
      }
    }
  }
  const one = curve.allocate(32);
  curve.memory[one] = 1; // plain
  for (let wire = 0; wire <= publicSignals; wire++) {
    frm_mul(one, lagrange + 32 * (constraints + wire), temporary);
    frm_add(a + 32 * wire, temporary, a + 32 * wire);
    coefficients.add(0, constraints + wire, wire, one);
  }
  coefficients.flush();

  const initial = curve.allocate(32 * wires);
  const divided = curve.allocate(32 * wires);
  for (let wire = 0; wire < wires; wire++) {
    const sum = initial + 32 * wire;
    frm_mul(a + 32 * wire, beta, sum);
    frm_mul(b + 32 * wire, alpha, temporary);
    frm_add(sum, temporary, sum);
    frm_add(sum, c + 32 * wire, sum);
    frm_mul(sum, inverseDelta, divided + 32 * wire);
  }

  // tau^i · (tau^n − 1)
  const hInitial = curve.allocate(32 * domain);
  const power = tauToThe(curve, tau, size.power);
  frm_sub(power, constant(1n), power);
  for (let index = 0; index < domain; index++) {
    frm_fromMontgomery(power, hInitial + 32 * index);
    frm_mul(power, tau, power);
  }
  const firstPrivate = 32 * (publicSignals + 1);
  return {
    ic: initial,
    a,
    b,
    c: divided + firstPrivate,
    cInitial: initial + firstPrivate,
    h,
    hInitial,
    coefficients: coefficients.written,
  };
}

/** Collects section 4, whose factors snarkjs keeps multiplied by R², R being Montgomery's 2^256. */
class CoefficientWriter {
  static readonly #capacity = 1 << 15;
  readonly #curve: Bn254;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #buffer: Pointer;
  /** Has length 0 once the memory has grown. */
  #words = new Uint32Array(0);
  #count = 0;
  #written = 0;

  constructor(curve: Bn254, write: (bytes: Uint8Array) => void) {
    this.#curve = curve;
    this.#write = write;
    this.#buffer = curve.allocate(CoefficientWriter.#capacity * coefficientBytes);
  }

  /** @param factor Address of the plain factor. */
  add(matrix: number, row: number, wire: number, factor: Pointer): void {
    if (this.#count === CoefficientWriter.#capacity) this.flush();
    const entry = this.#buffer + this.#count * coefficientBytes;
    const { frm_toMontgomery } = this.#curve.functions;
    frm_toMontgomery(factor, entry + 12);
    frm_toMontgomery(entry + 12, entry + 12);
    if (this.#words.length === 0) this.#words = new Uint32Array(this.#curve.memory.buffer);
    this.#words[entry >>> 2] = matrix;
    this.#words[(entry >>> 2) + 1] = row;
    this.#words[(entry >>> 2) + 2] = wire;
    this.#count++;
  }

  /** Entries handed on. */
  get written(): number {
    return this.#written;
  }

  flush(): void {
    this.#written += this.#count;
    const end = this.#buffer + this.#count * coefficientBytes;
    this.#write(this.#curve.memory.subarray(this.#buffer, end));
    this.#count = 0;
  }
}
