// The logarithms of all points of a .ptau file, for known secrets.

import { type Bn254, type Pointer, rootOfUnity } from "../curve/bn254.ts";
import { lagrangeBasis, tauToThe } from "../curve/lagrange.ts";
import type { Groth16Secrets } from "../groth16/secrets.ts";
import type { PtauSection, PtauSize } from "./ptau-layout.ts";

/** Plain scalars, 32 bytes each. */
export interface PtauScalars {
  readonly bytes: SharedArrayBuffer;
  /** Byte offset of each section's first scalar. Sections in G2 share those of their likes in G1. */
  readonly offsets: Readonly<Record<PtauSection, number>>;
}

/** Scalars that are computed before they are copied out. */
const chunkScalars = 1 << 14;

export function ptauScalars(
  curve: Bn254,
  size: PtauSize,
  secrets: Pick<Groth16Secrets, "tau" | "alpha" | "beta">,
): PtauScalars {
  const bases = 2 ** (size.lagrange + 1) - 1;
  const otherBases = size.otherLagrange === undefined ? 0 : 2 ** (size.otherLagrange + 1) - 1;
  const counts = [size.tau, size.alphaBeta, size.alphaBeta, bases, otherBases, otherBases];
  const starts = counts.map((_, run) => 32 * counts.slice(0, run).reduce((sum, count) => sum + count, 0));
  const [tauRun, alphaRun, betaRun, basesRun, alphaBasesRun, betaBasesRun] = starts as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const bytes = new SharedArrayBuffer(32 * counts.reduce((sum, count) => sum + count, 0));
  const writer = new ScalarWriter(curve, bytes);
  const { frm_mul, frm_copy } = curve.functions;
  const one = curve.storeElement(1n);
  const tau = curve.storeElement(secrets.tau);
  const alpha = curve.storeElement(secrets.alpha);
  const beta = curve.storeElement(secrets.beta);

  const power = curve.allocate(32);
  const powers = (offset: number, first: Pointer, count: number): void => {
    frm_copy(first, power);
    writer.write(offset, count, (output) => {
      frm_copy(power, output);
      frm_mul(power, tau, power);
    });
  };
  powers(tauRun, one, size.tau);
  powers(alphaRun, alpha, size.alphaBeta);
  powers(betaRun, beta, size.alphaBeta);

  const basis = curve.allocate(32 * 2 ** size.lagrange);
  const top = { power: size.lagrange, first: 0, step: 1, count: 2 ** size.lagrange };
  lagrangeBasis(curve, basis, { ...top, tau, factor: one });
  const factor = curve.allocate(32);
  for (let domain = size.lagrange; domain >= 0; domain--) {
    // A smaller domain is every second point of the next larger one, and its basis a multiple of that one's values.
    if (domain < size.lagrange) halveBasis(curve, basis, domain, tau);
    const block = 32 * (2 ** domain - 1);
    const copyBasis = (offset: number, scale: Pointer): void => {
      frm_copy(scale, factor);
      writer.write(offset + block, 2 ** domain, (output, index) => {
        frm_mul(basis + 32 * index, factor, output);
      });
    };
    if (domain > size.power) withoutLastPower(curve, writer, basis, basesRun + block, domain, tau);
    else copyBasis(basesRun, one);
    if (size.otherLagrange !== undefined && domain <= size.otherLagrange) {
      copyBasis(alphaBasesRun, alpha);
      copyBasis(betaBasesRun, beta);
    }
  }
  return {
    bytes,
    offsets: {
      tau1: tauRun,
      tau2: tauRun,
      alpha1: alphaRun,
      beta1: betaRun,
      beta2: betaRun,
      lagrange1: basesRun,
      lagrange2: basesRun,
      alphaLagrange1: alphaBasesRun,
      betaLagrange1: betaBasesRun,
    },
  };
}

/** `L_j of 2^power = L_2j of 2^(power+1) · 2 / (tau^(2^power) + 1)`, in place. */
function halveBasis(curve: Bn254, basis: Pointer, power: number, tau: Pointer): void {
  const { frm_add, frm_inverse, frm_mul } = curve.functions;
  const factor = tauToThe(curve, tau, power);
  frm_add(factor, curve.storeElement(1n), factor);
  frm_inverse(factor, factor);
  frm_add(factor, factor, factor);
  for (let index = 0; index < 2 ** power; index++) {
    frm_mul(basis + 64 * index, factor, basis + 32 * index);
  }
}

/**
 * The file has one power of tau less than its largest basis needs. snarkjs takes infinity for the missing point, so
 * that every point of the basis lacks that power's term, `tau^(N−1) · root^j / N`.
 */
function withoutLastPower(
  curve: Bn254,
  writer: ScalarWriter,
  basis: Pointer,
  offset: number,
  power: number,
  tau: Pointer,
): void {
  const { frm_inverse, frm_mul, frm_sub } = curve.functions;
  const term = tauToThe(curve, tau, power);
  const divisor = curve.store(curve.load(tau, 32));
  frm_mul(divisor, curve.storeElement(2n ** BigInt(power)), divisor);
  frm_inverse(divisor, divisor);
  frm_mul(term, divisor, term);
  const root = curve.storeElement(rootOfUnity(power));
  writer.write(offset, 2 ** power, (output, index) => {
    frm_sub(basis + 32 * index, term, output);
    frm_mul(term, root, term);
  });
}

/** Copies scalars out of the curve's memory, chunk by chunk, out of Montgomery form. */
class ScalarWriter {
  readonly #curve: Bn254;
  readonly #bytes: SharedArrayBuffer;
  readonly #chunk: Pointer;

  constructor(curve: Bn254, bytes: SharedArrayBuffer) {
    this.#curve = curve;
    this.#bytes = bytes;
    this.#chunk = curve.allocate(32 * chunkScalars);
  }

  /** @param element Writes the scalar of an index, in Montgomery form, to an address. */
  write(offset: number, count: number, element: (output: Pointer, index: number) => void): void {
    const { frm_fromMontgomery } = this.#curve.functions;
    for (let first = 0; first < count; first += chunkScalars) {
      const length = Math.min(chunkScalars, count - first);
      for (let index = 0; index < length; index++) {
        const output = this.#chunk + 32 * index;
        element(output, first + index);
        frm_fromMontgomery(output, output);
      }
      const chunk = this.#curve.memory.subarray(this.#chunk, this.#chunk + 32 * length);
      new Uint8Array(this.#bytes, offset + 32 * first).set(chunk);
    }
  }
}
