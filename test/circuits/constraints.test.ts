import { expect } from "chai";
import { elementShare, oneSlotEach, slotCost, slotKinds } from "../../bench/constraints/slot-cost.ts";
import { constraintCount } from "../../plugin/circuits/constraint-count.ts";
import { builtInShapes } from "../../plugin/circuits/shapes.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import { expectSnapshot } from "../report/snapshot.ts";
import { compileShape, compileSource } from "./batch-circuit.ts";
import { recordedHashes, testedShapes } from "./r1cs-hashes.ts";

// Exact counts, read from the r1cs: circuits may get cheaper here, never dearer by accident. The formula has to give
// each of them; what two circuits that differ in one kind of slot differ by is what such a slot costs.

describe("Constraints of the batch circuit", () => {
  const differences: [what: string, sizes: Partial<Shape>][] = [
    ["one slot of each kind", {}],
    ["two transaction slots more", { transactions: 3 }],
    ["two account slots more", { accounts: 3 }],
    ["two fee slots more", { fees: 3 }],
  ];
  for (const [what, sizes] of differences) {
    it(`are what the formula says: ${what}`, async () => {
      const shape = { ...oneSlotEach, ...sizes };
      const { depth, transactions, accounts, operations, exits, fees } = shape;
      const name = `count-${[depth, transactions, accounts, operations, exits, fees].join("-")}`;
      expect((await compileShape(name, shape)).constraints).to.equal(constraintCount(shape));
    });
  }

  for (const name of testedShapes) {
    it(`are what the formula says: the shape ${name}`, async () => {
      const shape = builtInShapes[name];
      expect((await compileShape(name, shape)).constraints).to.equal(constraintCount(shape));
    });
  }

  it("are what the formula says where it takes minutes to compile: the shape busy", async () => {
    const { shapes } = await recordedHashes();
    expect(shapes.busy?.constraints).to.equal(constraintCount(builtInShapes.busy));
  });

  it("are at most 5,700 for a transaction slot and 9,000 for an account slot at depth 12", () => {
    expect(slotCost("transaction", 12)).to.be.at.most(5_700);
    expect(slotCost("account", 12)).to.be.at.most(9_000);
  });

  it("are at most 6,000 for what is fixed: header, fee slots, challenge", () => {
    const { transactions, accounts, operations, exits, fees } = oneSlotEach;
    const fixed =
      constraintCount(oneSlotEach) -
      transactions * slotCost("transaction", oneSlotEach.depth) -
      accounts * slotCost("account", oneSlotEach.depth);
    const mostFees = Math.max(...Object.values(builtInShapes).map((shape) => shape.fees));
    expect(operations + exits + fees).to.equal(3);
    expect(fixed + (mostFees - 1) * slotCost("fee", oneSlotEach.depth)).to.be.at.most(6_000);
  });

  it("are 41.6 for publishing an element, its packing apart (bar: 45)", async () => {
    const publish = async (elements: number): Promise<number> => {
      const circuit = await compileSource(
        `publish-${elements}`,
        `include "public-data.circom";
include "sponge.circom";

template Publish(n) {
    signal input element[n];
    signal input r;
    signal output c <== Sponge(n)(element);
    signal output y <== EvaluateData(n)(element, r);
}

component main = Publish(${elements});`,
      );
      return circuit.constraints;
    };
    const cost = ((await publish(45)) - (await publish(15))) / 30;
    expect(cost).to.be.at.most(45);
    expect(cost).to.equal(elementShare() + 1);
  });

  it("are as many as ever, of each kind of slot and of the built-in shapes", () => {
    const slots = slotKinds.map((kind) => [`a slot at depth 12: ${kind}`, Math.round(slotCost(kind, 12))]);
    const shapes = Object.entries(builtInShapes).map(([name, shape]) => [
      `the shape ${name}`,
      constraintCount(shape),
    ]);
    expectSnapshot("constraints", Object.fromEntries([...slots, ...shapes]));
  });
});
