// The module of the coordinates' field in vectors of doubles, where the processor is made for it.

import { coordinateOrder } from "./bn254.ts";
import { packFunction, snarkjsRadix, unpackFunction } from "./field/conversion.ts";
import { DoubleField } from "./field/doubles.ts";
import { fusesMultiplyAdd } from "./field/processor.ts";
import type { VectorField } from "./field/vector-field.ts";
import { additionFunctions } from "./vector-additions.ts";
import { type ConstantModule, ModuleWriter } from "./webassembly/module-writer.ts";

/** The field of the points' coordinates. */
export const coordinateVectors: VectorField = new DoubleField(coordinateOrder);

/** Operands are addresses in the imported memory. */
export interface VectorFieldFunctions {
  mul1(left: number, right: number, output: number): void;
  mul2(left: number, right: number, output: number): void;
  prefixes1: Prefixes;
  prefixes2: Prefixes;
  additions1: Additions;
  additions2: Additions;
  unpack(input: number, output: number, count: number): void;
  pack(input: number, output: number, count: number): void;
}

/**
 * Differences of the x of `count` pairs of additions, and their running products; `products` begins with a one.
 */
type Prefixes = (
  targets: number,
  addends: number,
  count: number,
  differences: number,
  products: number,
) => void;

/** The additions, from the last pair to the first; all addresses are those of the last, `products` of the one before. */
type Additions = (
  targets: number,
  addends: number,
  count: number,
  differences: number,
  products: number,
  inverted: number,
  temporary: number,
) => void;

/** Undefined where multiplications and additions are not fused. */
export function vectorFieldModule(): ConstantModule | undefined {
  if (!fusesMultiplyAdd()) return undefined;
  const module = new ModuleWriter();
  additionFunctions(module, coordinateVectors, 1);
  additionFunctions(module, coordinateVectors, 2);
  unpackFunction(module, "unpack", coordinateVectors, snarkjsRadix);
  packFunction(module, "pack", coordinateVectors, snarkjsRadix);
  return module.compile(false);
}

/** The exports of an instance of the module. */
export function vectorField(exports: unknown): VectorFieldFunctions {
  return exports as VectorFieldFunctions;
}
