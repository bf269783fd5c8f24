import { expect } from "chai";
import {
  fitLine,
  fitPower,
  fitQuasiLinear,
  fitQuasiLinearPower,
  type Point,
} from "../../../bench/scaling/fit.ts";
import { randomNumbers } from "../../../bench/workload/random-numbers.ts";
import { expectNear } from "../near.ts";

const sizes = [1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536];

function measured(growth: (size: number) => number): Point[] {
  return sizes.map((x) => ({ x, y: growth(x) }));
}

/** Up to 5 % more or less, always the same. */
function noisy(points: readonly Point[]): Point[] {
  const random = randomNumbers(3);
  return points.map(({ x, y }) => ({ x, y: y * (0.95 + random(1_001) / 10_000) }));
}

describe("Fits of the scaling bench", () => {
  it("find a line exactly, with no error left", () => {
    const fit = fitLine(measured((n) => 7 + 3 * n));
    expectNear(fit.slope, 3, 1e-12);
    expectNear(fit.intercept, 7, 1e-6);
    expectNear(fit.standardError, 0, 1e-9);
    expectNear(fit.rSquared, 1, 1e-12);
  });

  it("agree with Anscombe's first set: slope 0.5001 ± 0.1179, R² 0.667", () => {
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    const fit = fitLine(x.map((value, position) => ({ x: value, y: y[position] as number })));
    expectNear(fit.slope, 0.5001, 5e-5);
    expectNear(fit.intercept, 3.0001, 5e-5);
    expectNear(fit.standardError, 0.1179, 5e-5);
    expectNear(fit.rSquared, 0.6665, 5e-5);
  });

  it("find the exponent of a power", () => {
    for (const exponent of [0.5, 1, 1.5, 2]) {
      expectNear(fitPower(measured((n) => 0.01 * n ** exponent)).slope, exponent, 1e-9);
    }
  });

  it("tell n·log n from n and from n²", () => {
    const quasiLinear = measured((n) => 3e-6 * n * Math.log2(n));
    expect(fitPower(quasiLinear).slope).to.be.within(1.07, 1.12);
    expectNear(fitQuasiLinearPower(quasiLinear).slope, 1, 1e-9);
    expect(fitQuasiLinearPower(measured((n) => n)).slope).to.be.below(0.95);
    expect(fitQuasiLinearPower(measured((n) => n * n)).slope).to.be.above(1.7);
  });

  it("separate a fixed part from n·log n", () => {
    const fit = fitQuasiLinear(measured((n) => 0.25 + 2e-6 * n * Math.log2(n)));
    expectNear(fit.intercept, 0.25, 1e-9);
    expectNear(fit.slope, 2e-6, 1e-12);
  });

  it("come near the truth through noise, and their error bounds it", () => {
    const power = fitPower(noisy(measured((n) => 3e-4 * n)));
    expect(power.standardError).to.be.within(0.001, 0.03);
    expect(Math.abs(power.slope - 1)).to.be.below(3 * power.standardError);
    expect(power.rSquared).to.be.within(0.99, 1);
    const model = fitQuasiLinear(noisy(measured((n) => 0.02 + 2e-6 * n * Math.log2(n))));
    expect(model.slope / 2e-6).to.be.within(0.95, 1.05);
    expect(model.intercept / 0.02).to.be.within(0.5, 1.5);
  });

  it("take a constant as one: slope 0", () => {
    const { slope, rSquared } = fitPower(measured(() => 205_000));
    expectNear(slope, 0, 1e-12);
    expectNear(rSquared, 1, 1e-12);
  });

  it("refuse what is no line", () => {
    expect(() => fitLine([{ x: 1, y: 1 }])).to.throw(RangeError);
    expect(() => fitLine([1, 2].map((y) => ({ x: 5, y })))).to.throw(RangeError);
    expect(() => fitPower([0, 1].map((x) => ({ x, y: 1 })))).to.throw(RangeError);
  });
});
