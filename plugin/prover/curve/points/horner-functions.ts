// Sums of points times powers of two, from the highest power on, in projective coordinates: formulas for curves
// y² = x³ + b that hold for all points, equal, opposite and at infinity (Renes, Costello, Batina, "Complete addition
// formulas for prime order elliptic curves", 2016, algorithms 8 and 9). That needs a group without points of order 2:
// the orders of G1, of the twist and of its subgroup G2 are odd. Both lanes of vectors do the same.

import { inverse, type VectorField } from "../field/vector-field.ts";
import type { FunctionWriter, Value, Variable } from "../webassembly/function-writer.ts";
import type { ModuleWriter } from "../webassembly/module-writer.ts";
import type { Coordinate, Coordinates } from "./coordinates.ts";

/** Pairs of room for a sum: its coordinates, and those that products are made of. */
export const projectivePairs = 6;

/**
 * Writes `horner(list, count, sum)`: (x, y, z) of Σ 2^(count − 1 − i)·P_i, three pairs, all reduced. The list has the
 * addresses of the points, one more for opposite points, 0 for the point at infinity.
 */
export function hornerFunction(
  module: ModuleWriter,
  field: VectorField,
  coordinates: Coordinates,
  mul: FunctionWriter,
): void {
  const code = module.function(`horner${coordinates.suffix}`, 3);
  const [list, count, sum] = code.parameters as [Variable, Variable, Variable];
  const arithmetic = new Reduced(code, field, coordinates, mul, sum.get);
  const pair = coordinates.pairBytes;
  const load = (): Projective =>
    [0, 1, 2].map((index) => coordinates.load(code, sum.get, pair * index)) as never;
  const store = (point: Projective): void => {
    point.forEach((coordinate, index) => {
      coordinates.store(code, sum.get, coordinate, pair * index);
    });
  };
  const [zero, one] = [arithmetic.constant(0n), arithmetic.constant(1n)];
  store([zero, one, zero]);
  code.repeat(() => {
    store(doubled(arithmetic, load()));
    const item = code.keep(code.i32.load(list.get), "i32");
    code.when(item, () => {
      const point = code.keep(code.i32.and(item, code.integer(-2)), "i32");
      const sign = code.keep(
        code.i64.extend(code.i32.sub(code.integer(0), code.i32.and(item, code.integer(1)))),
        "i64",
      );
      const x = coordinates.gather(code, [point, point], 0);
      const y = coordinates.gather(code, [point, point], coordinates.bytes);
      const signs = code.keep(code.i64x2.of(sign, sign));
      store(added(arithmetic, load(), [x, coordinates.negatedWhere(code, signs, y)]));
    });
    code.advance(list, 4);
    code.advance(count, -1);
  }, count.get);
}

/** Writes `affine(point, inverse, output)`: x·i and y·i of a projective point's pairs, in the form of other points. */
export function affineFunction(module: ModuleWriter, coordinates: Coordinates, mul: FunctionWriter): void {
  const code = module.function(`affine${coordinates.suffix}`, 3);
  const [point, inverted, output] = code.parameters.map(({ get }) => get) as [Value, Value, Value];
  for (const index of [0, 1]) {
    const coordinate = code.i32.add(point, code.integer(coordinates.pairBytes * index));
    code.call(mul, coordinate, inverted, coordinate);
    const value = coordinates.load(code, coordinate);
    coordinates.scatter(code, [output, output], coordinates.bytes * index, value);
  }
}

type Projective = readonly [x: Coordinate, y: Coordinate, z: Coordinate];

/** Arithmetic of a coordinate with nothing left to reduce. */
class Reduced {
  readonly add: (left: Coordinate, right: Coordinate) => Coordinate;
  readonly sub: (left: Coordinate, right: Coordinate) => Coordinate;
  readonly mul: (left: Coordinate, right: Coordinate) => Coordinate;
  readonly constant: (real: bigint, imaginary?: bigint) => Coordinate;
  /** 3·b: b is 3 on G1's curve, and 3 / (9 + i) on the twist (EIP-197). */
  readonly threeB: Coordinate;

  /** @param sum Address of `projectivePairs`. */
  constructor(
    code: FunctionWriter,
    field: VectorField,
    coordinates: Coordinates,
    mul: FunctionWriter,
    sum: Value,
  ) {
    const m = field.modulus;
    const slots = [3, 4, 5].map((index) =>
      code.keep(code.i32.add(sum, code.integer(coordinates.pairBytes * index)), "i32"),
    ) as [Value, Value, Value];
    this.add = (left, right) => coordinates.reduced(code, coordinates.add(code, left, right));
    this.sub = (left, right) => coordinates.reduced(code, coordinates.sub(code, left, right));
    // By calls: so many products would make up most of the module.
    this.mul = (left, right) => {
      coordinates.store(code, slots[0], left);
      coordinates.store(code, slots[1], right);
      code.call(mul, ...slots);
      return coordinates.load(code, slots[2]);
    };
    this.constant = (real, imaginary = 0n) =>
      [real, imaginary]
        .slice(0, coordinates.components)
        .map((value) => field.constant(code, (value * field.radix) % m));
    // 9 / (9 + i) = 9·(9 − i) / 82
    this.threeB =
      coordinates.components === 1
        ? this.constant(9n)
        : this.constant((81n * inverse(82n, m)) % m, ((m - 9n) * inverse(82n, m)) % m);
  }
}

/** Algorithm 9. */
function doubled({ add, sub, mul, threeB }: Reduced, [x, y, z]: Projective): Projective {
  const yy = mul(y, y);
  const twice = add(yy, yy);
  const four = add(twice, twice);
  const eight = add(four, four);
  const b = mul(threeB, mul(z, z));
  const rest = sub(yy, add(add(b, b), b));
  const product = mul(rest, mul(x, y));
  return [add(product, product), add(mul(b, eight), mul(rest, add(yy, b))), mul(mul(y, z), eight)];
}

/** Algorithm 8, of an affine second point. */
function added(
  { add, sub, mul, threeB }: Reduced,
  [x1, y1, z1]: Projective,
  [x2, y2]: readonly [Coordinate, Coordinate],
): Projective {
  const xx = mul(x1, x2);
  const yy = mul(y1, y2);
  const mixed = sub(sub(mul(add(x2, y2), add(x1, y1)), xx), yy);
  const yz = add(mul(y2, z1), y1);
  const xz = mul(threeB, add(mul(x2, z1), x1));
  const three = add(add(xx, xx), xx);
  const b = mul(threeB, z1);
  const sum = add(yy, b);
  const difference = sub(yy, b);
  return [
    sub(mul(mixed, difference), mul(yz, xz)),
    add(mul(difference, sum), mul(xz, three)),
    add(mul(sum, yz), mul(three, mixed)),
  ];
}
