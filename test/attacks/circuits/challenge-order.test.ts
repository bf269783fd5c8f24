// Why the challenge is the contract's: a prover who knows it before committing proves what he likes.

import { invert } from "@noble/curves/abstract/modular.js";
import { expect } from "chai";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { evaluateElements } from "../../../plugin/protocol/batch-data.ts";
import { fieldOrder, toField } from "../../../plugin/protocol/field.ts";
import { compileShape } from "../../circuits/batch-circuit.ts";
import { constraint } from "./attack.ts";
import type { Forgery } from "./forgery.ts";
import { refusal, saying } from "./refusal.ts";
import { batch, mallory, shape } from "./scenarios.ts";
import { identityOf } from "./slots.ts";

const loot = 1_000_000n;

/** Nothing happens in the batch, and Mallory's account closes with a million; its `data` balances the memory at `r`. */
function theft(r: bigint): Forgery {
  const forgery = batch({});
  const { balance, nonce } = mallory.account;
  const first = { balance, nonce: BigInt(nonce), data: 0n };
  const slot = Object.assign(forgery.unusedAccount(), identityOf(mallory.account), {
    existing: 1n,
    index: BigInt(mallory.index),
    first,
  });
  // index + r time + r^2 balance + r^3 nonce + r^4 data is the same before and after.
  const data = toField((balance - loot) * invert(toField(r * r), fieldOrder));
  slot.last = { ...first, balance: loot, data };
  forgery.close();
  return forgery;
}

describe("A prover", () => {
  const known = 987654321n;
  let circuit: CompiledCircuit;

  before(async () => {
    circuit = await compileShape("tiny", shape);
  });

  it("who knows the challenge before he commits gives himself a million", async () => {
    const forgery = theft(known);
    forgery.posted = (elements) => {
      forgery.publicInputs = ([c]) => [c, known, evaluateElements(elements, known)];
      return elements;
    };
    expect(await refusal(circuit, forgery)).to.equal("");
  });

  it("who gets it from the contract, out of his commitment, is refused", async () => {
    // First tuples and writes have the product of reads and last tuples, at a challenge that he could not foresee.
    const memory = constraint("batch.circom", "before.product === after.product;");
    expect(await refusal(circuit, theft(known))).to.match(saying(memory));
  });
});
