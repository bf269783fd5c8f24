// The one module of the prover, for a representation of field elements.

import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder } from "../curve/bn254.ts";
import { DoubleField } from "../curve/field/doubles.ts";
import { fusesMultiplyAdd } from "../curve/field/processor.ts";
import type { VectorField } from "../curve/field/vector-field.ts";
import { defineCurveFunctions } from "../curve/points/curve-functions.ts";
import { type ConstantModule, ModuleWriter } from "../curve/webassembly/module-writer.ts";
import { defineScalarFunctions } from "./scalar-functions.ts";

/** Doubles are faster, where the processor fuses multiplication and addition. */
export type Representation = "doubles" | "integers";

export function bestRepresentation(): Representation {
  return fusesMultiplyAdd() ? "doubles" : "integers";
}

export function proverField(representation: Representation, modulus: bigint): VectorField {
  if (representation === "doubles") return new DoubleField(modulus);
  throw new Error("not yet");
}

/** @param shared Whether its memory is one that threads share. */
export function proverModule(representation: Representation, shared: boolean): ConstantModule {
  const module = new ModuleWriter();
  defineCurveFunctions(module, proverField(representation, coordinateOrder));
  defineScalarFunctions(module, proverField(representation, fieldOrder));
  return module.compile(shared);
}
