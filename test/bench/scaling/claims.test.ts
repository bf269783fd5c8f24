import { expect } from "chai";
import { provingClaim } from "../../../bench/scaling/claims/proving-work.ts";
import { measurePublishedBytes, publishedBytesClaim } from "../../../bench/scaling/claims/published-bytes.ts";
import { sequencerClaim } from "../../../bench/scaling/claims/sequencer-work.ts";
import { settlementGas, verificationClaim } from "../../../bench/scaling/claims/verification-cost.ts";
import { timesLogarithm } from "../../../bench/scaling/fit.ts";
import { expectNear } from "../near.ts";
import { exampleResult, exampleSettlement, exampleSettlements, settlement } from "./example-result.ts";

describe("Claims of the scaling bench", () => {
  const proofs = (seconds: (constraints: number) => number) =>
    provingClaim(
      [10, 11, 12, 13, 14, 15, 16, 17].map((power) => {
        const time = seconds(2 ** power);
        return { constraints: 2 ** power, processorSeconds: time, seconds: time };
      }),
    );
  const work = (seconds: (transactions: number) => number) =>
    sequencerClaim(
      1_000,
      [2_000, 4_000, 8_000, 16_000].map((transactions) => ({
        transactions,
        processorSeconds: seconds(transactions),
        seconds: 1,
        batches: 1,
      })),
    );

  it("hold for work that is linear, and not for work that grows by 15 % more or less with each doubling", () => {
    expect(work((n) => 3e-4 * n)).to.deep.include({ holds: true });
    expect(work((n) => 1e-5 * n ** 1.2).holds).to.equal(false);
    expect(work((n) => 1e-3 * n ** 0.8).holds).to.equal(false);
  });

  it("hold for proofs between n and n·log n, whatever they cost at least, and not beyond", () => {
    expect(proofs((n) => 2e-6 * timesLogarithm(n)).holds).to.equal(true);
    expect(proofs((n) => 0.05 + 2e-6 * timesLogarithm(n)).holds).to.equal(true);
    expect(proofs((n) => 3e-5 * n).holds).to.equal(true);
    expect(proofs((n) => 1e-8 * n ** 1.5).holds).to.equal(false);
    expect(proofs((n) => 1e-9 * n * n).holds).to.equal(false);
    expect(proofs((n) => 1e-3 * n ** 0.7).holds).to.equal(false);
  });

  it("fit proofs where fixed costs are a tenth at most, and say from where on", () => {
    const { range, processorModel } = proofs((n) => 0.1 + 2e-6 * timesLogarithm(n));
    expectNear(processorModel.intercept, 0.1, 1e-6);
    expect(range).to.deep.equal([2 ** 15, 2 ** 17]);
    expect(proofs((n) => 2e-6 * timesLogarithm(n)).range).to.deep.equal([2 ** 10, 2 ** 17]);
  });

  it("hold for a verifier whose gas is the same, and not for one that is 2 % dearer in one shape", () => {
    const { points } = exampleResult().measured.verification;
    const claim = (gas: number) =>
      verificationClaim({
        points: points.with(1, { ...(points[1] as (typeof points)[number]), verifierGas: gas }),
        settlements: exampleSettlements,
      });
    expect(claim(203_000)).to.include({ holds: true, spread: 0 });
    expect(claim(207_100).holds).to.equal(false);
  });

  it("take apart what batches, their aggregation and rows cost in a settlement", () => {
    const found = settlementGas(exampleSettlements);
    for (const [name, gas] of Object.entries(settlement)) {
      expectNear(found[name as keyof typeof found], gas, 1e-6, name);
    }
  });

  it("refuse settlements that do not tell", () => {
    expect(() => settlementGas([exampleSettlement(1, 2), exampleSettlement(2, 4)])).to.throw(RangeError);
    const alike = [exampleSettlement(1, 2), exampleSettlement(2, 4), exampleSettlement(4, 8)];
    expect(() => settlementGas(alike)).to.throw(RangeError);
  });

  it("hold for the bytes that sealed batches publish", () => {
    const points = measurePublishedBytes([32, 256]);
    expect(points).to.have.length(6);
    expect(publishedBytesClaim(points)).to.deep.include({ holds: true });
    const squared = points.map((point) => ({ ...point, bytes: point.rows ** 2 }));
    expect(publishedBytesClaim(squared)).to.deep.include({ holds: false });
  });
});
