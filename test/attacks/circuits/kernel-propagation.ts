// Which wires cannot move, step by step: a row in which one wire is left says that this one is held too.

import type { SparseVector } from "./kernel.ts";

/** A row, and the wire that it holds once the other wires in it are held. */
export type Pin = { readonly row: number; readonly wire: number };

export class Propagation {
  /** In the order in which they were found. */
  readonly pins: Pin[] = [];
  readonly #moving: Set<number>;
  readonly #rows: readonly SparseVector[];
  readonly #rowsOf = new Map<number, number[]>();
  /** Number of moving wires in each row. */
  readonly #width: number[];
  readonly #narrow: number[] = [];
  #next = 0;
  readonly #says: (row: number, wire: number) => boolean;

  /**
   * @param moving - Wires that are not held to begin with.
   * @param says - Whether a row may be used to say what a wire is.
   */
  constructor(
    rows: readonly SparseVector[],
    moving: Iterable<number>,
    says: (row: number, wire: number) => boolean = () => true,
  ) {
    this.#rows = rows;
    this.#says = says;
    this.#moving = new Set(moving);
    this.#width = rows.map((row, position) => {
      let width = 0;
      for (const wire of row.keys()) {
        if (!this.#moving.has(wire)) continue;
        width++;
        const list = this.#rowsOf.get(wire);
        if (list === undefined) this.#rowsOf.set(wire, [position]);
        else list.push(position);
      }
      if (width === 1) this.#narrow.push(position);
      return width;
    });
    this.#propagate();
  }

  get moving(): ReadonlySet<number> {
    return this.#moving;
  }

  /** Holds wires, and what follows. */
  hold(wires: Iterable<number>): void {
    for (const wire of wires) this.#remove(wire);
    this.#propagate();
  }

  #propagate(): void {
    // In the order in which rows became narrow, so that things are computed from what is near the inputs.
    for (; this.#next < this.#narrow.length; this.#next++) {
      const row = this.#narrow[this.#next] ?? 0;
      for (const wire of this.#rows[row]?.keys() ?? []) {
        if (!this.#moving.has(wire) || !this.#says(row, wire)) continue;
        this.pins.push({ row, wire });
        this.#remove(wire);
      }
    }
  }

  #remove(wire: number): void {
    if (!this.#moving.delete(wire)) return;
    for (const row of this.#rowsOf.get(wire) ?? []) {
      const width = (this.#width[row] ?? 0) - 1;
      this.#width[row] = width;
      if (width === 1) this.#narrow.push(row);
    }
  }
}
