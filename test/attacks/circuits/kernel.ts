// Kernels of large sparse matrices over the scalar field, exactly.
//
// The matrices are Jacobians of circuits, which are nearly triangular: most wires are computed by one constraint from
// earlier ones. So, before any arithmetic,
//
//   a row with one column left     says that this column is 0: both go
//   a column with one row left     is solved for by that row, whatever the others are: both go
//
// over and over. What remains, the core, is eliminated by Gauss' method, the sparsest row first and in it the sparsest
// column (Markowitz 1957), to keep fill-in low. Columns that nothing was solved for are the kernel's parameters.

import { invert } from "@noble/curves/abstract/modular.js";
import { fieldOrder, toField } from "../../../plugin/protocol/field.ts";

/** Elements by position; what is not there is 0. */
export type SparseVector = ReadonlyMap<number, bigint>;

/** A column, and the row that says what it is in terms of columns that are solved for later. */
type Pivot = { readonly column: number; readonly row: SparseVector };

/** The solutions of a homogeneous system. */
export class Kernel {
  readonly rank: number;
  /** A vector for each free column, which is 1 in it and 0 in the other free columns. */
  readonly basis: ReadonlyMap<number, SparseVector>;

  constructor(rank: number, basis: ReadonlyMap<number, SparseVector>) {
    this.rank = rank;
    this.basis = basis;
  }

  get dimension(): number {
    return this.basis.size;
  }

  /** Columns that are not 0 in all of the kernel. */
  support(): Set<number> {
    return new Set([...this.basis.values()].flatMap((vector) => [...vector.keys()]));
  }

  /** Whether a linear form is not 0 on all of the kernel. */
  moves(form: SparseVector): boolean {
    return [...this.basis.values()].some((vector) => product(form, vector) !== 0n);
  }
}

/**
 * All vectors over `columns` on which every row is 0; other columns are held at 0.
 *
 * @param rows - Without zero entries.
 */
export function kernelOf(rows: readonly SparseVector[], columns: Iterable<number>): Kernel {
  const elimination = new Peeling(rows, columns);
  elimination.run();
  const pivots = [...elimination.pivots, ...eliminate(elimination.core())];
  const solved = new Set([...elimination.zero, ...pivots.map(({ column }) => column)]);
  const free = [...elimination.columns].filter((column) => !solved.has(column));
  return new Kernel(solved.size, substitute(free, pivots));
}

/** Rows become columns; only `columns` are taken over, in the order of their numbers. */
export function transpose(rows: readonly SparseVector[], columns: ReadonlySet<number>): SparseVector[] {
  const transposed = new Map([...columns].sort((a, b) => a - b).map((column) => [column, new Map()]));
  for (const [position, row] of rows.entries()) {
    for (const [column, factor] of row) transposed.get(column)?.set(position, factor);
  }
  return [...transposed.values()];
}

/** Inner product, an element. */
export function product(left: SparseVector, right: SparseVector): bigint {
  const [small, large] = left.size < right.size ? [left, right] : [right, left];
  let sum = 0n;
  for (const [column, factor] of small) sum += factor * (large.get(column) ?? 0n);
  return toField(sum);
}

/** Takes rows with one column and columns with one row out of a matrix, without arithmetic. */
class Peeling {
  readonly columns: ReadonlySet<number>;
  /** Columns that have to be 0. */
  readonly zero = new Set<number>();
  readonly pivots: Pivot[] = [];
  readonly #rows: readonly SparseVector[];
  readonly #rowsLeft = new Set<number>();
  readonly #columnsLeft: Set<number>;
  readonly #rowsOf = new Map<number, number[]>();
  /** Columns left in a row, rows left in a column. */
  readonly #width: number[] = [];
  readonly #height = new Map<number, number>();
  readonly #narrow: number[] = [];
  readonly #flat: number[] = [];

  constructor(rows: readonly SparseVector[], columns: Iterable<number>) {
    this.#rows = rows;
    this.columns = new Set(columns);
    this.#columnsLeft = new Set(this.columns);
    for (const column of this.columns) this.#rowsOf.set(column, []);
    for (const [position, row] of rows.entries()) {
      let width = 0;
      for (const column of row.keys()) {
        const list = this.#rowsOf.get(column);
        if (list === undefined) continue;
        list.push(position);
        width++;
      }
      this.#width.push(width);
      this.#rowsLeft.add(position);
      if (width === 1) this.#narrow.push(position);
    }
    for (const [column, list] of this.#rowsOf) {
      this.#height.set(column, list.length);
      if (list.length === 1) this.#flat.push(column);
    }
  }

  run(): void {
    for (;;) {
      const row = this.#narrow.pop();
      if (row !== undefined) {
        this.#pin(row);
        continue;
      }
      const column = this.#flat.pop();
      if (column === undefined) return;
      this.#solve(column);
    }
  }

