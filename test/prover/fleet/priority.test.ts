import { expect } from "chai";
import { priorityOf } from "../../../plugin/prover/fleet/priority.ts";

const day = 86_400;
const start = Date.UTC(2027, 0, 1) / 1_000;

describe("priorityOf", () => {
  it("puts earlier deadlines first, five minutes apart or more", () => {
    const deadlines = [0, 300, day, 365 * day, 15 * 365 * day].map((later) => start + later);
    const priorities = deadlines.map(priorityOf);
    expect(priorities).to.deep.equal(priorities.toSorted((a, b) => a - b));
    expect(new Set(priorities).size).to.equal(deadlines.length);
  });

  it("puts what has no deadline last, and stays within BullMQ's range", () => {
    expect(priorityOf(undefined)).to.equal(2 ** 21 - 1);
    expect(priorityOf(2 ** 48)).to.equal(2 ** 21 - 2);
    expect(priorityOf(0)).to.equal(1);
  });
});
