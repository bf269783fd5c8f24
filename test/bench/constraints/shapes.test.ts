import { expect } from "chai";
import { bestShape, betterShape, type Candidate } from "../../../bench/constraints/best-shape.ts";
import { fewestAccounts, fillingShape, powerOf } from "../../../bench/constraints/fitting-shape.ts";
import { constraintCount } from "../../../plugin/circuits/constraint-count.ts";
import { builtInShapes } from "../../../plugin/circuits/shapes.ts";
import { assertShape } from "../../../plugin/protocol/shape.ts";

describe("Shapes that fill a domain", () => {
  it("have no room for a transaction more", () => {
    for (const power of [16, 19, 22]) {
      const shape = fillingShape(12, power, fewestAccounts(power));
      if (shape === undefined) throw new Error("There is one.");
      assertShape(shape);
      expect(powerOf(shape)).to.equal(power);
      expect(powerOf({ ...shape, transactions: shape.transactions + 1 })).to.equal(power + 1);
    }
  });

  it("are none where accounts leave no room for a transaction, or operations find no account", () => {
    expect(fillingShape(12, 16, 8)).to.equal(undefined);
    expect(fillingShape(12, 20, 31)).to.equal(undefined);
  });

  it("have the domains that the built-in shapes are said to have", () => {
    expect(Object.values(builtInShapes).map(powerOf)).to.deep.equal([15, 16, 18, 20]);
    // The three public inputs and the constant count, too.
    expect(constraintCount(builtInShapes.tiny)).to.be.below(2 ** 15 - 4);
  });
});

describe("The best shape", () => {
  /** Accounts are short below 40, transactions above. */
  const evaluate = (accounts: number): Candidate | undefined =>
    accounts > 90
      ? undefined
      : {
          shape: { ...builtInShapes.standard, accounts },
          transfers: Math.min(accounts, 80 - accounts),
        };

  it("is found between too few accounts and too few transactions", () => {
    expect(bestShape(3, 100, evaluate)?.shape.accounts).to.equal(40);
  });

  it("is none where there is no shape", () => {
    expect(bestShape(91, 100, evaluate)).to.equal(undefined);
  });

  it("is gone on to from another one, down and up", () => {
    for (const accounts of [31, 52]) {
      const start = evaluate(accounts);
      if (start === undefined) throw new Error("There is one.");
      expect(betterShape(start, evaluate).transfers).to.be.within(39, 40);
    }
  });
});
