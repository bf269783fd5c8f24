import { expect } from "chai";
import fc from "fast-check";
import { pairing, subgroupResidue } from "../../../plugin/sequencer/signatures/curve-constants.ts";
import { bits } from "../../protocol/arbitraries.ts";
import { reference } from "../../protocol/reference.ts";

describe("subgroupResidue", () => {
  it("is the same for all points of the subgroup but the neutral one, and another for each class beside it", () => {
    const residues = new Map<bigint, bigint>();
    fc.assert(
      fc.property(bits(240), (multiple) => {
        for (let rest = 0n; rest < 8n; rest++) {
          const scalar = 8n * multiple + rest;
          if (scalar % reference.subgroupOrder === 0n) continue;
          const { ax, ay } = reference.multiply(reference.generator, scalar);
          const residue = subgroupResidue(ax, ay, pairing);
          expect(residue === pairing.residue).to.equal(rest === 0n);
          expect(residues.get(rest) ?? residue).to.equal(residue);
          residues.set(rest, residue);
        }
      }),
      { numRuns: 10 },
    );
    expect(new Set(residues.values())).to.have.length(8);
  });

  it("is not that of the subgroup for any point of small order", () => {
    for (let multiple = 0n; multiple < 8n; multiple++) {
      const { ax, ay } = reference.multiply(reference.generator, multiple * reference.subgroupOrder);
      expect(subgroupResidue(ax, ay, pairing)).not.to.equal(pairing.residue);
    }
  });
});
