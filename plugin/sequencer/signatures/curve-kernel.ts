// Arithmetic of BabyJubJub for batches of signatures in WebAssembly: two points at a time, in the lanes of vectors.

import { toField } from "../../protocol/field.ts";
import { type Element, keep, type VectorField } from "../../prover/curve/field/vector-field.ts";
import type { FunctionWriter, Value, Variable } from "../../prover/curve/webassembly/function-writer.ts";
import type { ModuleWriter } from "../../prover/curve/webassembly/module-writer.ts";
import type { ElementFunctions } from "../hashing/element-functions.ts";
import { twist } from "./curve-constants.ts";
import { curveRegistersAt, doubling, finish, loadPoints, storePoints } from "./curve-registers.ts";
import { addPrepare, type PrepareFunctions } from "./prepare-points.ts";

export type CurveFunctions = PrepareFunctions & {
  /** Adds prepared points: `list` has the addresses of two targets and of two addends for each of `count`. */
  addAll(list: number, count: number): void;
  /** Adds two points to two others. */
  add(firstTarget: number, secondTarget: number, first: number, second: number, registers: number): void;
  /** Doubles two points. */
  double(first: number, second: number, registers: number): void;
  /** Writes X, and Y − Z, of two points as words: both are 0 for the neutral point only. */
  compare(first: number, second: number, output: number, registers: number): void;
};

/** Adds CurveFunctions to a module. */
export function addCurve(writer: ModuleWriter, field: VectorField, functions: ElementFunctions): void {
  addPrepare(writer, field, functions);
  addAllFunction(writer, field);
  addFunction(writer, field, functions);
  doubleFunction(writer, field, functions);

  const compare = writer.function("compare", 4);
  const [first, second, output, base] = addresses(compare) as [Value, Value, Value, Value];
  const r = curveRegistersAt(compare, field, functions, base);
  loadPoints(compare, field, r, [first, second]);
  r.sub("y1", "y1", "z1");
  r.write("x1", output, 0);
  r.write("y1", output, 64);
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
  const r = curveRegistersAt(code, field, functions, base);
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
  const r = curveRegistersAt(code, field, functions, base);
  loadPoints(code, field, r, [first, second]);
  doubling(r);
  storePoints(r, [first, second], field);
}

function addresses(code: FunctionWriter): Value[] {
  return code.parameters.map(({ get }) => get);
}
