// Attacks that take more than one fee slot.

import { expect } from "chai";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import type { Shape } from "../../../plugin/protocol/shape.ts";
import { compileShape } from "../../circuits/batch-circuit.ts";
import { constraint } from "./attack.ts";
import type { Forgery } from "./forgery.ts";
import { refusal, saying } from "./refusal.ts";
import { alice, batch, bob, carol, mallory, operator, sign, transfer } from "./scenarios.ts";

const shape: Shape = {
  depth: 5,
  transactions: 1,
  accounts: 4,
  operations: 1,
  exits: 1,
  fees: 2,
  applications: 0,
};

describe("A batch with two fee slots whose prover", () => {
  let circuit: CompiledCircuit;

  before(async () => {
    circuit = await compileShape("two-fees", shape);
  });

  const paying = (): Forgery => {
    const transactions = [transfer(alice, bob, { fee: 5n })];
    return batch({ shape, transactions, feeAccounts: [operator, carol] });
  };

  it("is honest, is accepted", async () => {
    expect(await refusal(circuit, paying())).to.equal("");
  });

  it("collects a fee in two slots of one asset, is refused", async () => {
    // A transaction chooses one fee slot or none; the assets of fee slots differ besides.
    const forgery = batch({
      shape,
      transactions: [transfer(alice, bob, { fee: 5n })],
      feeAccounts: [operator, mallory],
    });
    forgery.transaction(0).feeSlot = [1n, 1n];
    forgery.derive();
    const stoppedBy = constraint("selectors.circom", "flag * (flag - allowed) === 0;");
    expect(await refusal(circuit, forgery)).to.match(saying(stoppedBy));
  });

  it("shares a fee out over slots as fractions, is refused", async () => {
    // A choice of a fee slot is a bit.
    const forgery = paying();
    forgery.transaction(0).feeSlot = [3n, -2n];
    forgery.derive();
    const stoppedBy = constraint("selectors.circom", "flag * (flag - 1) === 0;");
    expect(await refusal(circuit, forgery)).to.match(saying(stoppedBy));
  });

  it("takes X from one fee account and gives X more to another one, is refused", async () => {
    // Each total is the sum of what was paid to its slot.
    const forgery = paying();
    forgery.fee(0).total += 100n;
    forgery.fee(1).total -= 100n;
    forgery.run();
    forgery.close();
    const stoppedBy = constraint("batch.circom", "feeTotal[f] === paid;");
    expect(await refusal(circuit, forgery)).to.match(saying(stoppedBy));
  });

  it("does the same in two fee slots of one asset, is refused", async () => {
    // The assets of fee slots strictly increase, and totals are sums besides.
    const forgery = batch({
      shape,
      transactions: [transfer(alice, bob, { fee: 5n })],
      feeAccounts: [operator, mallory],
    });
    forgery.fee(0).total += 50n;
    forgery.fee(1).total -= 50n;
    forgery.run();
    forgery.close();
    const stoppedBy = constraint("selectors.circom", "AssertBits(bits)(gap[i]);");
    expect(await refusal(circuit, forgery)).to.match(saying(stoppedBy));
  });

  it("uses a fee slot behind an unused one, is refused", async () => {
    // AssertUsedFirst over the fee slots.
    const transactions = [transfer(alice, bob, { fee: 5n })];
    const forgery = batch({ shape, transactions, feeAccounts: [operator] });
    forgery.fees.reverse();
    forgery.transaction(0).feeSlot.reverse();
    forgery.derive();
    const stoppedBy = constraint("selectors.circom", "used[i] * (1 - used[i - 1]) === 0;");
    expect(await refusal(circuit, forgery)).to.match(saying(stoppedBy));
  });

  it("has two fee slots of one asset, is refused", async () => {
    // The assets of fee slots strictly increase.
    const forgery = batch({
      shape,
      transactions: [transfer(alice, bob, { fee: 5n })],
      feeAccounts: [operator, mallory],
    });
    const stoppedBy = constraint("selectors.circom", "AssertBits(bits)(gap[i]);");
    expect(await refusal(circuit, forgery)).to.match(saying(stoppedBy));
  });

  it("has its fee slots out of order, is refused", async () => {
    // The same.
    const forgery = paying();
    forgery.fees.reverse();
    forgery.transaction(0).feeSlot.reverse();
    forgery.derive();
    const stoppedBy = constraint("selectors.circom", "AssertBits(bits)(gap[i]);");
    expect(await refusal(circuit, forgery)).to.match(saying(stoppedBy));
  });

  it("signs for an amount and fee that pack alike, is refused", async () => {
    // An amount has 128 bits, so 2^128 of it cannot stand for a fee of 1.
    const forgery = paying();
    const slot = forgery.transaction(0);
    slot.fee = 4n;
    slot.amount += 1n << 128n;
    sign(slot, alice.key);
    forgery.derive();
    const stoppedBy = constraint("transaction.circom", "AssertBits(128)(message.amount);");
    expect(await refusal(circuit, forgery)).to.match(saying(stoppedBy));
  });
});
