import { DoubleField } from "./doubles.ts";
import { NarrowDoubleField } from "./narrow-doubles.ts";
import { fusesMultiplyAdd } from "./processor.ts";
import type { VectorField } from "./vector-field.ts";

/** Ways to keep elements, and what makes each of them right. */
export type Representation = "doubles" | "narrow doubles";

/** The faster representation of those that are right on this processor and in this runtime. */
export function bestRepresentation(): Representation {
  return fusesMultiplyAdd() ? "doubles" : "narrow doubles";
}

/** @param modulus A prime of 254 bits. */
export function vectorFieldOf(representation: Representation, modulus: bigint): VectorField {
  return representation === "doubles" ? new DoubleField(modulus) : new NarrowDoubleField(modulus);
}
