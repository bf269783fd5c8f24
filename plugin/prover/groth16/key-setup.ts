// Brings a key into the memory that the prover's threads share: matrices as lists of terms, points in the form of the
// kernels. The file's bytes go through the memory that proofs use later, piece by piece.

import { type Pointer, pointBytes } from "../curve/bn254.ts";
import type { VectorField } from "../curve/field/vector-field.ts";
import { type RowTerms, wordsOfPair, writeTerms } from "./constraint-rows.ts";
import { groupOf, type KeyFile, pointSections } from "./key-file.ts";
import type { PointScalars } from "./point-scalars.ts";
import { type ProverTask, pieces } from "./proof-tasks.ts";
import type { ProverLayout } from "./prover-layout.ts";

export interface KeySetup {
  readonly key: KeyFile;
  readonly terms: RowTerms;
  readonly points: PointScalars;
  readonly layout: ProverLayout;
  readonly memory: Uint8Array;
  readonly scalarField: VectorField;
  readonly coordinateField: VectorField;
  /** Has threads do some tasks. */
  readonly run: (tasks: readonly ProverTask[]) => Promise<void>;
}

type UnpackKind = "unpackFactors" | "unpackCoordinates";

/** Numbers that a task converts: an even count, and a multiple of what a point has. */
const taskNumbers = 1 << 13;

/** Fills the memory, all but what belongs to a proof. */
export async function setUpKey(setup: KeySetup): Promise<void> {
  const { layout, terms, memory, scalarField, run } = setup;
  await run([{ phase: 0, after: [], kind: "fillTables" }]);
  const words = new Uint32Array(memory.buffer);
  words.set(terms.pairs, layout.termCounts / 4);
  const start = layout.terms / 4;
  const targets = { wires: layout.values, factors: layout.factors, elementBytes: scalarField.elementBytes };
  writeTerms(terms, targets, words.subarray(start, start + wordsOfPair * terms.totalPairs));
  const factors = new Uint8Array(terms.factors.buffer, terms.factors.byteOffset, terms.factors.byteLength);
  await convert(setup, "unpackFactors", 1, factors, undefined, layout.factors);
  for (const section of pointSections) {
    const { points, scalars } = setup.points.sections[section];
    const region = layout.regions[section];
    if (scalars !== undefined && region.indices !== undefined) words.set(scalars, region.indices / 4);
    const numbers = pointBytes[groupOf[section]] / 32;
    await convert(setup, "unpackCoordinates", numbers, setup.key.sections[section], points, region.points);
  }
  memory.fill(0, layout.staging, layout.staging + layout.stagingBytes);
}

/**
 * Converts things of `numbers` numbers each.
 *
 * @param indices Which ones; undefined for all.
 */
async function convert(
  { layout, memory, scalarField, coordinateField, run }: KeySetup,
  kind: UnpackKind,
  numbers: number,
  from: Uint8Array,
  indices: Uint32Array | undefined,
  to: Pointer,
): Promise<void> {
  const size = 32 * numbers;
  const count = indices?.length ?? from.length / size;
  const field = kind === "unpackFactors" ? scalarField : coordinateField;
  const elementBytes = field.elementBytes;
  // One number more than there are may be converted, for an even count.
  const capacity = Math.floor((layout.stagingBytes - 32) / size);
  for (const [first, things] of pieces(count, capacity - (capacity % 2))) {
    if (indices === undefined) {
      memory.set(from.subarray(first * size, (first + things) * size), layout.staging);
    } else {
      for (let index = 0; index < things; index++) {
        const at = (indices[first + index] as number) * size;
        memory.set(from.subarray(at, at + size), layout.staging + index * size);
      }
    }
    await run(
      pieces(things * numbers, taskNumbers).map(([number, amount]) => ({
        phase: 0,
        after: [],
        kind,
        input: layout.staging + 32 * number,
        output: to + elementBytes * (first * numbers + number),
        count: amount + (amount % 2),
      })),
    );
  }
}
