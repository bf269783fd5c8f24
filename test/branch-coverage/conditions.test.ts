import { expect } from "chai";
import { conditionsOf, wrapConditions } from "./conditions.ts";

describe("conditions of a Solidity source", () => {
  it("are those of branches, and each operand of a compound one", () => {
    const source = `contract C {
      // Bytes, not characters: \u2026
      function f(uint256 a, bool b) external returns (uint256) {
        if (a == 1 && (b || a > 2)) return 1;
        for (uint256 i = 0; i < a; ++i) b = !b;
        while (b) b = i < 3 ? g() : false;
        return b ? 2 : 3;
      }
    }`;
    const bytes = Buffer.from(source);
    const texts = conditionsOf(source).map(({ start, end }) => bytes.subarray(start, end).toString());
    expect(texts.sort()).to.deep.equal(["a == 1", "a > 2", "b", "b", "b", "i < 3", "i < a"]);
  });

  it("leaves assembly alone", () => {
    const source = "contract C { function f() external { assembly { if 1 { stop() } } } }";
    expect(conditionsOf(source)).to.deep.equal([]);
  });

  it("are wrapped where they are, one in the other", () => {
    const source = "function f(bool a, bool b) pure returns (bool) { return (a ? b : a) ? a && b : b; }";
    const numbers: number[] = [];
    const wrapped = wrapConditions(
      source,
      (number) => {
        numbers.push(number);
        return "t(";
      },
      ")",
    );
    expect(wrapped).to.equal(
      "function f(bool a, bool b) pure returns (bool) { return t((t(a) ? b : a)) ? t(a) && t(b) : b; }",
    );
    expect(numbers).to.deep.equal([0, 1, 2, 3]);
  });
});
