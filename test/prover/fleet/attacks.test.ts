import { randomBytes } from "node:crypto";
import { QueueEvents } from "bullmq";
import { expect } from "chai";
import { Redis } from "ioredis";
import { FleetRegistry } from "../../../plugin/prover/fleet/fleet-registry.ts";
import { FleetSecret, type Signed } from "../../../plugin/prover/fleet/fleet-secret.ts";
import { describeRequest } from "../../../plugin/prover/fleet/job-files.ts";
import { proofJobId } from "../../../plugin/prover/fleet/proof-job.ts";
import { proofSystem } from "../../../plugin/prover/proof-systems.ts";
import type { Prover } from "../../../plugin/prover/prover.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { Fleet, KnownProofs, SmallProofs, secret } from "./fixture.ts";
import { redisServer } from "./redis-server.ts";

// Whoever runs Redis reads and writes everything in it, but does not have the fleet's secret.
describe("A proving fleet whose Redis somebody else writes to", function () {
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

  const eventsKey = `hardhat-rollup:1:${secret.fingerprint}:proofs:events`;
  const jobKey = (jobId: string): string => `hardhat-rollup:1:${secret.fingerprint}:proofs:${jobId}`;
  const jobIdOf = async (number: number): Promise<string> =>
    proofJobId((await describeRequest(small.request(number))).content);
  const isValid = async ({ publicSignals, proof }: Awaited<ReturnType<Prover["prove"]>>): Promise<boolean> =>
    await proofSystem("groth16").verify(small.key.verificationKey, publicSignals, proof);

  /** Waits until a job is in a state, as the operator sees it. */
  async function reaches(jobId: string, event: "completed" | "waiting"): Promise<void> {
    const prefix = `hardhat-rollup:1:${secret.fingerprint}`;
    const events = new QueueEvents("proofs", { connection: { url: server().url }, prefix, lastEventId: "0" });
    await new Promise<void>((resolve) => {
      events.on(event, (args: { jobId: string }) => {
        if (args.jobId === jobId) resolve();
      });
    });
    await events.close();
  }

  /** Proves with an honest worker, and then leaves only the finished job in Redis. */
  async function finished(number: number): Promise<{ jobId: string; data: string; returnvalue: string }> {
    const coordinator = await fleet.coordinator();
    await fleet.worker({ prover });
    await coordinator.prove(small.request(number));
    await fleet.end();
    const jobId = await jobIdOf(number);
    const [data, returnvalue] = await redis.hmget(jobKey(jobId), "data", "returnvalue");
    return { jobId, data: data ?? "", returnvalue: returnvalue ?? "" };
  }

  it("a result without a good signature is refused, counted, and the proof is made by a worker", async () => {
    const { jobId, returnvalue } = await finished(1);
    const { content } = JSON.parse(returnvalue) as Signed;
    const forged = [
      { content, signature: "0".repeat(64) },
      { content },
      "garbage",
      null,
      new FleetSecret("another secret, of another fleet altogether").sign("result", JSON.parse(content)),
      { ...(JSON.parse(returnvalue) as Signed), content: content.replace("0x", "0x00") },
    ];
    for (const [position, answer] of forged.entries()) {
      await redis.hset(jobKey(jobId), "returnvalue", JSON.stringify(answer));
      const coordinator = await fleet.coordinator();
      const proving = coordinator.prove(small.request(1));
      await fleet.worker({ prover });
      const result = await proving;
      expect(await isValid(result), `answer ${position}`).to.equal(true);
      expect(fleet.warnings.filter((line) => line.includes("refused:"))).to.have.length(1);
      const refused = await redis.hget(`hardhat-rollup:1:${secret.fingerprint}:refused`, "unsigned");
      expect(Number(refused)).to.equal(position + 1);
      await fleet.end();
    }
  });

  it("a result of another job, or of an earlier round of the same job, is refused", async () => {
    const first = await finished(1);
    const second = await finished(2);
    await redis.hset(jobKey(second.jobId), "returnvalue", first.returnvalue);
    const coordinator = await fleet.coordinator();
    const proving = coordinator.prove(small.request(2));
    await fleet.worker({ prover });
    expect(await isValid(await proving)).to.equal(true);
    expect(fleet.warnings.join()).to.include("for another job");
    await fleet.end();

    await redis.hset(jobKey(second.jobId), "returnvalue", second.returnvalue); // its ticket was another one
    const again = (await fleet.coordinator()).prove(small.request(2));
    await fleet.worker({ prover });
    expect(await isValid(await again)).to.equal(true);
    expect(fleet.warnings.join()).to.include("an earlier round");
  });

  it("a refused proof that is put back again and again is one strike for its worker", async () => {
    const liar: Prover = {
      workers: 1,
      prove: async ({ publicSignals = [] }) => {
        const proof = `0x${randomBytes(256).toString("hex")}`;
        return { proof, publicSignals, backend: "", witnessSeconds: 0, proofSeconds: 0, peakMemoryBytes: 0 };
      },
    };
    const jobId = await jobIdOf(3);
    const lie = async (): Promise<string[]> => {
      const finishing = reaches(jobId, "completed");
      const worker = await fleet.worker({ name: "scapegoat", prover: liar });
      await finishing;
      await worker.stop();
      return (await redis.hmget(jobKey(jobId), "data", "returnvalue")).map(String);
    };
    /** A coordinator asks, until it has refused something. */
    const ask = async (): Promise<void> => {
      await redis.del(eventsKey);
      const stopping = new AbortController();
      const coordinator = await fleet.coordinator();
      const waiting = reaches(jobId, "waiting");
      const proving = coordinator.prove(small.request(3), { signal: stopping.signal });
      await waiting;
      stopping.abort(new Error("enough"));
      expect(await proving.catch((error: Error) => error.message)).to.equal("enough");
    };
    await ask();
    const [data = "", returnvalue = ""] = await lie();
    await ask();
    const registry = new FleetRegistry(await fleet.connection());
    expect(await registry.strikes("scapegoat")).to.equal(1);
    for (let time = 0; time < 3; time++) {
      await redis.del(`hardhat-rollup:1:${secret.fingerprint}:failures:${jobId}`);
      await lie();
      await redis.hset(jobKey(jobId), { data, returnvalue });
      await ask();
    }
    expect(fleet.warnings.filter((line) => line.includes("came again"))).to.have.length(3);
    expect(await registry.strikes("scapegoat")).to.equal(1);
  });

  it("a job that was altered is not worked on: its worker refuses it, and the coordinator puts it right", async () => {
    const jobId = await jobIdOf(4);
    const coordinator = await fleet.coordinator({ lookInterval: 300 });
    const proving = coordinator.prove(small.request(4));
    await reaches(jobId, "waiting");
    const data = JSON.parse((await redis.hget(jobKey(jobId), "data")) ?? "") as Signed;
    const zkey = small.key.zkeyHash;
    const altered = { ...data, content: data.content.replaceAll(zkey, "f".repeat(64)) };
    await redis.hset(jobKey(jobId), "data", JSON.stringify(altered));
    const worker = await fleet.worker({ prover });
    expect(await isValid(await proving)).to.equal(true);
    expect(fleet.warnings.join()).to.include("not the one that was signed");
    expect(worker.record().failed).to.equal(0);
  });

  it("a signed job under another job's name is refused", async () => {
    const first = await finished(1);
    const jobId = await jobIdOf(5);
    const coordinator = await fleet.coordinator({ lookInterval: 300 });
    const proving = coordinator.prove(small.request(5));
    await reaches(jobId, "waiting");
    await redis.hset(jobKey(jobId), "data", first.data);
    await fleet.worker({ prover });
    expect(await isValid(await proving)).to.equal(true);
    expect(fleet.warnings.join()).to.include("not the one that was signed");
  });

  it("a job that nobody signed is refused by workers, and waits for somebody to look", async () => {
    const connection = await fleet.connection();
    await connection.queue.add("proof", { content: "{}", signature: "0".repeat(64) }, { jobId: "proof-x" });
    await fleet.worker({ prover });
    await new Promise<void>((resolve) => {
      const look = async (): Promise<void> => {
        if (await (await connection.queue.getJob("proof-x"))?.isFailed()) resolve();
        else setTimeout(() => void look(), 50);
      };
      void look();
    });
  });

  it("swapped and deleted files are found by hash, stored again, and the proof is made", async () => {
    const jobId = await jobIdOf(6);
    const coordinator = await fleet.coordinator({ lookInterval: 300 });
    const steps: string[] = [];
    const proving = coordinator.prove(small.request(6), { onProgress: (step) => steps.push(step) });
    await reaches(jobId, "waiting");
    const zkeyChunk = `hardhat-rollup:1:${secret.fingerprint}:file:${small.key.zkeyHash}:0`;
    const { length } = (await redis.getBuffer(zkeyChunk)) ?? Buffer.of();
    await redis.set(zkeyChunk, randomBytes(length));
    const { content } = await describeRequest(small.request(6));
    if (!("input" in content.witness)) throw new Error("Inputs are expected.");
    await redis.del(`hardhat-rollup:1:${secret.fingerprint}:file:${content.witness.input.hash}:0`);
    const worker = await fleet.worker({ cacheFolder: `${scratch()}/fresh`, prover });
    expect(await isValid(await proving)).to.equal(true);
    expect(steps.join()).to.include("not in Redis as it should be");
    expect(worker.record()).to.include({ done: 1, failed: 0 });
  });

  it("events that are no events, and lines that steer a terminal, harm nobody", async () => {
    const coordinator = await fleet.coordinator({ lookInterval: 300 });
    const steps: string[] = [];
    const proving = coordinator.prove(small.request(7), { onProgress: (step) => steps.push(step) });
    const jobId = await jobIdOf(7);
    await reaches(jobId, "waiting");
    const message = JSON.stringify({ worker: "w", message: "\u001b[2Jwiped" });
    await redis.xadd(eventsKey, "*", "event", "progress", "jobId", jobId, "data", message);
    await redis.xadd(eventsKey, "*", "event", "progress", "jobId", jobId, "data", "{not JSON");
    await fleet.worker({ prover });
    expect(await isValid(await proving)).to.equal(true);
    expect(steps).to.include("w: [2Jwiped");
  });
});
