// Runs the tasks of multi-scalar multiplications in one thread.

import type { Pointer } from "../bn254.ts";
import type { VectorField } from "../field/vector-field.ts";
import { kernelPointBytes } from "../points/addition-layout.ts";
import type { CurveFunctions } from "../points/curve-functions.ts";
import { PointAdditions } from "../points/point-additions.ts";
import { bitSums } from "./bucket-sums.ts";
import { sortIntoBuckets } from "./buckets.ts";
import { SumMemory, sumRuns } from "./run-sums.ts";
import { scratchOf } from "./scratch.ts";
import { bucketsOf, type MsmTask, resultBytes } from "./task.ts";
import { weightedSum } from "./weighted-sum.ts";

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
   * Writes the task's result, `resultBytes` long: what its points and windows add to the whole sum, an affine point in
   * plain coordinates; all zero for infinity.
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
    const finite = weightedSum(this.#functions, this.#memory, this.#field, task, scratch, bits);
    const result = new Uint8Array(buffer, output, resultBytes(task));
    if (finite) result.set(additions.plain(scratch.result));
    else result.fill(0);
  }
}
