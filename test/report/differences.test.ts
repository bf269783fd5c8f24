import { expect } from "chai";
import { differences } from "./differences.ts";

describe("differences from a snapshot", () => {
  const recorded = { row: 600, batch: 60_000 };

  it("are none if all is as recorded, in whatever order", () => {
    expect(differences("gas", recorded, { batch: 60_000, row: 600 })).to.deep.equal([]);
  });

  it("name what grew, from what to what, first", () => {
    expect(differences("gas", recorded, { row: 599, batch: 61_200 })).to.deep.equal([
      "gas.batch: was 60,000, is 61,200, 2.0 % more",
      "gas.row: was 600, is 599, smaller: record it with `npm run snapshots`",
    ]);
  });

  it("name what grew from nothing and by one", () => {
    expect(differences("gas", { a: 0, b: 1_000_000 }, { a: 1, b: 1_000_001 })).to.deep.equal([
      "gas.a: was 0, is 1",
      "gas.b: was 1,000,000, is 1,000,001, 0.00010 % more",
    ]);
  });

  it("name what is new and what is missing", () => {
    expect(differences("gas", recorded, { row: 600, claim: 5 })).to.deep.equal([
      "gas.claim: new, 5: record it with `npm run snapshots`",
      "gas.batch: was 60,000, is not measured any more: record it with `npm run snapshots`",
    ]);
  });

  it("refuse what is not a whole number", () => {
    expect(differences("gas", recorded, { row: Number.NaN, batch: 60_000 })).to.deep.equal([
      "gas.row: NaN is not a whole number",
    ]);
    expect(differences("gas", recorded, { row: 599.5, batch: 60_000 })).to.have.length(1);
  });
});
