import { expect } from "chai";
import type { Constraint } from "../../../plugin/circuits/r1cs.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { doubleRoots } from "./double-roots.ts";
import type { SparseVector } from "./kernel.ts";

const [x, e, y, z] = [1, 2, 3, 4];
const minusOne = fieldOrder - 1n;

describe("A double root", () => {
  const held = (constraints: readonly Constraint[], values: readonly bigint[], wires: number[]): number[] =>
    doubleRoots(constraints, [1n, ...values], new Set(wires)).flatMap((row: SparseVector) => [...row.keys()]);

  /** `x · (1 - e - x) = 0` */
  const bit: Constraint = {
    a: [[x, 1n]],
    b: [
      [0, 1n],
      [e, minusOne],
      [x, minusOne],
    ],
    c: [],
  };

  it("holds a bit that is said to be one by its square", () => {
    expect(held([bit], [0n, 1n], [e])).to.deep.equal([x]);
  });

  it("is told from a simple one, which the Jacobian shows", () => {
    expect(held([bit], [0n, 0n], [e])).to.deep.equal([]);
    expect(held([bit], [1n, 0n], [e])).to.deep.equal([]);
  });

  it("is none as long as anything else in the constraint may move", () => {
    expect(held([bit], [0n, 1n], [])).to.deep.equal([]);
  });

  it("holds what follows from it", () => {
    // e = y · z, and y · (y - 1) = 0: y is held, and so e as long as z is.
    const product: Constraint = { a: [[y, 1n]], b: [[z, 1n]], c: [[e, 1n]] };
    const boolean: Constraint = {
      a: [[y, 1n]],
      b: [
        [y, 1n],
        [0, minusOne],
      ],
      c: [],
    };
    expect(held([bit, product, boolean], [0n, 1n, 1n, 1n], [z])).to.deep.equal([x]);
    expect(held([bit, product, boolean], [0n, 1n, 1n, 1n], [])).to.deep.equal([]);
    expect(held([bit, product], [0n, 1n, 1n, 1n], [z])).to.deep.equal([]);
  });

  it("is not seen where a factor is 0 whatever the wire is", () => {
    // x · e = 0 with e = 0 held says nothing of x.
    const nothing: Constraint = { a: [[x, 1n]], b: [[e, 1n]], c: [] };
    expect(held([nothing], [0n, 0n], [e])).to.deep.equal([]);
    // x · e = 0 with both 0: each may move as long as the other stays, so neither is held.
    expect(held([nothing], [0n, 0n], [])).to.deep.equal([]);
  });
});
