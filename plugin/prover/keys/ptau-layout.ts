// Sections of snarkjs' .ptau file (snarkjs/src/powersoftau_utils.js, powersoftau_preparephase2.js).

import { coordinateOrder, type Group, littleEndian, pointBytes } from "../curve/bn254.ts";
import { concatenate, SectionFile, uint32 } from "../curve/section-file.ts";

/**
 * What a file is good for. `standard` has everything that `snarkjs powersoftau prepare phase2` writes, for any setup
 * of a domain of its size. The others have only what snarkjs' universal setups read, and are 6 and 16 times smaller
 * than a standard file that would do.
 */
export type PtauContents = "standard" | "plonk" | "fflonk";

/** How many points of each kind there are. */
export interface PtauSize {
  /** The file's own power: it has, or would have, `2^(power + 1) − 1` powers of tau in G1. */
  readonly power: number;
  /** Powers of tau in G1 and G2, and the first ones times alpha and times beta. */
  readonly tau: number;
  readonly tau2: number;
  readonly alphaBeta: number;
  /** log2 of the largest domain whose Lagrange basis is there, in G1; those of all smaller ones are before it. */
  readonly lagrange: number;
  /** The same in G2, times alpha and times beta. */
  readonly otherLagrange: number | undefined;
}

/** @param power log2 of the largest domain that a circuit may have. */
export function ptauSize(contents: PtauContents, power: number): PtauSize {
  const domain = 2 ** power;
  switch (contents) {
    case "standard":
      return {
        power,
        tau: 2 * domain - 1,
        tau2: domain,
        alphaBeta: domain,
        lagrange: power + 1,
        otherLagrange: power,
      };
    case "plonk":
      return { power, tau: domain + 6, tau2: 2, alphaBeta: 1, lagrange: power, otherLagrange: undefined };
    case "fflonk": {
      const tau = 9 * domain + 18;
      return { power: power + 3, tau, tau2: 2, alphaBeta: 1, lagrange: 0, otherLagrange: undefined };
    }
  }
}

/** Types of the sections of points. */
export const pointSections = {
  tau1: 2,
  tau2: 3,
  alpha1: 4,
  beta1: 5,
  beta2: 6,
  lagrange1: 12,
  lagrange2: 13,
  alphaLagrange1: 14,
  betaLagrange1: 15,
} as const;

export type PtauSection = keyof typeof pointSections;

export const contributionsSection = 7;
export const headerSection = 1;

/** A section of points: in which group and how many. */
export type PointCounts = Readonly<Partial<Record<PtauSection, readonly [group: Group, count: number]>>>;

export function pointCounts(size: PtauSize): PointCounts {
  /** Points of the bases of all domains up to `2^power`. */
  const bases = (power: number): number => 2 ** (power + 1) - 1;
  const { tau, tau2, alphaBeta, lagrange, otherLagrange } = size;
  return {
    tau1: ["g1", tau],
    tau2: ["g2", tau2],
    alpha1: ["g1", alphaBeta],
    beta1: ["g1", alphaBeta],
    beta2: ["g2", 1],
    lagrange1: ["g1", bases(lagrange)],
    ...(otherLagrange !== undefined && {
      lagrange2: ["g2", bases(otherLagrange)],
      alphaLagrange1: ["g1", bases(otherLagrange)],
      betaLagrange1: ["g1", bases(otherLagrange)],
    }),
  };
}

export function encodePtauHeader(power: number): Uint8Array {
  return concatenate([uint32(32), littleEndian(coordinateOrder), uint32(power), uint32(power)]);
}

/** @param contributionsBytes Size of section 7. */
export function ptauFile(counts: PointCounts, contributionsBytes: number): SectionFile {
  const points = Object.entries(counts).map(([name, [group, count]]) => ({
    type: pointSections[name as PtauSection],
    bytes: count * pointBytes[group],
  }));
  const sections = [
    { type: headerSection, bytes: 4 + 32 + 4 + 4 },
    ...points,
    { type: contributionsSection, bytes: contributionsBytes },
  ];
  return new SectionFile(
    "ptau",
    sections.sort((left, right) => left.type - right.type),
  );
}
