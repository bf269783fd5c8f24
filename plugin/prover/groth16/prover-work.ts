// What a thread of the prover does: single tasks, on the memory that all of them share.

import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder } from "../curve/bn254.ts";
import { type Representation, vectorFieldOf } from "../curve/field/best-field.ts";
import { MsmThread } from "../curve/msm/msm-thread.ts";
import type { CurveFunctions } from "../curve/points/curve-functions.ts";
import { type ConstantModule, instantiate } from "../curve/webassembly/module-writer.ts";
import { CosetTransform } from "./coset-transform.ts";
import type { ProverTask } from "./proof-tasks.ts";
import type { ProverLayout } from "./prover-layout.ts";
import type { ScalarFunctions } from "./scalar-functions.ts";

/** What a thread works with. */
export interface ProverSetup {
  readonly module: ConstantModule;
  readonly representation: Representation;
  readonly memory: WebAssembly.Memory;
  readonly layout: ProverLayout;
  /** Which of the threads it is. */
  readonly thread: number;
}

/** Starts work in this thread. */
export function startWork({
  module,
  representation,
  memory,
  layout,
  thread,
}: ProverSetup): (task: ProverTask) => void {
  const call = instantiate(module, memory, layout.moduleConstants) as ScalarFunctions & CurveFunctions;
  const field = vectorFieldOf(representation, fieldOrder);
  const msm = new MsmThread(
    call,
    memory,
    vectorFieldOf(representation, coordinateOrder),
    layout.scratch[thread] as number,
  );
  const transform = new CosetTransform(call, field, {
    power: layout.power,
    twiddles: layout.twiddles,
    constants: layout.transformConstants,
  });
  const [a, b, c] = layout.vectors;
  return (task) => {
    switch (task.kind) {
      case "unpackPlain":
      case "unpackFactors":
      case "unpackCoordinates":
        call[task.kind](task.input, task.output, task.count);
        return;
      case "fillTables":
        transform.fillTables(new Uint8Array(memory.buffer));
        return;
      case "rows":
        call.rows(task.terms, task.counts, task.output, task.rows);
        return;
      case "multiply": {
        const offset = field.pairBytes * task.firstPair;
        call.multiply(a + offset, b + offset, c + offset, task.pairs);
        return;
      }
      case "transform":
        transform.run(task.vector);
        return;
      case "combine": {
        const offset = field.pairBytes * task.firstPair;
        const first = layout.quotient + 32 * task.firstPair;
        const second = first + 32 * (2 ** layout.power / 2);
        const { combineFactors } = transform;
        call.combine(a + offset, b + offset, c + offset, combineFactors, first, second, task.pairs);
        return;
      }
      case "msm":
        msm.run(task.task, task.output);
    }
  };
}
