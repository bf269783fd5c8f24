// The one module of the prover, for a representation of field elements.

import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder } from "../curve/bn254.ts";
import { type Representation, vectorFieldOf } from "../curve/field/best-field.ts";
import { defineCurveFunctions } from "../curve/points/curve-functions.ts";
import { type ConstantModule, ModuleWriter } from "../curve/webassembly/module-writer.ts";
import { defineScalarFunctions } from "./scalar-functions.ts";

const made = new Map<string, ConstantModule>();

/**
 * Made once: it takes a tenth of a second.
 *
 * @param shared Whether its memory is one that threads share.
 */
export function proverModule(representation: Representation, shared: boolean): ConstantModule {
  const name = `${representation}, ${shared}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  const writer = new ModuleWriter();
  defineCurveFunctions(writer, vectorFieldOf(representation, coordinateOrder));
  defineScalarFunctions(writer, vectorFieldOf(representation, fieldOrder));
  const module = writer.compile(shared);
  made.set(name, module);
  return module;
}
