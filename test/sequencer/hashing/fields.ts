import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { DoubleField } from "../../../plugin/prover/curve/field/doubles.ts";
import { fusesMultiplyAdd } from "../../../plugin/prover/curve/field/processor.ts";
import type { VectorField } from "../../../plugin/prover/curve/field/vector-field.ts";

/** Every representation of elements that runs on this machine. */
export function fields(): { readonly name: string; readonly field: VectorField }[] {
  return fusesMultiplyAdd() ? [{ name: "doubles", field: new DoubleField(fieldOrder) }] : [];
}
