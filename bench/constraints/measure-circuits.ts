import { constraintCount } from "../../plugin/circuits/constraint-count.ts";
import { builtInShapes } from "../../plugin/circuits/shapes.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import { fitLine } from "../scaling/fit.ts";
import { countConstraints, type Source, shapeSource } from "./compile.ts";
import { type PeerCounts, peerParts } from "./peer-parts.ts";
import type { CompiledCircuitRow, DepthFit } from "./result.ts";
import { oneSlotEach } from "./slot-cost.ts";

/** Circuits that differ from the first one in one number, so that each cost of the formula is a difference. */
const differing: readonly Partial<Shape>[] = [
  {},
  { transactions: 3 },
  { accounts: 3 },
  { accounts: 2, operations: 2, exits: 2 },
  { exits: 3 },
  { fees: 3 },
  { depth: 16, accounts: 3 },
];
const depths = [5, 8, 12, 16];

interface Circuit {
  readonly source: Source;
  readonly shape: Shape;
}

export interface MeasuredCircuits {
  readonly circuits: readonly CompiledCircuitRow[];
  readonly depth: DepthFit;
  readonly parts: PeerCounts;
}

/**
 * Compiles what the result is made of: small circuits of ours, the built-in shapes that are asked for, peers'
 * templates.
 */
export async function measureCircuits(
  shapes: readonly (keyof typeof builtInShapes)[],
  onProgress: (line: string) => void,
): Promise<MeasuredCircuits> {
  const circuits = ownCircuits(shapes);
  const peers = Object.values(peerParts);
  const counts = await countConstraints([...circuits.map(({ source }) => source), ...peers], onProgress);
  const count = (name: string): number => counts.get(name) as number;
  const parts = Object.fromEntries(Object.entries(peerParts).map(([part, { name }]) => [part, count(name)]));
  const rows = circuits.map(({ source: { name }, shape }) => ({
    name,
    shape,
    compiled: count(name),
    formula: constraintCount(shape),
  }));
  return { circuits: rows, depth: depthFit(rows), parts: parts as PeerCounts };
}

function ownCircuits(shapes: readonly (keyof typeof builtInShapes)[]): Circuit[] {
  const sizes = [...differing, ...depths.map((depth) => ({ depth }))].map((size) => ({
    ...oneSlotEach,
    ...size,
  }));
  const byName = new Map(
    sizes.map((shape) => {
      const source = shapeSource(shape);
      return [source.name, { source, shape }];
    }),
  );
  for (const name of shapes) {
    const shape = builtInShapes[name];
    byName.set(name, { source: shapeSource(shape, name), shape });
  }
  return [...byName.values()];
}

/** The line through circuits with one slot of each kind. */
function depthFit(rows: readonly CompiledCircuitRow[]): DepthFit {
  const points = rows
    .filter(({ shape }) =>
      Object.entries(oneSlotEach).every(
        ([name, size]) => name === "depth" || shape[name as keyof Shape] === size,
      ),
    )
    .map(({ shape, compiled }) => ({ depth: shape.depth, constraints: compiled }))
    .sort((a, b) => a.depth - b.depth);
  return { points, ...line(points), accountLevel: accountLevel(rows) };
}

function line(points: DepthFit["points"]): Pick<DepthFit, "slope" | "largestResidual"> {
  const places = points.map(({ depth, constraints }) => ({ x: depth, y: constraints }));
  const { slope, intercept } = fitLine(places);
  const residuals = places.map(({ x, y }) => Math.abs(y - intercept - slope * x));
  return { slope, largestResidual: Math.max(...residuals) };
}

/** Two account slots more cost, by as many levels as there are more: of circuits of depths 12 and 16. */
function accountLevel(rows: readonly CompiledCircuitRow[]): number {
  const count = (depth: number, accounts: number): number => {
    const { name } = shapeSource({ ...oneSlotEach, depth, accounts });
    const row = rows.find((other) => other.name === name);
    if (row === undefined) throw new Error(`${name} was not compiled.`);
    return row.compiled;
  };
  const added = (depth: number): number => (count(depth, 3) - count(depth, 1)) / 2;
  return (added(16) - added(12)) / 4;
}

/** Whether every compiled circuit has as many constraints as the formula says. */
export function isExact(rows: readonly CompiledCircuitRow[]): boolean {
  return rows.every(({ compiled, formula }) => compiled === formula);
}
