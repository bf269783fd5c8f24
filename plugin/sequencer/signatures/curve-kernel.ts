// Arithmetic of BabyJubJub for batches of signatures in WebAssembly: two points at a time, in the lanes of vectors.
// Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited", eprint 2008/522, for a = −1; they hold for
// all points of the curve, the neutral one and equal ones included.

import { toField } from "../../protocol/field.ts";
import { type Element, keep, type VectorField } from "../../prover/curve/field/vector-field.ts";
import type { FunctionWriter, Value, Variable } from "../../prover/curve/webassembly/function-writer.ts";
import type { ModuleWriter } from "../../prover/curve/webassembly/module-writer.ts";
import type { ElementFunctions } from "../hashing/element-functions.ts";
import { Registers } from "../hashing/registers.ts";
import { edwards, pairing, twist } from "./curve-constants.ts";

/** Elements of a point that is being added to, (X : Y : Z : T) with T = X·Y/Z … */
const pointElements = 4;
/** … and of one to add, in affine form: y − X, y + X, 2d'·X·y. Its negative follows it. */
const addendElements = 3;

/** Bytes of a point that is added to. */
export function pointBytes(field: VectorField): number {
  return pointElements * field.elementBytes;
}

/** The neutral point, as it lies in memory. */
export function neutralPoint(field: VectorField): Uint8Array {
  const bytes = new Uint8Array(pointBytes(field));
  const one = field.bytesOf(field.radix % field.modulus);
  bytes.set(one, field.elementBytes);
  bytes.set(one, 2 * field.elementBytes);
  return bytes;
}

/** Bytes of an affine point to add; a prepared point is two of them, itself and its negative. */
export function addendBytes(field: VectorField): number {
  return addendElements * field.elementBytes;
}

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

export type CurveFunctions = {
  /** Says 0 of a point in the subgroup, but of the neutral point something else. */
  readonly prepareInSubgroup: Prepare;
  /** Says 0 of a point of small order. */
  readonly prepareKey: Prepare;
  /** Adds prepared points: `list` has the addresses of two targets and of two addends for each of `count`. */
  addAll(list: number, count: number): void;
  /** Adds two points to two others. */
  add(firstTarget: number, secondTarget: number, first: number, second: number, registers: number): void;
  /** Doubles two points. */
  double(first: number, second: number, registers: number): void;
  /** Writes X, and Y − Z, of two points as words: both are 0 for the neutral point only. */
  compare(first: number, second: number, output: number, registers: number): void;
};

const registers = [
  ...["x", "y", "x2", "y2", "one", "plus", "minus", "a", "b", "c", "d", "e", "f", "g", "h"],
  ...["x1", "y1", "z1", "t1", "power"],
] as const;
type Register = (typeof registers)[number];

/** Squarings for each digit of the exponent. */
const digitBits = 4;
const powers = 2 ** digitBits;

/** Bytes of scratch memory that the functions need: the registers, and a table of powers. */
export function registerBytes(field: VectorField): number {
  return (registers.length + powers) * field.pairBytes;
}

/** The digits of the exponent of subgroupResidue, as offsets into the table of powers. */
export function exponentDigits(field: VectorField): Uint32Array {
  const digits = [...pairing.exponent.toString(powers)].map((digit) => Number.parseInt(digit, powers));
  return Uint32Array.from(digits, (digit) => digit * field.pairBytes);
}

