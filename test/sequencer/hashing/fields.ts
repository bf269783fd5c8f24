import { fieldOrder } from "../../../plugin/protocol/field.ts";
import {
  bestRepresentation,
  type Representation,
  vectorFieldOf,
} from "../../../plugin/prover/curve/field/best-field.ts";
import type { VectorField } from "../../../plugin/prover/curve/field/vector-field.ts";

/** The field of elements in every representation that is right on this machine. */
export function fields(): { readonly name: string; readonly field: VectorField }[] {
  const names = new Set<Representation>(["narrow doubles", bestRepresentation()]);
  return [...names].map((name) => ({ name, field: vectorFieldOf(name, fieldOrder) }));
}
