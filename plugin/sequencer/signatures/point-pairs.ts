import type { VectorField } from "../../prover/curve/field/vector-field.ts";
import type { KernelMemory } from "../hashing/memory.ts";
import type { CurveFunctions } from "./curve-kernel.ts";
import { addendBytes, neutralPoint, pointBytes } from "./point-layout.ts";
import { writeSignedDigits } from "./signed-digits.ts";

const bits = 4;
const windows = 256 / bits;
/** Multiples from −8 to 8. */
const largestDigit = 2 ** (bits - 1);
const tableEntries = 2 * largestDigit + 1;

/** `r8 + keyFactor·key + baseFactor·base`: addresses of prepared points; scalars little-endian and below 2^255. */
export type PairTerm = {
  readonly r8: number;
  readonly key: number;
  readonly keyFactor: Uint8Array;
  readonly baseFactor: Uint8Array;
};

/**
 * Whether single sums of three points are the neutral point, two sums at a time in the lanes of vectors. Fewer than
 * some dozen are checked faster that way than in a random combination.
 */
export class PointPairs {
  readonly #functions: CurveFunctions;
  readonly #memory: KernelMemory;
  readonly #registers: number;
  readonly #pointBytes: number;
  readonly #addendBytes: number;
  readonly #neutral: Uint8Array;
  readonly #baseTable: number;
  readonly #keyTables: readonly [number, number];
  readonly #total: number;
  readonly #list: number;
  readonly #words: number;
  readonly #digits = [0, 1, 2, 3].map(() => new Int8Array(windows + 1));

  /**
   * @param registers - See registerBytes.
   * @param base - A prepared point.
   */
  constructor(
    field: VectorField,
    functions: CurveFunctions,
    memory: KernelMemory,
    registers: number,
    base: number,
  ) {
    this.#functions = functions;
    this.#memory = memory;
    this.#registers = registers;
    this.#pointBytes = pointBytes(field);
    this.#addendBytes = addendBytes(field);
    this.#neutral = neutralPoint(field);
    const table = (): number => memory.allocate(tableEntries * this.#pointBytes);
    this.#baseTable = table();
    this.#keyTables = [table(), table()];
    this.#total = memory.allocate(2 * this.#pointBytes);
    this.#list = memory.allocate(16);
    this.#words = memory.allocate(4 * 32);
    this.#fill([this.#baseTable, this.#keyTables[0]], [base, base]);
  }

  areZero(terms: readonly [PairTerm, PairTerm]): [boolean, boolean] {
    const { add, double, compare } = this.#functions;
    this.#fill(this.#keyTables, [terms[0].key, terms[1].key]);
    const [key0, base0, key1, base1] = this.#digits as [Int8Array, Int8Array, Int8Array, Int8Array];
    writeSignedDigits(terms[0].keyFactor, bits, key0, 0);
    writeSignedDigits(terms[0].baseFactor, bits, base0, 0);
    writeSignedDigits(terms[1].keyFactor, bits, key1, 0);
    writeSignedDigits(terms[1].baseFactor, bits, base1, 0);
    const lanes = [this.#total, this.#total + this.#pointBytes] as const;
    for (const lane of lanes) this.#clear(lane);
    const entry = (table: number, digits: Int8Array, window: number): number =>
      table + ((digits[window] as number) + largestDigit) * this.#pointBytes;
    for (let window = windows - 1; window >= 0; window--) {
      for (let bit = 0; bit < bits; bit++) double(...lanes, this.#registers);
      const keys = [
        entry(this.#keyTables[0], key0, window),
        entry(this.#keyTables[1], key1, window),
      ] as const;
      add(...lanes, ...keys, this.#registers);
      const bases = [entry(this.#baseTable, base0, window), entry(this.#baseTable, base1, window)] as const;
      add(...lanes, ...bases, this.#registers);
    }
    this.#addPrepared(lanes, [terms[0].r8, terms[1].r8]);
    compare(...lanes, this.#words, this.#registers);
    const words = new BigUint64Array(this.#memory.memory.buffer, this.#words, 16);
    const isZero = (lane: number): boolean =>
      [0, 1, 2, 3].every((word) => words[4 * lane + word] === 0n && words[8 + 4 * lane + word] === 0n);
    return [isZero(0), isZero(1)];
  }

  /** Two tables of multiples of prepared points. */
  #fill(tables: readonly [number, number], points: readonly [number, number]): void {
    const at = (table: number, digit: number): number => table + (digit + largestDigit) * this.#pointBytes;
    for (const table of tables) this.#clear(at(table, 0));
    for (const sign of [1, -1]) {
      // The negative of a prepared point lies behind it.
      const addends = points.map((point) => (sign < 0 ? point + this.#addendBytes : point)) as [
        number,
        number,
      ];
      for (let digit = 1; digit <= largestDigit; digit++) {
        const targets = tables.map((table) => at(table, sign * digit)) as [number, number];
        tables.forEach((table, lane) => {
          const before = this.#memory.bytes(at(table, sign * (digit - 1)), this.#pointBytes);
          this.#memory.bytes(targets[lane] as number, this.#pointBytes).set(before);
        });
        this.#addPrepared(targets, addends);
      }
    }
  }

  #addPrepared(targets: readonly [number, number], addends: readonly [number, number]): void {
    new Uint32Array(this.#memory.memory.buffer, this.#list, 4).set([...targets, ...addends]);
    this.#functions.addAll(this.#list, 1);
  }

  #clear(point: number): void {
    this.#memory.bytes(point, this.#pointBytes).set(this.#neutral);
  }
}
