import { expect } from "chai";
import { layers, recursion } from "../../../bench/scaling/model/layers.ts";
import { gasOfBatch, sufficientProvers, throughput } from "../../../bench/scaling/model/throughput.ts";
import { parseOptions } from "../../../bench/scaling/options.ts";
import { expectNear } from "../near.ts";
import { constants, exampleLoad, settlement } from "./example-result.ts";

const { parameters } = parseOptions([]);
const load = exampleLoad();
/** 20 s for a proof of 2^20, by the constants, and an eighth. */
const secondsOfBatch = 20.125;

describe("Model of throughput", () => {
  it("is what the provers make, as long as they are few", () => {
    for (const provers of [1, 10]) {
      const { tps, bottleneck } = throughput(load, "calldata", provers, constants, parameters);
      expect(bottleneck).to.equal("prover");
      expectNear(tps, (provers * 50) / secondsOfBatch, 1e-9);
    }
  });

  it("is a tenth of L1's gas over that of a transfer, with many", () => {
    const row = throughput(load, "calldata", 10_000, constants, parameters);
    // Of eight batches that settle together, each: an eighth of the first and the aggregation, 7/8 of a further one.
    const verifier = (270_000 + 30_000 + 7 * 70_000) / 8;
    expectNear(row.gasPerTransfer, (verifier + 100 * 500) / 50, 1e-9);
    expectNear(row.tps, (0.1 * 60e6) / 12 / row.gasPerTransfer, 1e-9);
    expect(row.bottleneck).to.equal("verifier");
    expectNear(row.limits.data, (0.1 * 60e6) / 12 / (500 * 2), 1e-9);
  });

  it("is limited by the data where rows cost more than all else, and by the sequencer where it is the slowest", () => {
    const many = exampleLoad({ transfers: 500, rows: 1_000, rowBytes: 5_000 });
    expect(throughput(many, "calldata", 10_000, constants, parameters).bottleneck).to.equal("data");
    const slow = { ...constants, sequencer: { ...constants.sequencer, tps: 20 } };
    expect(throughput(load, "calldata", 10_000, slow, parameters)).to.include({
      bottleneck: "sequencer",
      tps: 20,
    });
  });

  it("has as many transfers in blobs as blobs for batches, or bytes in shared ones", () => {
    const own = throughput(load, "blob", 10_000, constants, parameters);
    expectNear(own.limits.data, (50 * 0.1 * 14) / 12, 1e-9);
    expect(own.bottleneck).to.equal("data");
    const two = throughput({ ...load, rows: 4_097 }, "blob", 10_000, constants, parameters);
    expectNear(two.limits.data, (25 * 0.1 * 14) / 12, 1e-9);
    const shared = throughput(load, "shared blobs", 10_000, constants, parameters);
    expectNear(shared.limits.data, (0.1 * 14 * 4_096 * 31.75) / 12 / 10, 1e-9);
  });

  it("never falls with more provers, more gas, more blobs or a larger share", () => {
    for (const data of ["calldata", "blob", "shared blobs"] as const) {
      const tps = (provers: number, changed: Partial<typeof parameters> = {}): number =>
        throughput(load, data, provers, constants, { ...parameters, ...changed }).tps;
      for (const provers of [1, 30, 1_000]) {
        expect(tps(2 * provers)).to.be.at.least(tps(provers));
        for (const more of [{ gasLimit: 120e6 }, { blobs: 21 }, { share: 1 }]) {
          expect(tps(provers, more)).to.be.at.least(tps(provers));
        }
      }
    }
  });

  it("knows how many provers are enough: with one less, more would help", () => {
    const row = throughput(load, "calldata", 10_000, constants, parameters);
    const enough = sufficientProvers(row);
    expect(throughput(load, "calldata", enough, constants, parameters).tps).to.equal(row.tps);
    expect(throughput(load, "calldata", enough - 1, constants, parameters).bottleneck).to.equal("prover");
    const few = throughput(load, "calldata", 1, constants, parameters);
    expect(() => sufficientProvers(few)).to.throw(RangeError);
  });

  it("charges rows for their bytes, and calldata EIP-7623's floor where that is more", () => {
    const short = gasOfBatch({ rows: 100, rowBytes: 500 }, "calldata", settlement, 1);
    const long = gasOfBatch({ rows: 100, rowBytes: 600 }, "calldata", settlement, 1);
    expect(long.data - short.data).to.equal(16 * 100);
    const cheap = { ...settlement, row: 1, rowBytes: 1_000 };
    const floor = gasOfBatch({ rows: 100, rowBytes: 100_000 }, "calldata", cheap, 1);
    expect(floor.data + floor.verifier).to.equal(21_000 + 40 * (100_000 + 700));
  });

  it("settles as many batches together as a transaction's 2^24 gas have room for", () => {
    const large = { rows: 10_000, rowBytes: 50_000 };
    const three = gasOfBatch(large, "calldata", settlement, 3);
    expect(gasOfBatch(large, "calldata", settlement, 8)).to.deep.equal(three);
    expect(3 * (three.data + three.verifier)).to.be.at.most(2 ** 24);
    expect(gasOfBatch(large, "calldata", settlement, 2).verifier).to.be.above(three.verifier);
  });
});

describe("Layers of the model", () => {
  it("have a rollup for each sequencer, and provers for all transfers", () => {
    const found = layers(load, constants, parameters);
    expect(found.rollups).to.equal(14e6 / 5_000);
    expect(found.provers).to.be.within((14e6 / 50) * secondsOfBatch, (14e6 / 50) * secondsOfBatch + 1);
    expect(found.proofsPerSecond).to.equal(280_000);
  });

  it("have all rows on L1 up to what its blobs take, and beyond only shared ones", () => {
    const found = layers(load, constants, parameters);
    const bytes = (14 * 4_096 * 31.75) / 12;
    expect(found.l1BytesPerSecond).to.equal(bytes);
    expectNear(found.mostTpsOnL1, bytes / 10, 1e-6);
    expectNear(found.transfersPerRow, (14e6 * 5) / bytes, 1e-9);
    expectNear(found.hoursBetweenDiffs, (1e9 * 5) / bytes / 3_600, 1e-9);
    const atMost = layers(load, constants, { ...parameters, targetTps: Math.floor(found.mostTpsOnL1) });
    expect(atMost.bytesPerSecond).to.be.at.most(bytes);
  });

  it("have proofs of proofs until one a block is left", () => {
    const of = (proofsPerSecond: number) => recursion("BN254 in BN254", proofsPerSecond, constants);
    expect(of(1 / 12)).to.deep.include({ levels: 0, provers: 0 });
    expect(of(8 / 12)).to.deep.include({ levels: 1, constraintsPerProof: 3_099_657 });
    expect(of(64 / 12).levels).to.equal(2);
    expectNear(of(64 / 12).constraintsPerProof, 3_099_657 * (1 + 1 / 8), 1e-6);
    expect(recursion("BLS12-377 in BW6-761 in BN254", 64 / 12, constants)).to.deep.include({
      levels: 1,
      constraintsPerProof: 67_416,
    });
  });
});
