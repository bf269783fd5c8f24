// A transfer binds its asset by the recipient's identity; an index can be reassigned until it has settled.

import { expect } from "chai";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { compileShape } from "../../circuits/batch-circuit.ts";
import { constraint } from "./attack.ts";
import { refusal, saying } from "./refusal.ts";
import { alice, batch, shape, withdrawal, world } from "./scenarios.ts";

describe("A withdrawal that was signed for an account of one asset", () => {
  let circuit: CompiledCircuit;

  before(async () => {
    circuit = await compileShape("tiny", shape);
  });

  it("is refused once the index has become the signer's account of another asset", async () => {
    // The signed message names the asset, and the circuit compares.
    const signed = withdrawal(alice, { amount: 100n });
    const reassigned = world();
    reassigned.set(alice.index, { ...alice.account, asset: 2 });
    const forgery = batch({ state: reassigned, transactions: [signed] });
    expect(await refusal(circuit, forgery)).to.match(
      saying(constraint("transaction.circom", "withdraw * (message.payload - asset) === 0;")),
    );
  });
});
