// Runs the tasks of multi-scalar multiplications in one thread.

import { coordinateOrder, type Pointer } from "../bn254.ts";
import type { VectorField } from "../field/vector-field.ts";
import { kernelPointBytes } from "../points/addition-layout.ts";
import type { CurveFunctions } from "../points/curve-functions.ts";
import { PointAdditions } from "../points/point-additions.ts";
import { bitSums } from "./bucket-sums.ts";
import { sortIntoBuckets } from "./buckets.ts";
import { SumMemory, sumRuns } from "./run-sums.ts";
import { scratchOf } from "./scratch.ts";
import { bucketsOf, type MsmTask, resultBytes } from "./task.ts";

export class MsmThread {
  readonly #functions: CurveFunctions;
  readonly #memory: WebAssembly.Memory;
  readonly #field: VectorField;
  readonly #scratch: Pointer;

  /** @param scratch Address of as much memory as `scratchBytes` says, a multiple of 16. */
  constructor(functions: CurveFunctions, memory: WebAssembly.Memory, field: VectorField, scratch: Pointer) {
    this.#functions = functions;
    this.#memory = memory;
    this.#field = field;
    this.#scratch = scratch;
  }

  /**
   * Writes the task's result, `resultBytes` long: for every window and every bit of it, the lowest first, the affine
   * sum of the points whose digits have the bit, in plain coordinates; all zero for infinity.
   */
  run(task: MsmTask, output: Pointer): void {
    const { buffer } = this.#memory;
    const pointBytes = kernelPointBytes(this.#field, task.group);
    const scratch = scratchOf(this.#field, task, this.#scratch);
    const buckets = task.windows * bucketsOf(task.windowBits);
    const { items, starts } = sortIntoBuckets(this.#functions, this.#memory, task, scratch, pointBytes);

    const additions = new PointAdditions(
      this.#functions,
      this.#memory,
      this.#field,
      task.group,
      scratch.additions,
    );
    const sums = new SumMemory(scratch.sums, pointBytes);
    sumRuns(additions, sums, items, starts);

    const bucketSums = new Uint32Array(buffer, scratch.keys, buckets);
    for (let bucket = 0; bucket < buckets; bucket++) {
      const start = starts[bucket] as number;
      bucketSums[bucket] = start < (starts[bucket + 1] as number) ? (items[start] as Pointer) : 0;
    }
    const bits = bitSums(additions, sums, task, bucketSums, new Uint32Array(buckets));
    const result = new Uint8Array(buffer, output, resultBytes(task));
    const size = result.length / bits.length;
    bits.forEach((point, index) => {
      const place = result.subarray(index * size, (index + 1) * size);
      if (point === 0) place.fill(0);
      else place.set(plainPoint(additions.plain(point), point % 2 === 1));
    });
  }
}

/** The point, or its opposite. */
function plainPoint(bytes: Uint8Array, opposite: boolean): Uint8Array {
  if (!opposite) return bytes;
  for (let offset = bytes.length / 2; offset < bytes.length; offset += 32) {
    let borrow = 0;
    let zero = true;
    for (let index = 0; index < 32; index++) zero &&= bytes[offset + index] === 0;
    if (zero) continue;
    for (let index = 0; index < 32; index++) {
      const order = Number((coordinateOrder >> BigInt(8 * index)) & 255n);
      const difference = order - (bytes[offset + index] as number) - borrow;
      borrow = difference < 0 ? 1 : 0;
      bytes[offset + index] = difference & 255;
    }
  }
  return bytes;
}
