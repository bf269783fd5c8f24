import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Redis } from "ioredis";
import { QuarantinedError, SetAsideError } from "../../../plugin/prover/fleet/errors.ts";
import { FleetRegistry } from "../../../plugin/prover/fleet/fleet-registry.ts";
import { FleetSecret } from "../../../plugin/prover/fleet/fleet-secret.ts";
import { cancelJobs, fleetStatus, retrySetAside } from "../../../plugin/prover/fleet/fleet-status.ts";
import type { FleetWorker } from "../../../plugin/prover/fleet/fleet-worker.ts";
import { machineName } from "../../../plugin/prover/fleet/worker-name.ts";
import type { ProofResult } from "../../../plugin/prover/prove.ts";
import type { Prover } from "../../../plugin/prover/prover.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { rejection } from "../../settlement/rejection.ts";
import { Fleet, KnownProofs, SmallProofs } from "./fixture.ts";
import { RedisServer, redisServer } from "./redis-server.ts";

describe("A proving fleet in which things go wrong", function () {
  this.timeout(60_000);
  const server = redisServer();
  const scratch = scratchFolder();
  const fleet = new Fleet(() => server().url, scratch);
  afterEach(() => fleet.end());
  const prover = new KnownProofs();
  let small: SmallProofs;
  let redis: Redis;

  before(async () => {
    small = await SmallProofs.in(scratch());
    redis = new Redis(server().url);
    redis.on("error", () => undefined); // the server ends before it
  });
  after(() => redis?.disconnect());
  beforeEach(async () => void (await redis.flushall()));

  /** Takes jobs and never ends them by itself. */
  const stuck: Prover = {
    workers: 1,
    prove: (_, options) =>
      new Promise<ProofResult>((_, reject) => {
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason), { once: true });
      }),
  };
  const failing: Prover = {
    workers: 1,
    prove: async () => {
      throw new Error("no luck");
    },
  };
  const quick = { attempts: 2, backoff: 50 };

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await sleep(20);
  }
  const active = (worker: FleetWorker) => () => worker.record().active === 1;

  describe("coordinators", () => {
    it("one that is killed and started again takes the proofs that were made meanwhile, and makes none twice", async () => {
      const first = fleet.coordinatorProcess([1, 2]);
      await Promise.all([first.says("1: waiting for a worker"), first.says("2: waiting for a worker")]);
      await first.kill();
      const worker = await fleet.worker({ prover });
      await until(() => worker.record().done === 2);
      await worker.stop();
      const coordinator = await fleet.coordinator();
      const results = await Promise.all([1, 2].map((number) => coordinator.prove(small.request(number))));
      expect(results.map(({ publicSignals }) => publicSignals)).to.deep.equal(
        [1, 2].map((number) => small.request(number).publicSignals),
      );
      expect((await fleetStatus(await fleet.connection())).jobs).to.include({ done: 2, waiting: 0 });
    });

    it("one that is stopped leaves its jobs: a worker goes on, and whoever asks next gets the proof", async () => {
      const coordinator = await fleet.coordinator();
      const stopping = new AbortController();
      const proving = coordinator.prove(small.request(1), {
        signal: stopping.signal,
        onProgress: (step) => {
          if (step === "waiting for a worker") stopping.abort(new Error("enough"));
        },
      });
      expect(await proving.catch((error: Error) => error.message)).to.equal("enough");
      const worker = await fleet.worker({ prover });
      await until(() => worker.record().done === 1);
      await (await fleet.coordinator()).prove(small.request(1));
      expect(worker.record().done).to.equal(1);
    });

    it("say that no worker is there", async () => {
      const coordinator = await fleet.coordinator({ lookInterval: 100 });
      const steps: string[] = [];
      const proving = coordinator.prove(small.request(1), { onProgress: (step) => steps.push(step) });
      await until(() => steps.some((step) => step.includes("rollup:prover --queue redis://127.0.0.1")));
      await fleet.worker({ prover });
      await proving;
    });

    it("tell whoever waits for a proof that they are closed", async () => {
      const coordinator = await fleet.coordinator();
      const proving = coordinator.prove(small.request(1), {
        onProgress: (step) => {
          if (step === "waiting for a worker") void coordinator.close();
        },
      });
      expect((await rejection(proving)).message).to.include("stay in the queue");
    });

    it("put jobs back that vanish", async () => {
      const coordinator = await fleet.coordinator({ lookInterval: 100 });
      const steps: string[] = [];
      const proving = coordinator.prove(small.request(1), { onProgress: (step) => steps.push(step) });
      await until(() => steps.includes("waiting for a worker"));
      await redis.flushall();
      await until(() => fleet.warnings.some((line) => line.includes("added again")));
      await fleet.worker({ prover });
      await proving;
    });
  });

  describe("jobs", () => {
    it("go by the deadline of L1, the earliest first, and those without one last", async () => {
      const coordinator = await fleet.coordinator();
      const now = Date.now() / 1_000;
      const deadlines = [undefined, now + 50_000, now + 90_000, now + 10_000];
      const added = deadlines.map(
        (deadline, number) =>
          new Promise<void>((resolve) => {
            const options = deadline === undefined ? {} : { deadline };
            const proving = coordinator.prove(small.request(number), {
              ...options,
              onProgress: (step) => {
                if (step === "waiting for a worker") resolve();
              },
            });
            proving.catch(() => undefined);
          }),
      );
      await Promise.all(added);
      const order: string[] = [];
      const recording: Prover = {
        workers: 1,
        prove: async (request) => {
          order.push(String(request.publicSignals));
          throw new Error("seen");
        },
      };
      const worker = await fleet.worker({ prover: recording });
      await until(() => order.length >= 4);
      await worker.stop();
      const expected = [3, 1, 2, 0].map((number) => String(small.request(number).publicSignals));
      expect(order.slice(0, 4)).to.deep.equal(expected);
    });

    it("that a worker fails go to others, before it tries again itself", async () => {
      const coordinator = await fleet.coordinator({ policy: { attempts: 3, backoff: 1_000 } });
      const unlucky = await fleet.worker({ name: "unlucky", prover: failing });
      const proving = coordinator.prove(small.request(1));
      await until(() => unlucky.record().failed === 1);
      await fleet.worker({ name: "lucky", prover });
      expect((await proving).backend).to.include("lucky");
      expect(unlucky.record().failed).to.be.within(1, 2);
    });

    it("that fail too often are set aside with their reason, listed, and tried again on request", async () => {
      const bad = { ...small.request(1), publicSignals: [1n, 2n, 3n] };
      const coordinator = await fleet.coordinator({ policy: quick });
      const worker = await fleet.worker({ name: "one" });
      const refusal = await rejection(coordinator.prove(bad));
      expect(refusal).to.be.instanceOf(SetAsideError);
      expect(refusal.message).to.include("other public signals").and.to.include("worker one, 2 times");
      expect(refusal.message).to.include("--retry proof-");
      expect(worker.record()).to.include({ failed: 2, done: 0 });

      const connection = await fleet.connection();
      const [aside] = (await fleetStatus(connection)).setAside;
      expect(aside).to.include({ circuit: "small" });
      expect(aside?.failures[0]).to.include({ worker: "one", times: 2 });

      expect(await rejection(coordinator.prove(bad))).to.be.instanceOf(SetAsideError);
      expect(worker.record().failed, "nobody works on it again").to.equal(2);
      await coordinator.prove(small.request(1)); // others go on

      expect(await retrySetAside(connection, aside?.job ?? "")).to.deep.equal([aside?.job]);
      expect(await rejection(coordinator.prove(bad))).to.be.instanceOf(SetAsideError);
      expect(worker.record().failed).to.equal(4);
      expect(await cancelJobs(connection, "all")).to.deep.equal([aside?.job]);
      expect((await fleetStatus(connection)).setAside).to.deep.equal([]);
    });

    it("whose proofs are refused again and again, from whatever worker, are set aside", async () => {
      const coordinator = await fleet.coordinator({ policy: { attempts: 2 } });
      const wrong: Prover = {
        workers: 1,
        prove: async (_, options) => ({
          ...(await prover.prove(small.request(2), options)),
          publicSignals: [],
        }),
      };
      await fleet.worker({ name: "a", prover: wrong });
      await fleet.worker({ name: "b", prover: wrong });
      const refusal = await rejection(coordinator.prove(small.request(1)));
      expect(refusal).to.be.instanceOf(SetAsideError);
      expect(refusal.message).to.include("worker a").and.to.include("worker b");
      const connection = await fleet.connection();
      expect((await fleetStatus(connection)).setAside).to.have.length(1);
      expect(await retrySetAside(connection, "all")).to.have.length(1);
      expect((await fleetStatus(connection)).setAside).to.deep.equal([]);
    });

    it("that take longer than they may are ended", async () => {
      const coordinator = await fleet.coordinator({ policy: { attempts: 1, timeLimit: 0.2 } });
      await fleet.worker({ prover: stuck });
      const refusal = await rejection(coordinator.prove(small.request(1)));
      expect(refusal.message).to.include("took longer").and.to.include("seconds allowed: 0.2");
    });
  });

  describe("workers", () => {
    it("give back what is under way when they are stopped, and that is no failure of the job", async () => {
      const coordinator = await fleet.coordinator({ policy: { attempts: 1 } });
      const proving = coordinator.prove(small.request(1));
      const first = await fleet.worker({ prover: stuck });
      await until(active(first));
      await first.stop();
      expect(first.record()).to.include({ failed: 0, done: 0, active: 0 });
      await fleet.worker({ prover });
      await proving;
    });

    it("are told apart by name: one that is taken is refused, and a number is added to the machine's", async () => {
      await fleet.worker({ name: "one", prover });
      expect((await rejection(fleet.worker({ name: "one", prover }))).message).to.include("Another worker");
      expect((await rejection(fleet.worker({ name: "a b", prover }))).message).to.include("cannot have");
      const [a, b] = [await fleet.worker({ prover }), await fleet.worker({ prover })];
      expect([a.name, b.name]).to.deep.equal([machineName(), `${machineName()}-2`]);
    });

    it("in quarantine do not get in again until they are pardoned", async () => {
      const registry = new FleetRegistry(await fleet.connection());
      const { secret } = await fleet.connection();
      for (const number of [1, 2, 3]) await registry.strike("liar", "job", secret.sign("result", { number }));
      const refusal = await rejection(fleet.worker({ name: "liar", prover }));
      expect(refusal).to.be.instanceOf(QuarantinedError);
      expect(refusal.message).to.include("--pardon liar");
      await registry.pardon("liar");
      await fleet.worker({ name: "liar", prover });
    });

    it("of another secret see nothing of the fleet", async () => {
      const coordinator = await fleet.coordinator();
      const stranger = await fleet.worker({
        secret: new FleetSecret("somebody else's secret, as long as it is"),
        prover,
      });
      const proving = coordinator.prove(small.request(1));
      const member = await fleet.worker({ name: "member", prover });
      await proving;
      expect([stranger.record().refused, member.record().done]).to.deep.equal([0, 1]);
    });

    it("that are to work once end when nothing waits", async () => {
      const coordinator = await fleet.coordinator();
      const steps: string[] = [];
      const proving = [1, 2].map((number) =>
        coordinator.prove(small.request(number), { onProgress: (step) => steps.push(step) }),
      );
      await until(() => steps.filter((step) => step === "waiting for a worker").length === 2);
      const worker = await fleet.worker({ prover, once: true });
      const [, ...results] = await Promise.all([worker.ended, ...proving]);
      expect(results).to.have.length(2);
      expect(worker.record().done).to.equal(2);
      await (await fleet.worker({ prover, once: true })).ended; // nothing waits at all
    });
  });

  it("can be left, by coordinators and workers, when its Redis is gone", async () => {
    const other = await RedisServer.start();
    const elsewhere = new Fleet(() => other.url, scratch);
    try {
      const coordinator = await elsewhere.coordinator();
      const worker = await elsewhere.process("one", "slow");
      const stopping = new AbortController();
      const proving = coordinator.prove(small.request(1), { signal: stopping.signal });
      await worker.says("taken");
      await other.stop();
      worker.signal("SIGTERM");
      expect(await worker.end()).to.equal(0);
      stopping.abort(new Error("enough"));
      expect(await proving.catch((error: Error) => error.message)).to.equal("enough");
      await coordinator.close();
    } finally {
      await elsewhere.end();
      await other.stop();
    }
  });

  it("goes on after its Redis was started again without anything in it", async () => {
    let other = await RedisServer.start();
    const elsewhere = new Fleet(() => other.url, scratch);
    try {
      const coordinator = await elsewhere.coordinator({ lookInterval: 200 });
      const steps: string[] = [];
      const proving = coordinator.prove(small.request(1), { onProgress: (step) => steps.push(step) });
      await until(() => steps.includes("waiting for a worker"));
      await other.stop();
      await until(() => elsewhere.warnings.some((line) => line.includes("trying again in")));
      other = await RedisServer.start([], other.port);
      await elsewhere.worker({ prover, cacheFolder: path.join(scratch(), "elsewhere") });
      await proving;
      expect(elsewhere.warnings.join()).to.include("Redis answers again");
    } finally {
      await elsewhere.end();
      await other.stop();
    }
  });
});
