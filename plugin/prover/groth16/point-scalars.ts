// Which scalar belongs to each point of a key. Scalars are the values of the wires, and after them the sums of those whose
// points are the same.

import { fieldOrder } from "../../protocol/field.ts";
import { littleEndian, type Pointer, pointBytes } from "../curve/bn254.ts";
import { readWord, viewOf } from "./binary-file.ts";
import { type DistinctPoints, distinctPoints } from "./distinct-points.ts";
import { groupOf, type KeyFile, type PointSection, pointSections } from "./key-file.ts";

/** A scalar that is a sum of others, or of their opposites. */
interface ScalarSum {
  readonly wires: readonly number[];
  readonly opposite: readonly boolean[];
}

/** Points of a section as they are used. */
export interface SectionPoints {
  readonly count: number;
  /** Which of the file's points; undefined if all, in order. */
  readonly points: Uint32Array | undefined;
  /** Number of the scalar of each, counted from the section's first wire; undefined if in order. */
  readonly scalars: Uint32Array | undefined;
}

export class PointScalars {
  readonly sections: Readonly<Record<PointSection, SectionPoints>>;
  readonly #sums: ScalarSum[] = [];
  readonly #wires: number;

  constructor(key: KeyFile) {
    this.#wires = key.wires;
    this.sections = sectionRecord((section) => this.#pointsOf(key, section));
  }

  /** How many scalars there are besides the wires'. */
  get sumCount(): number {
    return this.#sums.length;
  }

  /** Computes the sums of a witness that is in memory; they go behind it. */
  addUp(memory: Uint8Array, scalars: Pointer): void {
    const view = viewOf(memory);
    this.#sums.forEach(({ wires, opposite }, index) => {
      let sum = 0n;
      wires.forEach((wire, member) => {
        const value = readWord(view, scalars + 32 * wire);
        sum += opposite[member] === true ? fieldOrder - value : value;
      });
      memory.set(littleEndian(sum % fieldOrder), scalars + 32 * (this.#wires + index));
    });
  }

  #pointsOf(key: KeyFile, section: PointSection): SectionPoints {
    const bytes = key.sections[section];
    const size = pointBytes[groupOf[section]];
    // The scalars of H are no wires. Its points are never the same, but in a key that is made for harm.
    const distinct = distinctPoints(bytes, size, section !== "h");
    if (distinct === undefined) return { count: bytes.length / size, points: undefined, scalars: undefined };
    const { points } = distinct;
    return { count: points.length, points, scalars: this.#scalarsOf(key, section, distinct) };
  }

  #scalarsOf(
    { publicSignals }: KeyFile,
    section: PointSection,
    { points, groups }: DistinctPoints,
  ): Uint32Array {
    const firstWire = section === "c" ? publicSignals + 1 : 0;
    const scalars = points.slice();
    for (const { place, members, opposite } of groups) {
      scalars[place] = this.#wires + this.#sums.length - firstWire;
      this.#sums.push({ wires: members.map((member) => member + firstWire), opposite });
    }
    return scalars;
  }
}

/** Something of each section. */
export function sectionRecord<Value>(make: (section: PointSection) => Value): Record<PointSection, Value> {
  return Object.fromEntries(pointSections.map((section) => [section, make(section)])) as Record<
    PointSection,
    Value
  >;
}
