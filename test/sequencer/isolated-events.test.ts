import { once } from "node:events";
import { expect } from "chai";
import { IsolatedEvents } from "../../plugin/sequencer/isolated-events.ts";

type Events = { happened: [what: string]; other: [] };

describe("IsolatedEvents", () => {
  let events: IsolatedEvents<Events>;
  let told: string[];

  beforeEach(() => {
    events = new IsolatedEvents();
    told = [];
  });

  const fail = (): never => {
    throw new Error("a listener's own");
  };

  it("tells everybody, in order, whoever fails", () => {
    const failures: unknown[] = [];
    events.onFailure = (error) => failures.push(error);
    events.on("happened", (what) => told.push(`first ${what}`));
    events.on("happened", fail);
    events.on("happened", (what) => told.push(`last ${what}`));
    expect(events.emit("happened", "it")).to.equal(true);
    expect(told).to.deep.equal(["first it", "last it"]);
    expect(failures.map((error) => (error as Error).message)).to.deep.equal(["a listener's own"]);
  });

  it("tells whoever waits for once, once", async () => {
    const waiting = once(events, "happened");
    events.once("happened", (what) => told.push(what));
    events.emit("happened", "one");
    events.emit("happened", "two");
    expect(await waiting).to.deep.equal(["one"]);
    expect(told).to.deep.equal(["one"]);
    expect(events.listenerCount("happened")).to.equal(0);
  });

  it("says whether anybody listens", () => {
    expect(events.emit("other")).to.equal(false);
  });

  it("loses no failure: by default it is an uncaught exception", async () => {
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    try {
      const uncaught = once(process, "uncaughtException");
      events.on("happened", fail);
      events.emit("happened", "it");
      const [error] = await uncaught;
      expect((error as Error).message).to.equal("a listener's own");
    } finally {
      for (const listener of others) process.on("uncaughtException", listener);
    }
  });
});