/** Adds CurveFunctions to a module. */
export function addCurve(writer: ModuleWriter, field: VectorField, functions: ElementFunctions): void {
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
  addAllFunction(writer, field);
  addFunction(writer, field, functions);
  doubleFunction(writer, field, functions);

  const compare = writer.function("compare", 4);
  const [first, second, output, base] = addresses(compare) as [Value, Value, Value, Value];
  const r = new Registers<Register>(compare, field, functions, base, registers);
  loadPoints(compare, field, r, [first, second]);
  r.sub("y1", "y1", "z1");
  r.write("x1", output, 0);
  r.write("y1", output, 64);
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
  test: (code: FunctionWriter, r: Registers<Register>, digits: Value, table: Value) => void,
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
  const r = new Registers<Register>(code, field, functions, base.get, registers);
  const table = i32.add(base.get, code.integer(registers.length * field.pairBytes));
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
function residue(r: Registers<Register>): void {
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

function times(r: Registers<Register>, output: Register, value: Register, factor: bigint): void {
  r.constant("h", toField(factor));
  r.mul(output, value, "h");
}

function addAllFunction(writer: ModuleWriter, field: VectorField): void {
  const code = writer.function("addAll", 2);
  const [list, count] = code.parameters as [Variable, Variable];
  const { elementBytes } = field;
  const pairAt = (offset: number): [Value, Value] => [
    code.keep(code.i32.load(list.get, offset), "i32"),
    code.keep(code.i32.load(list.get, offset + 4), "i32"),
  ];
  const product = (left: Element, right: Element): Element => field.sumOfProducts(code, [[left, right]]);
  const reduced = (element: Element): Element => field.reduced(code, keep(code, element));
  code.repeat(() => {
    const targets = pairAt(0);
    const addends = pairAt(8);
    const target = (index: number): Element => keep(code, field.gather(code, targets, index * elementBytes));
    const addend = (index: number): Element => keep(code, field.gather(code, addends, index * elementBytes));
    const [x1, y1] = [target(0), target(1)];
    const a = field.reduced(code, product(keep(code, field.sub(code, y1, x1)), addend(0)));
    const b = field.reduced(code, product(keep(code, field.add(code, y1, x1)), addend(1)));
    const c = field.reduced(code, product(target(3), addend(2)));
    const z1 = target(2);
    const d = keep(code, field.add(code, z1, z1));
    const e = keep(code, field.sub(code, b, a));
    const f = reduced(field.sub(code, d, c));
    const g = reduced(field.add(code, d, c));
    const h = keep(code, field.add(code, b, a));
    [product(e, f), product(g, h), product(f, g), product(e, h)].forEach((result, index) => {
      field.scatter(code, targets, index * elementBytes, field.reduced(code, result));
    });
    code.advance(list, 16);
    code.advance(count, -1);
  }, count.get);
}

function addFunction(writer: ModuleWriter, field: VectorField, functions: ElementFunctions): void {
  const code = writer.function("add", 5);
  const [target0, target1, first, second, base] = addresses(code) as [Value, Value, Value, Value, Value];
  const r = new Registers<Register>(code, field, functions, base, registers);
  loadPoints(code, field, r, [target0, target1]);
  const other = (index: number): Element =>
    keep(code, field.gather(code, [first, second], index * field.elementBytes));
  const [x2, y2] = [other(0), other(1)];
  r.set("x2", x2);
  r.set("y2", y2);
  r.sub("a", "y1", "x1");
  r.sub("b", "y2", "x2");
  r.mul("a", "a", "b");
  r.add("b", "y1", "x1");
  r.add("c", "y2", "x2");
  r.mul("b", "b", "c");
  r.set("c", other(3));
  r.mul("c", "c", "t1");
  r.constant("h", toField(2n * twist.d));
  r.mul("c", "c", "h");
  r.set("d", other(2));
  r.mul("d", "d", "z1");
  r.add("d", "d", "d");
  finish(r);
  storePoints(r, [target0, target1], field);
}

function doubleFunction(writer: ModuleWriter, field: VectorField, functions: ElementFunctions): void {
  const code = writer.function("double", 3);
  const [first, second, base] = addresses(code) as [Value, Value, Value];
  const r = new Registers<Register>(code, field, functions, base, registers);
  loadPoints(code, field, r, [first, second]);
  doubling(r);
  storePoints(r, [first, second], field);
}

/** (x1 : y1 : z1) is doubled. */
function doubling(r: Registers<Register>): void {
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
function finish(r: Registers<Register>): void {
  r.sub("e", "b", "a");
  r.sub("f", "d", "c");
  r.add("g", "d", "c");
  r.add("h", "b", "a");
  products(r);
}

function products(r: Registers<Register>): void {
  r.mul("x1", "e", "f");
  r.mul("y1", "g", "h");
  r.mul("z1", "f", "g");
  r.mul("t1", "e", "h");
}

const coordinates = ["x1", "y1", "z1", "t1"] as const;

function loadPoints(
  code: FunctionWriter,
  field: VectorField,
  r: Registers<Register>,
  points: readonly [Value, Value],
): void {
  coordinates.forEach((name, index) => {
    r.set(name, field.gather(code, points, index * field.elementBytes));
  });
}

function storePoints(r: Registers<Register>, points: readonly [Value, Value], field: VectorField): void {
  coordinates.forEach((name, index) => {
    r.scatter(name, points, index * field.elementBytes);
  });
}

function addresses(code: FunctionWriter): Value[] {
  return code.parameters.map(({ get }) => get);
}
