// Where everything is in the memory that the prover's threads share. All of it is known once the key is read, so the
// memory is made in one piece, and a key that does not fit is refused with the numbers.

import type { Group, Pointer } from "../curve/bn254.ts";
import type { VectorField } from "../curve/field/vector-field.ts";
import { type MsmTask, msmTasks, resultBytes } from "../curve/msm/task.ts";
import { kernelPointBytes } from "../curve/points/addition-layout.ts";
import { type RowTerms, wordsOfPair } from "./constraint-rows.ts";
import { CosetTransform } from "./coset-transform.ts";
import { type KeySizes, type PointSection, pointSections } from "./key-file.ts";

export const groupOf: Readonly<Record<PointSection, Group>> = {
  a: "g1",
  b1: "g1",
  b2: "g2",
  c: "g1",
  h: "g1",
};

/** One multi-scalar multiplication of a proof. */
export interface PointRegion {
  readonly points: Pointer;
  readonly count: number;
  /** Wire of each point; undefined where all are finite. */
  readonly indices: Pointer | undefined;
  readonly tasks: readonly MsmTask[];
  /** Where each task's result goes. */
  readonly results: readonly Pointer[];
}

export interface ProverLayout extends KeySizes {
  /** Of the module. */
  readonly moduleConstants: Pointer;
  readonly twiddles: Pointer;
  readonly transformConstants: Pointer;
  /** Values of the wires, plain. */
  readonly scalars: Pointer;
  /** The same as elements. */
  readonly values: Pointer;
  /** Distinct factors of the matrices. */
  readonly factors: Pointer;
  /** Pairs of terms of all rows, and their numbers in each row. */
  readonly terms: Pointer;
  readonly termCounts: Pointer;
  /** A, B and C of the rows. */
  readonly vectors: readonly [a: Pointer, b: Pointer, c: Pointer];
  /** Plain values of A·B − C at the odd points. */
  readonly quotient: Pointer;
  readonly regions: Readonly<Record<PointSection, PointRegion>>;
  /** Memory of each thread's own. */
  readonly scratch: readonly Pointer[];
  /** What is free while a key is read: all that belongs to a proof. */
  readonly staging: Pointer;
  readonly stagingBytes: number;
  readonly totalBytes: number;
}

/** What the layout depends on. */
export interface LayoutRequest {
  readonly sizes: KeySizes;
  readonly terms: RowTerms;
  /** Points that are not at infinity. */
  readonly finite: Readonly<Record<PointSection, { readonly count: number; readonly all: boolean }>>;
  readonly threads: number;
  readonly scalarField: VectorField;
  readonly coordinateField: VectorField;
  readonly moduleConstantBytes: number;
  /** Scratch memory that the tasks need in one thread. */
  readonly scratchBytes: (tasks: readonly MsmTask[]) => number;
}

const alignment = 64;
/** For a few points at least, in the smallest circuits. */
const leastStagingBytes = 1 << 16;

export function planLayout(request: LayoutRequest): ProverLayout {
  const { sizes, terms, finite, threads, scalarField, coordinateField } = request;
  const { wires, publicSignals, power } = sizes;
  const domain = 2 ** power;
  let end = alignment; // so that no address is 0
  const reserve = (bytes: number): Pointer => {
    const start = end;
    end = Math.ceil((start + bytes) / alignment) * alignment;
    return start;
  };
  const { elementBytes, pairBytes } = scalarField;
  const moduleConstants = reserve(request.moduleConstantBytes);
  const twiddles = reserve(CosetTransform.twiddleBytes(scalarField, power));
  const transformConstants = reserve(CosetTransform.constantBytes(scalarField));
  // Conversions take two numbers at a time: one more than there may be.
  const factors = reserve(elementBytes * (terms.factors.length / 8 + 1));
  const termsAddress = reserve(4 * wordsOfPair * terms.totalPairs);
  const termCounts = reserve(4 * terms.pairs.length);

  const staging = end;
  const scalars = reserve(32 * (wires + 1));
  const values = reserve(elementBytes * (wires + 1));
  const vector = (): Pointer => reserve((pairBytes * domain) / 2);
  const vectors = [vector(), vector(), vector()] as const;
  const quotient = reserve(32 * domain);
  reserve(Math.max(0, leastStagingBytes - (end - staging)));
  const stagingBytes = end - staging;

  const scalarsOf: Readonly<Record<PointSection, Pointer>> = {
    a: scalars,
    b1: scalars,
    b2: scalars,
    c: scalars + 32 * (publicSignals + 1),
    h: quotient,
  };
  const region = (section: PointSection): PointRegion => {
    const { count, all } = finite[section];
    const group = groupOf[section];
    const size = kernelPointBytes(coordinateField, group);
    const points = reserve(size * count);
    const indices = all ? undefined : reserve(4 * count);
    const tasks = msmTasks({ group, points, scalars: scalarsOf[section], indices, count }, size);
    return { points, count, indices, tasks, results: tasks.map((task) => reserve(resultBytes(task))) };
  };
  const regions = Object.fromEntries(pointSections.map((section) => [section, region(section)])) as Record<
    PointSection,
    PointRegion
  >;
  const allTasks = pointSections.flatMap((section) => regions[section].tasks);
  const scratchBytes = request.scratchBytes(allTasks);
  const scratch = Array.from({ length: threads }, () => reserve(scratchBytes));
  return {
    ...sizes,
    moduleConstants,
    twiddles,
    transformConstants,
    scalars,
    values,
    factors,
    terms: termsAddress,
    termCounts,
    vectors,
    quotient,
    regions,
    scratch,
    staging,
    stagingBytes,
    totalBytes: end,
  };
}