  /** What is left of the matrix. */
  core(): Map<number, bigint>[] {
    return [...this.#rowsLeft].map((position) => this.#remaining(position)).filter((row) => row.size > 0);
  }

  /** A row says that its one column is 0. */
  #pin(position: number): void {
    if (!this.#rowsLeft.has(position)) return;
    const [column] = this.#remaining(position).keys();
    if (column === undefined) return;
    this.zero.add(column);
    this.#removeRow(position);
    this.#removeColumn(column);
  }

  /** A column's one row says what it is. */
  #solve(column: number): void {
    if (!this.#columnsLeft.has(column)) return;
    const position = this.#rowsOf.get(column)?.find((row) => this.#rowsLeft.has(row));
    if (position === undefined) return;
    this.pivots.push({ column, row: this.#remaining(position) });
    this.#removeRow(position);
    this.#removeColumn(column);
  }

  #removeRow(position: number): void {
    this.#rowsLeft.delete(position);
    for (const column of this.#rows[position]?.keys() ?? []) {
      if (!this.#columnsLeft.has(column)) continue;
      const height = (this.#height.get(column) ?? 0) - 1;
      this.#height.set(column, height);
      if (height === 1) this.#flat.push(column);
    }
  }

  #removeColumn(column: number): void {
    this.#columnsLeft.delete(column);
    for (const position of this.#rowsOf.get(column) ?? []) {
      if (!this.#rowsLeft.has(position)) continue;
      const width = (this.#width[position] ?? 0) - 1;
      this.#width[position] = width;
      if (width === 1) this.#narrow.push(position);
    }
  }

  #remaining(position: number): Map<number, bigint> {
    return new Map([...(this.#rows[position] ?? [])].filter(([column]) => this.#columnsLeft.has(column)));
  }
}

/** Gauss' elimination; a pivot's row has no columns of earlier pivots. */
function eliminate(rows: readonly Map<number, bigint>[]): Pivot[] {
  const left = new Set(rows);
  const rowsOf = new Map<number, Set<Map<number, bigint>>>();
  const link = (column: number, row: Map<number, bigint>): void => {
    const linked = rowsOf.get(column);
    if (linked === undefined) rowsOf.set(column, new Set([row]));
    else linked.add(row);
  };
  for (const row of rows) for (const column of row.keys()) link(column, row);

  const pivots: Pivot[] = [];
  while (left.size > 0) {
    const row = least(left, ({ size }) => size);
    const column = least(row.keys(), (candidate) => rowsOf.get(candidate)?.size ?? 0);
    left.delete(row);
    for (const linked of row.keys()) rowsOf.get(linked)?.delete(row);
    pivots.push({ column, row });
    const inverse = invert(row.get(column) ?? 0n, fieldOrder);
    for (const other of rowsOf.get(column) ?? []) {
      const times = toField((other.get(column) ?? 0n) * inverse);
      for (const [position, factor] of row) {
        const difference = toField((other.get(position) ?? 0n) - times * factor);
        if (difference !== 0n) {
          other.set(position, difference);
          link(position, other);
        } else {
          other.delete(position);
          if (position !== column) rowsOf.get(position)?.delete(other);
        }
      }
      if (other.size === 0) left.delete(other);
    }
    rowsOf.delete(column);
  }
  return pivots;
}

/** The kernel's basis: from the last pivot back, each column in terms of the free ones. */
function substitute(free: readonly number[], pivots: readonly Pivot[]): Map<number, SparseVector> {
  const basis = new Map(free.map((column) => [column, new Map([[column, 1n]])]));
  /** Of each column solved so far, its factor for each free column. */
  const solved = new Map<number, SparseVector>(free.map((column) => [column, new Map([[column, 1n]])]));
  for (const { column, row } of pivots.toReversed()) {
    const sums = new Map<number, bigint>();
    for (const [other, factor] of row) {
      if (other === column) continue;
      for (const [parameter, by] of solved.get(other) ?? []) {
        sums.set(parameter, (sums.get(parameter) ?? 0n) + factor * by);
      }
    }
    if (sums.size === 0) continue;
    const divisor = toField(-(row.get(column) ?? 0n));
    const inverse = invert(divisor, fieldOrder);
    const factors = new Map<number, bigint>();
    for (const [parameter, sum] of sums) {
      const factor = toField(sum * inverse);
      if (factor === 0n) continue;
      factors.set(parameter, factor);
      basis.get(parameter)?.set(column, factor);
    }
    solved.set(column, factors);
  }
  return basis;
}

function least<T>(from: Iterable<T>, cost: (candidate: T) => number): T {
  let best: { readonly candidate: T; readonly at: number } | undefined;
  for (const candidate of from) {
    const at = cost(candidate);
    if (best === undefined || at < best.at) best = { candidate, at };
    if (at === 1) break;
  }
  if (best === undefined) throw new Error("There is nothing to choose from.");
  return best.candidate;
}
