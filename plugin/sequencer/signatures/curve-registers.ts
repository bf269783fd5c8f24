// Points in registers: two at a time, in the lanes of vectors. Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards
// Curves Revisited", eprint 2008/522, for a = −1; they hold for all points of the curve, the neutral one and equal ones
// included.

import type { VectorField } from "../../prover/curve/field/vector-field.ts";
import type { FunctionWriter, Value } from "../../prover/curve/webassembly/function-writer.ts";
import type { ElementFunctions } from "../hashing/element-functions.ts";
import { Registers } from "../hashing/registers.ts";

/** What the functions of the kernel keep in memory. */
export const curveRegisters = [
  ...["x", "y", "x2", "y2", "one", "plus", "minus", "a", "b", "c", "d", "e", "f", "g", "h"],
  ...["x1", "y1", "z1", "t1", "power"],
] as const;
export type CurveRegisters = Registers<(typeof curveRegisters)[number]>;

/** Squarings for each digit of the exponent. */
export const digitBits = 4;
export const powers = 2 ** digitBits;

/** The registers at an address. */
export function curveRegistersAt(
  code: FunctionWriter,
  field: VectorField,
  functions: ElementFunctions,
  base: Value,
): CurveRegisters {
  return new Registers(code, field, functions, base, curveRegisters);
}

/** Bytes of scratch memory that the functions need: the registers, and a table of powers. */
export function registerBytes(field: VectorField): number {
  return (curveRegisters.length + powers) * field.pairBytes;
}

/** (x1 : y1 : z1) is doubled. */
export function doubling(r: CurveRegisters): void {
  // A = X², B = Y², C = 2Z²; E, F, G and H with all signs turned, which no product sees.
  r.add("e", "x1", "y1");
  r.square("e", "e");
  r.square("a", "x1");
  r.square("b", "y1");
  r.square("c", "z1");
  r.add("c", "c", "c");
  r.add("h", "a", "b");
  r.sub("e", "h", "e");
  r.sub("g", "a", "b");
  r.add("f", "g", "c");
  products(r);
}

/** From A, B, C and D on. */
export function finish(r: CurveRegisters): void {
  r.sub("e", "b", "a");
  r.sub("f", "d", "c");
  r.add("g", "d", "c");
  r.add("h", "b", "a");
  products(r);
}

function products(r: CurveRegisters): void {
  r.mul("x1", "e", "f");
  r.mul("y1", "g", "h");
  r.mul("z1", "f", "g");
  r.mul("t1", "e", "h");
}

const coordinates = ["x1", "y1", "z1", "t1"] as const;

export function loadPoints(
  code: FunctionWriter,
  field: VectorField,
  r: CurveRegisters,
  points: readonly [Value, Value],
): void {
  coordinates.forEach((name, index) => {
    r.set(name, field.gather(code, points, index * field.elementBytes));
  });
}

export function storePoints(r: CurveRegisters, points: readonly [Value, Value], field: VectorField): void {
  coordinates.forEach((name, index) => {
    r.scatter(name, points, index * field.elementBytes);
  });
}
