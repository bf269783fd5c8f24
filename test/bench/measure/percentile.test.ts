import { expect } from "chai";
import { percentile } from "../../../bench/measure/percentile.ts";

describe("percentile", () => {
  const values = [10, 20, 30, 40];

  it("is the smallest value that the share does not exceed", () => {
    expect(percentile(values, 0.25)).to.equal(10);
    expect(percentile(values, 0.26)).to.equal(20);
    expect(percentile(values, 0.5)).to.equal(20);
    expect(percentile(values, 0.75)).to.equal(30);
    expect(percentile(values, 0.99)).to.equal(40);
    expect(percentile(values, 1)).to.equal(40);
  });

  it("is the only value of one", () => {
    for (const share of [0.001, 0.5, 1]) expect(percentile([7], share)).to.equal(7);
  });

  it("does not exist of nothing, nor above all", () => {
    expect(() => percentile([], 0.5)).to.throw(RangeError);
    expect(() => percentile(values, 1.1)).to.throw(RangeError);
    expect(() => percentile(values, 0)).to.throw(RangeError);
  });
});
