import { calculateWitness, WitnessError } from "../../../plugin/circuits/calculate-witness.ts";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { checkWitness, R1cs } from "../../../plugin/circuits/r1cs.ts";
import { type Constraint, placesOf } from "./attack.ts";
import { circuitInput } from "./commitment.ts";
import type { Forgery } from "./forgery.ts";

/** What the witness program or the constraints have against a batch; empty if nothing. */
export async function refusal(circuit: CompiledCircuit, forgery: Forgery): Promise<string> {
  try {
    const { values } = await calculateWitness(circuit.wasmPath, circuitInput(forgery));
    const violation = checkWitness(await R1cs.read(circuit.r1csPath), values);
    return violation === undefined ? "" : `Constraint ${violation.constraint} is violated.`;
  } catch (error) {
    if (error instanceof WitnessError) return error.message;
    throw error;
  }
}

/** What a refusal says if it is by a constraint, by the first of its statements. */
export function saying(constraint: Constraint): RegExp {
  const [place] = placesOf(constraint);
  return new RegExp(`template ${place?.template}_\\d+ line: ${place?.line}\\b`);
}
