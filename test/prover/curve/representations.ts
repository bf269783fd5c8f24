import { DoubleField } from "../../../plugin/prover/curve/field/doubles.ts";
import { NarrowDoubleField } from "../../../plugin/prover/curve/field/narrow-doubles.ts";
import { fusesMultiplyAdd } from "../../../plugin/prover/curve/field/processor.ts";
import type { VectorField } from "../../../plugin/prover/curve/field/vector-field.ts";

export interface TestedRepresentation {
  readonly make: (modulus: bigint) => VectorField;
  /** Whether this processor has what it needs. */
  readonly isThere: boolean;
}

/** Ways to keep elements, each of which has to pass the same tests. */
export const representations: Readonly<Record<string, TestedRepresentation>> = {
  doubles: { make: (modulus) => new DoubleField(modulus), isThere: fusesMultiplyAdd() },
  "narrow doubles": { make: (modulus) => new NarrowDoubleField(modulus), isThere: true },
};
