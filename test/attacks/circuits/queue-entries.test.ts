// The contrary of an attack: whatever a user queues has to be provable in an otherwise empty batch, or it stalls the rollup.

import { expect } from "chai";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { toField } from "../../../plugin/protocol/field.ts";
import type { Operation } from "../../../plugin/protocol/operation.ts";
import type { State } from "../../../plugin/protocol/state.ts";
import { compileShape } from "../../circuits/batch-circuit.ts";
import { refusal } from "./refusal.ts";
import { alice, batch, bob, carol, dave, deposit, exit, open, shape, world } from "./scenarios.ts";

const corner = 4 ** shape.depth - 1;

/** Minus a key is the key plus the point of order 2: not in the prime subgroup. */
const shifted = {
  ...dave,
  account: { ...dave.account, ax: toField(-dave.account.ax), ay: toField(-dave.account.ay) },
};
const last = { ...dave, index: corner };
const first = { ...dave, index: 0 };

/** Bob has as much as an asset's escrow can hold, and has used up his nonces. */
function richWorld(): State {
  const state = world();
  state.set(bob.index, { ...bob.account, balance: 2n ** 127n - 1n, nonce: 2 ** 40 - 1 });
  return state;
}

const entries: Readonly<Record<string, readonly Operation[]>> = {
  "a deposit of 1 to an old account": [deposit(alice, 1n)],
  "a deposit of nothing": [deposit(alice, 0n)],
  "a deposit of 2^128 - 1 that makes an account": [deposit(dave, 2n ** 128n - 1n, true)],
  "a deposit up to 2^128 - 1": [deposit(bob, 2n ** 127n)],
  "a deposit for a key with a component of small order": [deposit(shifted, 5n, true)],
  "deposits at both ends of the tree": [deposit(first, 1n, true), deposit(last, 1n, true)],
  "two deposits that make two accounts of one identity": [
    deposit(dave, 1n, true),
    deposit({ ...dave, index: 13 }, 1n, true),
  ],
  "two deposits to one account, the first of which makes it": [deposit(dave, 1n, true), deposit(dave, 2n)],
  "a deposit to an account that the sequencer opens behind it": [deposit(dave, 1n), open(dave)],
  "an exit by the owner": [exit(carol)],
  "an exit of 2^127 - 1, all nonces used": [exit(bob)],
  "an exit by somebody else": [{ kind: 2, index: alice.index, owner: bob.owner }],
  "an exit of an account that nobody has, twice": [exit(dave), exit(dave)],
  "exits of the first and the last index, which nobody has": [exit(first), exit(last)],
  "an exit of an account that the next entry makes": [exit(dave), deposit(dave, 5n, true)],
  "an exit of an account that the entry before makes": [deposit(dave, 5n, true), exit(dave)],
  "an exit of an account whose balance is gone": [exit(carol), exit(carol)],
  "an exit by the greatest address": [{ kind: 2, index: alice.index, owner: 2n ** 160n - 1n }],
};

describe("Alone in a batch of the smallest shape is provable:", () => {
  let circuit: CompiledCircuit;

  before(async () => {
    circuit = await compileShape("tiny", shape);
  });

  for (const [name, operations] of Object.entries(entries)) {
    it(name, async () => {
      expect(await refusal(circuit, batch({ operations, state: richWorld() }))).to.equal("");
    });
  }

  it("the same in the last batch that a rollup can number", async () => {
    const forgery = batch({ operations: [exit(carol)] });
    forgery.batchNumber = 2n ** 32n - 1n;
    for (const slot of forgery.transactions) slot.expiry = forgery.batchNumber;
    expect(await refusal(circuit, forgery)).to.equal("");
  });
});
