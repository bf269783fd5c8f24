// A proof as a list of tasks. What threads wait for comes first, and the cheapest tasks come last, so that all threads
// end at about the same time.

import type { Pointer } from "../curve/bn254.ts";
import type { VectorField } from "../curve/field/vector-field.ts";
import type { MsmTask } from "../curve/msm/task.ts";
import { type RowTerms, wordsOfPair } from "./constraint-rows.ts";
import { type PointSection, pointSections } from "./key-file.ts";
import type { ProverLayout } from "./prover-layout.ts";
import type { Task } from "./threads/task-list.ts";

/** What a thread can do; operands as in ScalarFunctions. */
export type ProverTask = Task &
  (
    | {
        readonly kind: "unpackPlain" | "unpackFactors" | "unpackCoordinates";
        readonly input: Pointer;
        readonly output: Pointer;
        readonly count: number;
      }
    | { readonly kind: "fillTables" }
    | {
        readonly kind: "rows";
        readonly terms: Pointer;
        readonly counts: Pointer;
        readonly output: Pointer;
        readonly rows: number;
      }
    | { readonly kind: "multiply"; readonly firstPair: number; readonly pairs: number }
    | { readonly kind: "transform"; readonly vector: Pointer }
    | { readonly kind: "combine"; readonly firstPair: number; readonly pairs: number }
    | { readonly kind: "msm"; readonly task: MsmTask; readonly output: Pointer }
  );

/** The steps, in the order of the list. */
export const proofPhases = [
  "wires",
  "constraints",
  "products",
  "transforms",
  "multiexp b2",
  "multiexp a",
  "multiexp b1",
  "multiexp c",
  "quotient",
  "multiexp h",
] as const;

type ProofPhase = (typeof proofPhases)[number];

/** Whose sum is ready after a phase, if any. */
export function sectionOf(phase: number): PointSection | undefined {
  return pointSections.find((section) => proofPhases[phase] === `multiexp ${section}`);
}

/** Elements of one of the small tasks. */
const pieceSize = 1 << 12;

function numberOf(name: ProofPhase): number {
  return proofPhases.indexOf(name);
}

export function proofTasks(layout: ProverLayout, terms: RowTerms, field: VectorField): ProverTask[] {
  const { wires, power } = layout;
  const pairs = 2 ** power / 2;
  const phase = (name: ProofPhase, ...after: readonly ProofPhase[]): Task => ({
    phase: numberOf(name),
    after: after.map(numberOf),
  });
  const multiexp = (section: PointSection, ...after: readonly ProofPhase[]): ProverTask[] => {
    const { tasks, results } = layout.regions[section];
    return tasks.map((task, index) => ({
      ...phase(`multiexp ${section}`, ...after),
      kind: "msm",
      task,
      output: results[index] as Pointer,
    }));
  };
  return [
    ...pieces(wires).map(
      ([first, count]): ProverTask => ({
        ...phase("wires"),
        kind: "unpackPlain",
        input: layout.scalars + 32 * first,
        output: layout.values + field.elementBytes * first,
        count: count + (count % 2),
      }),
    ),
    ...rowTasks(layout, terms, field).map((task) => ({ ...phase("constraints", "wires"), ...task })),
    ...pieces(pairs).map(
      ([firstPair, count]): ProverTask => ({
        ...phase("products", "constraints"),
        kind: "multiply",
        firstPair,
        pairs: count,
      }),
    ),
    ...layout.vectors.map(
      (vector): ProverTask => ({ ...phase("transforms", "products"), kind: "transform", vector }),
    ),
    ...multiexp("b2"),
    ...multiexp("a"),
    ...multiexp("b1"),
    ...multiexp("c"),
    ...pieces(pairs).map(
      ([firstPair, count]): ProverTask => ({
        ...phase("quotient", "transforms"),
        kind: "combine",
        firstPair,
        pairs: count,
      }),
    ),
    ...multiexp("h", "quotient"),
  ];
}

type RowTask = { readonly kind: "rows" } & Pick<
  Extract<ProverTask, { kind: "rows" }>,
  "terms" | "counts" | "output" | "rows"
>;

/** Rows of both matrices; a task does not go over the middle of a vector, where the second lanes begin. */
function rowTasks(layout: ProverLayout, { rows, pairs: counts }: RowTerms, field: VectorField): RowTask[] {
  const tasks: RowTask[] = [];
  let pairsBefore = 0;
  for (let half = 0; half < 4; half++) {
    const vector = layout.vectors[half < 2 ? 0 : 1];
    for (const [first, count] of pieces(rows / 2)) {
      const row = (half * rows) / 2 + first;
      tasks.push({
        kind: "rows",
        terms: layout.terms + 4 * wordsOfPair * pairsBefore,
        counts: layout.termCounts + 4 * row,
        output: vector + field.pairBytes * first + 8 * (half % 2),
        rows: count,
      });
      for (let index = row; index < row + count; index++) pairsBefore += counts[index] as number;
    }
  }
  return tasks;
}

/** `count` things in pieces of even size, as first and number. */
export function pieces(count: number, size = pieceSize): [first: number, count: number][] {
  return Array.from({ length: Math.ceil(count / size) }, (_, index) => [
    index * size,
    Math.min(size, count - index * size),
  ]);
}
