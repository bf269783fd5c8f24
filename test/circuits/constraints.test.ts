import { expect } from "chai";
import { builtInShapes } from "../../plugin/circuits/shapes.ts";
import { accessCount } from "../../plugin/circuits/trace.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import { compileShape, compileSource } from "./batch-circuit.ts";

// Exact counts, read from the r1cs: circuits may get cheaper here, never dearer by accident. A step of the sponge
// (609 constraints for 15 elements) is shared between slots, so it is counted by the element and the rest is what
// two circuits that differ in one kind of slot differ by.

const constraintsPerStep = 609;
const elementsPerStep = 15;
/** What a slot's counters (times, ages, multiplicities) cost for each bit that the shape's accesses take. */
const countersPerTransaction = 2;
const countersPerAccount = 4;

const small: Shape = {
  depth: 12,
  transactions: 1,
  accounts: 1,
  operations: 1,
  exits: 1,
  fees: 1,
  applications: 0,
};

describe("Constraints of the batch circuit", () => {
  async function count(sizes: Partial<Shape>): Promise<number> {
    const shape = { ...small, ...sizes };
    const { depth, transactions, accounts, operations, exits, fees } = shape;
    const name = `count-${[depth, transactions, accounts, operations, exits, fees].join("-")}`;
    return (await compileShape(name, shape)).constraints;
  }

  /** Of one slot of a kind, the sponge's share by the element, with the counters of a shape of 64 to 127 accesses. */
  async function slotCost(
    kind: "transactions" | "accounts" | "operations" | "exits" | "fees",
    elements: number,
    counters: number,
  ): Promise<number> {
    const one = await count({});
    const more = await count({ [kind]: 3 });
    const steps = (sizes: Shape) => Math.ceil(absorbed(sizes) / elementsPerStep);
    const larger = { ...small, [kind]: 3 };
    const addedSteps = steps(larger) - steps(small);
    const bits = (shape: Shape) => accessCount(shape).toString(2).length;
    expect(bits(larger) - bits(small)).to.be.within(0, 1);
    // The slots that were there already get wider counters too.
    const widened = (bits(larger) - bits(small)) * allCounters(small);
    const plain = (more - one - addedSteps * constraintsPerStep - widened) / 2;
    const share = (elements * constraintsPerStep) / elementsPerStep;
    return plain + share + counters * (7 - bits(larger));
  }

  function absorbed(shape: Shape): number {
    const { accounts, operations, transactions, fees, exits } = shape;
    return (
      4 + 5 * operations + 2 * exits + accounts + 10 * accounts + 7 * operations + 9 * transactions + 6 * fees
    );
  }

  function allCounters({ accounts, operations, transactions, fees }: Shape): number {
    return countersPerAccount * accounts + operations + countersPerTransaction * transactions + fees;
  }

  it("spends 4,325 on a transaction slot (bar: 5,700)", async () => {
    const cost = await slotCost("transactions", 9, countersPerTransaction);
    expect(cost).to.be.at.most(5_700);
    expect(Math.round(cost)).to.equal(4_325);
  });

  it("spends 8,693 on an account slot at depth 12 (bar: 9,000)", async () => {
    const cost = await slotCost("accounts", 11, countersPerAccount);
    expect(cost).to.be.at.most(9_000);
    expect(Math.round(cost)).to.equal(8_693);
  });

  it("spends at most 6,000 on what is fixed: header, fee slots, challenge", async () => {
    const { transactions, accounts, operations, exits, fees } = small;
    const fixed =
      (await count({})) -
      transactions * (await slotCost("transactions", 9, countersPerTransaction)) -
      accounts * (await slotCost("accounts", 11, countersPerAccount));
    const feeSlot = await slotCost("fees", 6, 1);
    const mostFees = Math.max(...Object.values(builtInShapes).map((shape) => shape.fees));
    expect(operations + exits + fees).to.equal(3);
    expect(fixed + (mostFees - 1) * feeSlot).to.be.at.most(6_000);
  });

  it("spends 41.6 on publishing an element, its packing apart (bar: 45)", async () => {
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
    expect(Math.round(10 * cost)).to.equal(416);
  });

  it("has the same size as ever for the built-in shapes", async () => {
    const { tiny, dev } = builtInShapes;
    expect((await compileShape("tiny", tiny)).constraints).to.equal(29_067);
    expect((await compileShape("dev", dev)).constraints).to.equal(65_011);
  });
});
