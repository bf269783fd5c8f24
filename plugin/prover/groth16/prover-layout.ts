// Where everything is in the memory that the prover's threads share. All of it is known once the key is read, so the
// memory is made in one piece, and a key that does not fit is refused with the numbers.

import type { Pointer } from "../curve/bn254.ts";
import type { VectorField } from "../curve/field/vector-field.ts";
import { type MsmTask, msmTasks, resultBytes } from "../curve/msm/task.ts";
import { kernelPointBytes } from "../curve/points/addition-layout.ts";
import { type RowTerms, wordsOfPair } from "./constraint-rows.ts";
import { CosetTransform } from "./coset-transform.ts";
import { groupOf, type KeySizes, type PointSection, pointSections } from "./key-file.ts";
import { type PointScalars, sectionRecord } from "./point-scalars.ts";

/** One multi-scalar multiplication of a proof. */
export interface PointRegion {
  readonly points: Pointer;
  readonly count: number;
  /** List of the points' scalars; undefined if these come in order. */
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
  /** Values of the wires, plain, and the sums of some of them. */
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
  readonly points: Pick<PointScalars, "sections" | "sumCount">;
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
  const { sizes, terms, points, threads, scalarField, coordinateField } = request;
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
  const scalars = reserve(32 * (wires + points.sumCount + 1));
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
    const { count, scalars: numbers } = points.sections[section];
    const group = groupOf[section];
    const size = kernelPointBytes(coordinateField, group);
    const address = reserve(size * count);
    const indices = numbers === undefined ? undefined : reserve(4 * count);
    const input = { group, points: address, scalars: scalarsOf[section], indices, count };
    const tasks = msmTasks(input, size);
    return {
      points: address,
      count,
      indices,
      tasks,
      results: tasks.map((task) => reserve(resultBytes(task))),
    };
  };
  const regions = sectionRecord(region);
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
