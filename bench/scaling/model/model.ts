import { type Assumption, assumptions } from "./assumptions.ts";
import type { Constants, Load } from "./constants.ts";
import { type Layers, layers } from "./layers.ts";
import type { Parameters } from "./parameters.ts";
import { dataModes, type Throughput, throughput } from "./throughput.ts";

/** Estimates from measured constants, not measurements. */
export interface ModelResult {
  readonly parameters: Parameters;
  readonly constants: Constants;
  readonly assumptions: readonly Assumption[];
  readonly throughput: readonly Throughput[];
  /** By workload, with the shape that the page is about. */
  readonly layers: readonly Layers[];
}

/** The size that the page is about: the largest that 2^20 constraints, as the built-in shape `standard`, go for. */
export const mainShape = "2^20";

/** What larger batches would do, extrapolated. */
export const largestShape = "2^22";

export function model(constants: Constants, parameters: Parameters): ModelResult {
  const loads = constants.loads.filter(({ workload }) => parameters.workloads.includes(workload));
  const rows = (load: Load): Throughput[] =>
    dataModes.flatMap((data) =>
      parameters.provers.map((provers) => throughput(load, data, provers, constants, parameters)),
    );
  return {
    parameters,
    constants,
    assumptions: assumptions(constants, parameters),
    throughput: loads.flatMap(rows),
    layers: loads
      .filter(({ shape }) => shape === mainShape)
      .map((load) => layers(load, constants, parameters)),
  };
}
