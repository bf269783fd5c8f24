import { expect } from "chai";
import {
  hermezCeremony,
  hermezPerBatch,
  hermezPerTransaction,
  hermezPublished,
  hermezTransaction,
} from "../../../bench/constraints/published.ts";

// Numbers by the estimator's terms, added up apart from this code.
describe("Hermez's estimator", () => {
  it("gives for a transaction what one more makes the circuit larger by", () => {
    expect(hermezPerTransaction(hermezCeremony)).to.be.closeTo(54_413, 1);
    expect(hermezPerTransaction({ ...hermezCeremony, levels: 24 })).to.be.closeTo(45_642, 1);
  });

  it("gives the published figure without decoding and fees", () => {
    const { rollup, data } = hermezTransaction(hermezCeremony);
    expect(Math.round((rollup + data) / 100) * 100).to.equal(hermezPublished);
  });

  it("puts the circuit with 1,912 transactions into a domain of 2^27", () => {
    const all = hermezPerBatch(hermezCeremony) + 1_912 * hermezPerTransaction(hermezCeremony);
    expect(all).to.be.within(2 ** 26, 2 ** 27);
  });
});
