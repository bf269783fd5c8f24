import { type Representation, vectorFieldOf } from "../../../plugin/prover/curve/field/best-field.ts";
import { fusesMultiplyAdd } from "../../../plugin/prover/curve/field/processor.ts";
import type { VectorField } from "../../../plugin/prover/curve/field/vector-field.ts";

export interface TestedRepresentation {
  readonly make: (modulus: bigint) => VectorField;
  /** Whether this processor has what it needs. */
  readonly isThere: boolean;
  readonly limbs: number;
  readonly limbBits: number;
  /** Whether the doubles have their limbs' weights. */
  readonly weighted: boolean;
}

/** Ways to keep elements, each of which has to pass the same tests. */
export const representations: Readonly<Record<Representation, TestedRepresentation>> = {
  doubles: {
    make: (modulus) => vectorFieldOf("doubles", modulus),
    isThere: fusesMultiplyAdd(),
    limbs: 5,
    limbBits: 51,
    weighted: false,
  },
  "narrow doubles": {
    make: (modulus) => vectorFieldOf("narrow doubles", modulus),
    isThere: true,
    limbs: 11,
    limbBits: 24,
    weighted: true,
  },
};
