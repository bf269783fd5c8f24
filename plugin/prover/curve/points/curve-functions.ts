// What generated code does with points. Operands are addresses in the imported memory.

import { packFunction, snarkjsRadix, unpackFunction } from "../field/conversion.ts";
import type { VectorField } from "../field/vector-field.ts";
import type { ModuleWriter } from "../webassembly/module-writer.ts";
import { additionsFunction, differencesFunction, fetchFunction } from "./addition-functions.ts";
import { canonicalFunction } from "./canonical-function.ts";
import { Coordinates } from "./coordinates.ts";
import { affineFunction, hornerFunction } from "./horner-functions.ts";
import { invertElementFunction, invertExtensionFunction, mulFunction } from "./inversion-functions.ts";
import { defineSortFunctions, type SortFunctions } from "./sort-functions.ts";

type Two = (first: number, second: number) => void;
type Three = (first: number, second: number, third: number) => void;
type Four = (first: number, second: number, third: number, fourth: number) => void;
type Five = (first: number, second: number, third: number, fourth: number, fifth: number) => void;

/** Names end with the number of a coordinate's components: 1 for G1, 2 for G2. */
export interface CurveFunctions extends SortFunctions {
  readonly mul1: Three;
  readonly mul2: Three;
  readonly square1: Two;
  readonly invert1: Three;
  readonly invert2: Three;
  readonly fetch1: Three;
  readonly fetch2: Three;
  readonly differences1: Four;
  readonly differences2: Four;
  readonly additions1: Five;
  readonly additions2: Five;
  readonly horner1: Three;
  readonly horner2: Three;
  readonly affine1: Three;
  readonly affine2: Three;
  /** Coordinates of zkey files to elements, an even count. */
  readonly unpackCoordinates: Three;
  /** Elements to coordinates of zkey files, an even count. */
  readonly packCoordinates: Three;
  /** Elements to plain numbers of 32 bytes, an even count. */
  readonly plainCoordinates: Three;
  readonly canonical: Three;
}

/** @param field That of the points' coordinates. */
export function defineCurveFunctions(module: ModuleWriter, field: VectorField): void {
  const g1 = new Coordinates(field, "g1");
  const g2 = new Coordinates(field, "g2");
  const mul1 = mulFunction(module, g1);
  const mul2 = mulFunction(module, g2);
  const invert = invertElementFunction(module, field, g1, mul1);
  invertExtensionFunction(module, field, invert);
  for (const coordinates of [g1, g2]) {
    fetchFunction(module, coordinates);
    differencesFunction(module, coordinates);
    additionsFunction(module, coordinates);
    hornerFunction(module, field, coordinates, coordinates === g1 ? mul1 : mul2);
    affineFunction(module, coordinates, coordinates === g1 ? mul1 : mul2);
  }
  unpackFunction(module, "unpackCoordinates", field, snarkjsRadix);
  packFunction(module, "packCoordinates", field, snarkjsRadix);
  packFunction(module, "plainCoordinates", field, 1n);
  canonicalFunction(module, field);
  defineSortFunctions(module);
}
