import { expect } from "chai";
import {
  hermezCeremony,
  hermezPerBatch,
  hermezPerTransaction,
  hermezPublished,
  hermezTransaction,
} from "../../../bench/constraints/published.ts";
import { expectNear } from "../near.ts";

// Numbers by the estimator's terms, added up apart from this code.
describe("Hermez's estimator", () => {
  it("gives for a transaction what one more makes the circuit larger by", () => {
    expectNear(hermezPerTransaction(hermezCeremony), 54_413, 1);
    expectNear(hermezPerTransaction({ ...hermezCeremony, levels: 24 }), 45_642, 1);
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
