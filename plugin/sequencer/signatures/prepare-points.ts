// Reads points of BabyJubJub into the kernel, and tests them.

import { toField } from "../../protocol/field.ts";
import type { VectorField } from "../../prover/curve/field/vector-field.ts";
import type { FunctionWriter, Value, Variable } from "../../prover/curve/webassembly/function-writer.ts";
import type { ModuleWriter } from "../../prover/curve/webassembly/module-writer.ts";
import type { ElementFunctions } from "../hashing/element-functions.ts";
import { edwards, pairing, twist } from "./curve-constants.ts";
import {
  type CurveRegisters,
  curveRegisters,
  curveRegistersAt,
  digitBits,
  doubling,
  powers,
} from "./curve-registers.ts";
import { addendBytes } from "./point-layout.ts";

/** What is said of a pair of points: two plain words of each of two kinds. */
export const checkBytes = 4 * 32;

/**
 * Reads pairs of affine points, plain and canonical, `step` bytes apart. Writes prepared points one after another, and
 * checkBytes a pair: first 0 for a point on the curve, then what the function says of it.
 *
 * @param registers Address of registerBytes.
 * @param digits Address of exponentDigits.
 */
type Prepare = (
  points: number,
  step: number,
  prepared: number,
  checks: number,
  pairs: number,
  registers: number,
  digits: number,
) => void;

export type PrepareFunctions = {
  /** Says 0 of a point in the subgroup, but of the neutral point something else. */
  readonly prepareInSubgroup: Prepare;
  /** Says 0 of a point of small order. */
  readonly prepareKey: Prepare;
};

/** The digits of the exponent of subgroupResidue, as offsets into the table of powers. */
export function exponentDigits(field: VectorField): Uint32Array {
  const digits = [...pairing.exponent.toString(powers)].map((digit) => Number.parseInt(digit, powers));
  return Uint32Array.from(digits, (digit) => digit * field.pairBytes);
}

type RegisterName = (typeof curveRegisters)[number];

/** Adds PrepareFunctions to a module. */
export function addPrepare(writer: ModuleWriter, field: VectorField, functions: ElementFunctions): void {
  const power = powerFunction(writer, field, functions);
  prepareFunction(writer, field, functions, "prepareInSubgroup", (code, r, digits, table) => {
    residue(r);
    code.call(power, r.at("power"), digits, table);
    r.constant("a", pairing.residue);
    r.sub("a", "power", "a");
  });
  prepareFunction(writer, field, functions, "prepareKey", (_, r) => {
    // 8 times the point is in the subgroup, so that it is neutral if and only if its X is 0.
    r.set("y1", r.load("y"));
    r.set("z1", r.load("one"));
    for (let times = 0; times < 3; times++) doubling(r);
    r.set("a", r.load("x1"));
  });
}

/** `(base, digits, table)`: replaces `base` by its power. */
function powerFunction(
  writer: ModuleWriter,
  field: VectorField,
  { mul, square }: ElementFunctions,
): FunctionWriter {
  const code = writer.function("power", 3);
  const [base, digits, table] = code.parameters as [Variable, Variable, Variable];
  const { i32 } = code;
  const entry = (index: number): Value => i32.add(table.get, code.integer(index * field.pairBytes));
  field.store(code, table.get, 0, field.constant(code, field.radix % field.modulus));
  for (let index = 1; index < powers; index++) code.call(mul, entry(index - 1), base.get, entry(index));
  const count = code.variable("i32");
  const digit = code.variable("i32");
  digit.set(digits.get);
  field.store(code, base.get, 0, field.constant(code, field.radix % field.modulus));
  count.set(code.integer(exponentDigits(field).length));
  code.repeat(() => {
    for (let bit = 0; bit < digitBits; bit++) code.call(square, base.get, base.get);
    code.call(mul, base.get, i32.add(table.get, i32.load(digit.get)), base.get);
    code.advance(digit, 4);
    code.advance(count, -1);
  }, count.get);
  return code;
}

