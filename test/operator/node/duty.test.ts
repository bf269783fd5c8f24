import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { Duty } from "../../../plugin/operator/node/duty.ts";

describe("Duty", () => {
  let stop: AbortController;
  let failures: unknown[];
  let successes: number;

  beforeEach(() => {
    [stop, failures, successes] = [new AbortController(), [], 0];
  });

  function begin(step: () => Promise<boolean>, pause = 5, onFailure?: (error: unknown) => void): Duty {
    return new Duty(step, {
      pause,
      signal: stop.signal,
      onFailure: onFailure ?? ((error) => void failures.push(error)),
      onSuccess: () => void successes++,
    });
  }

  it("is done again and again until it is stopped", async () => {
    const duty = begin(async () => false);
    while (successes < 3) await setTimeout(1);
    stop.abort();
    await duty.ended;
    const done = successes;
    await setTimeout(30);
    expect(successes).to.equal(done);
  });

  it("goes on at once while there is more to do, and when it is woken", async () => {
    let left = 5;
    const duty = begin(async () => left-- > 1, 60_000);
    while (successes < 5) await setTimeout(1);
    await setTimeout(20);
    expect(successes).to.equal(5);
    duty.wake();
    while (successes < 6) await setTimeout(1);
    stop.abort();
    await duty.ended;
  });

  it("does not miss being woken in the middle of a step", async () => {
    let steps = 0;
    const duty: Duty = begin(async () => {
      await setTimeout(5);
      if (++steps === 1) duty.wake();
      return false;
    }, 60_000);
    while (steps < 2) await setTimeout(1);
    stop.abort();
    await duty.ended;
    expect(steps).to.equal(2);
    expect(failures).to.deep.equal([]);
  });

  it("tries again after a failure, later each time, however often it is woken", async () => {
    const error = new Error("no");
    let steps = 0;
    const duty = begin(async () => {
      steps++;
      throw error;
    }, 1);
    const started = performance.now();
    while (failures.length < 2) {
      duty.wake();
      await setTimeout(5);
    }
    expect(performance.now() - started).to.be.greaterThan(400);
    expect(failures).to.deep.equal([error, error]);
    expect(steps).to.equal(2);
    stop.abort();
    await duty.ended;
  });

  it("ends with what is thrown when a failure is looked at", async () => {
    const fatal = new Error("for good");
    const duty = begin(
      async () => {
        throw fatal;
      },
      1,
      (error) => {
        throw error;
      },
    );
    expect(await duty.ended.catch((error: unknown) => error)).to.equal(fatal);
  });

  it("does not take the end of a step that was stopped for a failure", async () => {
    const duty = begin(async () => {
      await setTimeout(60_000, undefined, { signal: stop.signal });
      return false;
    });
    await setTimeout(5);
    stop.abort();
    await duty.ended;
    expect(failures).to.deep.equal([]);
  });
});
