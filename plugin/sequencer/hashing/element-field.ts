import { fieldOrder } from "../../protocol/field.ts";
import { bestRepresentation, vectorFieldOf } from "../../prover/curve/field/best-field.ts";
import type { VectorField } from "../../prover/curve/field/vector-field.ts";

let field: VectorField | undefined;

/** The field of elements in the representation that is fastest on this processor. */
export function elementField(): VectorField {
  field ??= vectorFieldOf(bestRepresentation(), fieldOrder);
  return field;
}
