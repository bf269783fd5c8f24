import { expect } from "chai";
import { equalAccounts, hermezParts, loopringParts } from "../../../bench/constraints/compare-peers.ts";
import type { PeerCounts } from "../../../bench/constraints/peer-parts.ts";
import { expectNear } from "../near.ts";

describe("Peers' parts", () => {
  const counts: PeerCounts = {
    smt33: 18_022,
    smt25: 14_030,
    eddsa: 4_217,
    poseidon4: 297,
    poseidon6: 354,
    oneBlock: 29_744,
    twoBlocks: 60_072,
    ownSignature: 3_122,
    ownPath: 9_616,
  };

  it("and the rest are the published figure", () => {
    const { parts, explained, rest, published, level } = hermezParts(counts);
    expect(parts.reduce((sum, { perTransaction }) => sum + perTransaction, 0)).to.equal(explained);
    expect(explained + rest).to.equal(published);
    expect(rest).to.be.within(0, 0.1 * published);
    expect(level).to.equal(499);
  });

  it("make what Loopring spends on SHA-256", () => {
    const { sha256PerTransaction, published } = loopringParts(counts);
    expectNear(sha256PerTransaction / published, 1, 0.01);
  });

  it("are compared in trees of as many accounts", () => {
    const { hermezLevels, hermez, perTransfer } = equalAccounts(16);
    expect(hermezLevels).to.equal(32);
    expect(hermez / perTransfer[2]).to.be.above(2);
    expectNear(perTransfer[2] - perTransfer[1], perTransfer[1] - perTransfer[0], 1e-6);
  });
});
