import { expect } from "chai";
import { traceFullBatch } from "../../../bench/prove/full-batch.ts";
import { builtInShapes } from "../../../plugin/circuits/shapes.ts";

describe("bench prove: a full batch", () => {
  for (const name of ["tiny", "dev", "busy"] as const) {
    it(`fills ${name}: all slots of operations, transactions and accounts`, () => {
      const shape = builtInShapes[name];
      const { operations, transactions, accounts, fees, exits } = traceFullBatch(shape);
      expect(operations).to.have.lengthOf(shape.operations);
      expect(transactions).to.have.lengthOf(shape.transactions);
      expect(accounts).to.have.lengthOf(shape.accounts);
      expect(fees).to.have.lengthOf(1);
      expect(exits).to.have.lengthOf({ tiny: 1, dev: 2, busy: 10 }[name]);
      expect(accounts.filter(({ state }) => state === "created")).to.have.lengthOf(shape.operations);
    });
  }
});
