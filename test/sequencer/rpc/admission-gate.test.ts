import { expect } from "chai";
import { SequencerError } from "../../../plugin/sequencer/errors.ts";
import { AdmissionGate } from "../../../plugin/sequencer/rpc/admission-gate.ts";
import { RpcError } from "../../../plugin/sequencer/rpc/errors.ts";
import { NodeMetrics } from "../../../plugin/sequencer/rpc/metrics.ts";
import type { Sequencer } from "../../../plugin/sequencer/sequencer.ts";
import { alice, bob, cleanUp, openSequencer, openStore, transfer } from "../fixture.ts";

describe("AdmissionGate", () => {
  let sequencer: Sequencer;

  beforeEach(async () => {
    sequencer = await openSequencer(await openStore());
    await sequencer.observe([alice.deposit(0, 100n), bob.deposit(1, 100n)]);
  });

  afterEach(async () => {
    await sequencer.close();
    await cleanUp();
  });

  const payment = (nonce: number) => transfer(alice, 1, bob.holder(), { from: 0, nonce });

  async function refusal(promise: Promise<unknown>): Promise<string> {
    const error = await promise.catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(RpcError);
    return (error as RpcError).code;
  }

  it("bounds what waits, and has room again once that is answered", async () => {
    const gate = new AdmissionGate(sequencer, 3, new NodeMetrics());
    const first = gate.submit([payment(0), payment(1)]);
    expect(gate.waiting).to.equal(2);
    expect(await refusal(gate.submit([payment(2), payment(3)]))).to.equal("LIMIT_EXCEEDED");
    expect(await first).to.have.length(2);
    expect(gate.waiting).to.equal(0);
    await gate.submit([payment(2), payment(3)]);
    expect(sequencer.nextNonce(0)).to.equal(4);
  });

  it("answers what waits when it is closed, and takes no more", async () => {
    const gate = new AdmissionGate(sequencer, 10, new NodeMetrics());
    const waiting = gate.submit([payment(0)]);
    gate.close();
    expect(await refusal(gate.submit([payment(1)]))).to.equal("UNAVAILABLE");
    expect((await waiting)[0]).to.have.property("id");
    expect(sequencer.nextNonce(0)).to.equal(1);
  });

  // What a full disk does to the store, test/faults/store has.
  it("says that the disk is full, until it is not", async () => {
    let isFull = true;
    const full = {
      submitAll: async (...args: Parameters<Sequencer["submitAll"]>) => {
        if (isFull) throw new SequencerError("UNWRITABLE_STORE", "No space is left.");
        return await sequencer.submitAll(...args);
      },
    };
    const gate = new AdmissionGate(full, 10, new NodeMetrics());
    expect(await refusal(gate.submit([payment(0)]))).to.equal("UNAVAILABLE");
    expect(gate.problem).to.include("write");
    isFull = false;
    await gate.submit([payment(0)]);
    expect(gate.problem).to.equal(undefined);
  });
});
