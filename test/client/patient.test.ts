import { expect } from "chai";
import { patiently } from "../../plugin/client/patient.ts";
import { DeepReorg, L1Unavailable } from "../../plugin/settlement/chain/errors.ts";
import { rejection } from "../settlement/rejection.ts";

describe("patiently", () => {
  /** Something that fails a number of times before it succeeds. */
  function failing(times: number, error: Error) {
    const calls = { count: 0 };
    const look = async (): Promise<string> => {
      if (calls.count++ < times) throw error;
      return "seen";
    };
    return { calls, look };
  }

  it("looks again when L1's node has failed", async () => {
    const { calls, look } = failing(2, new L1Unavailable("It fails."));
    expect(await patiently(look)).to.equal("seen");
    expect(calls.count).to.equal(3);
  });

  it("says what is wrong when it goes on", async () => {
    const { calls, look } = failing(9, new L1Unavailable("It fails."));
    expect((await rejection(patiently(look))).message).to.include("It fails.");
    expect(calls.count).to.equal(4);
  });

  it("does not look again after anything else", async () => {
    const { calls, look } = failing(1, new DeepReorg("It has gone back.", {}));
    expect(await rejection(patiently(look))).to.be.instanceOf(DeepReorg);
    expect(calls.count).to.equal(1);
  });
});
