// The module that checks signatures: hash, subgroup test and curve arithmetic. It is compiled once a process and can
// be sent to threads.

import type { VectorField } from "../../prover/curve/field/vector-field.ts";
import { type ConstantModule, ModuleWriter } from "../../prover/curve/webassembly/module-writer.ts";
import { addElementFunctions } from "../hashing/element-functions.ts";
import { addPoseidon, type HashFunction } from "../hashing/poseidon-kernel.ts";
import { addCurve, type CurveFunctions } from "./curve-kernel.ts";

export type SignatureFunctions = CurveFunctions & { readonly hash5: HashFunction };

/** Generates and compiles the module. */
export function signatureModule(field: VectorField): ConstantModule {
  const writer = new ModuleWriter();
  const functions = addElementFunctions(writer, field);
  addPoseidon(writer, field, functions, 5);
  addCurve(writer, field, functions);
  return writer.compile(false);
}
