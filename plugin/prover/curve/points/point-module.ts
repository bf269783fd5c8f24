import { coordinateOrder } from "../bn254.ts";
import { type Representation, vectorFieldOf } from "../field/best-field.ts";
import { type ConstantModule, ModuleWriter } from "../webassembly/module-writer.ts";
import { defineCurveFunctions } from "./curve-functions.ts";

/** A module of `CurveFunctions` alone, over memory of one thread or of many. */
export function pointModule(representation: Representation, shared: boolean): ConstantModule {
  const module = new ModuleWriter();
  defineCurveFunctions(module, vectorFieldOf(representation, coordinateOrder));
  return module.compile(shared);
}