/** @param test - Leaves in the register a what is to be said of the point x, y; x1 and t1 are its X and X·y. */
function prepareFunction(
  writer: ModuleWriter,
  field: VectorField,
  functions: ElementFunctions,
  name: "prepareInSubgroup" | "prepareKey",
  test: (code: FunctionWriter, r: CurveRegisters, digits: Value, table: Value) => void,
): void {
  const code = writer.function(name, 7);
  const [points, step, prepared, checks, pairs, base, digits] = code.parameters as [
    Variable,
    Variable,
    Variable,
    Variable,
    Variable,
    Variable,
    Variable,
  ];
  const { i32 } = code;
  const r = curveRegistersAt(code, field, functions, base.get);
  const table = i32.add(base.get, code.integer(curveRegisters.length * field.pairBytes));
  const second = code.variable("i32");
  const next = code.variable("i32");
  code.repeat(() => {
    second.set(i32.add(points.get, step.get));
    r.read("x", [points.get, second.get], 0);
    r.read("y", [points.get, second.get], 32);
    r.constant("one", 1n);
    r.square("x2", "x");
    r.square("y2", "y");

    // a·x² + y² − 1 − d·x²·y²
    times(r, "a", "x2", edwards.a);
    r.add("a", "a", "y2");
    r.sub("a", "a", "one");
    r.mul("b", "x2", "y2");
    times(r, "b", "b", edwards.d);
    r.sub("a", "a", "b");
    r.write("a", checks.get, 0);

    // As a point to add, and its negative.
    times(r, "x1", "x", twist.xFactor);
    next.set(i32.add(prepared.get, code.integer(2 * addendBytes(field))));
    const outputs: readonly [Value, Value] = [prepared.get, next.get];
    const { elementBytes } = field;
    const negative = addendBytes(field);
    r.sub("a", "y", "x1");
    r.add("b", "y", "x1");
    r.mul("t1", "x1", "y");
    times(r, "c", "t1", 2n * twist.d);
    r.constant("d", 0n);
    r.sub("d", "d", "c");
    r.scatter("a", outputs, 0);
    r.scatter("b", outputs, elementBytes);
    r.scatter("c", outputs, 2 * elementBytes);
    r.scatter("b", outputs, negative);
    r.scatter("a", outputs, negative + elementBytes);
    r.scatter("d", outputs, negative + 2 * elementBytes);

    test(code, r, digits.get, table);
    r.write("a", checks.get, 64);
    points.set(i32.add(second.get, step.get));
    code.advance(prepared, 4 * addendBytes(field));
    code.advance(checks, checkBytes);
    code.advance(pairs, -1);
  }, pairs.get);
}

/** What subgroupResidue raises to a power, from x and y, into the register of that name. */
function residue(r: CurveRegisters): void {
  r.add("plus", "one", "y");
  r.sub("minus", "one", "y");
  // tangent = plus − x·(v·minus + slope·(plus − u·minus))
  times(r, "a", "minus", pairing.u);
  r.sub("a", "plus", "a");
  times(r, "b", "minus", pairing.v);
  times(r, "c", "a", pairing.slope);
  r.add("b", "b", "c");
  r.mul("b", "b", "x");
  r.sub("a", "plus", "b");
  // vertical = plus − doubledU·minus
  times(r, "b", "minus", pairing.doubledU);
  r.sub("b", "plus", "b");
  r.mul("a", "a", "b");
  r.square("a", "a");
  times(r, "b", "x", pairing.doubledSlope);
  r.sub("b", "one", "b");
  r.mul("b", "b", "x");
  r.mul("a", "a", "b");
  r.square("b", "minus");
  r.mul("b", "b", "minus");
  r.mul("a", "a", "b");
  r.square("a", "a");
  r.mul("b", "plus", "minus");
  r.mul("power", "a", "b");
}

function times(r: CurveRegisters, output: RegisterName, value: RegisterName, factor: bigint): void {
  r.constant("h", toField(factor));
  r.mul(output, value, "h");
}
