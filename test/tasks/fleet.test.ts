// Batches of a rollup proven by a fleet, by commands: `rollup:prove --queue` in one process, `rollup:prover` in another.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import type { FleetStatus } from "../../plugin/prover/fleet/fleet-status.ts";
import { redisServer } from "../prover/fleet/redis-server.ts";
import { freePort, type Result, Run, startNode } from "./command-line.ts";

const rollupFolder = path.resolve(import.meta.dirname, "../../cache/test-tasks/rollup");
const secret = "the secret of the fleet of these tests, long enough";

describe("the tasks of a proving fleet, on hardhat node", () => {
  const server = redisServer();
  const runs: Run[] = [];
  let folder: string;
  let port: number;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
    port = await freePort();
    runs.push(await startNode(port));
  });

  after(async () => {
    for (const started of runs) await started.kill();
    await rm(folder, { recursive: true, force: true });
    for (const name of ["stores", "proofs", "fleet"]) {
      await rm(path.join(rollupFolder, name), { recursive: true, force: true });
    }
  });

  function start(...args: string[]): Run {
    const started = new Run(args, {
      ROLLUP_TEST_PORT: String(port),
      ROLLUP_TEST_DEPLOYMENTS: path.join(folder, "deployments"),
      HARDHAT_ROLLUP_FLEET_SECRET: secret,
    });
    runs.push(started);
    return started;
  }

  async function succeed(...args: string[]): Promise<string> {
    const { code, stdout, stderr }: Result = await start(...args).end();
    expect(code, `${args.join(" ")}\n${stdout}${stderr}`).to.equal(0);
    return stdout;
  }

  const onLocalhost = ["--network", "localhost"] as const;
  const queue = (): string[] => ["--queue", server().url];
  const status = async (): Promise<FleetStatus> =>
    JSON.parse(await succeed("rollup:prover", ...queue(), "--status", "--json"));

  it("a worker in another process proves the batches, and they settle", async () => {
    const payments = path.join(folder, "payments.csv");
    const people = ["alice", "bob", "carol", "dave"];
    const lines = people.map((name) => `deposit,${name},,ETH,1,,`);
    await writeFile(payments, ["kind,from,to,asset,amount,fee,nonce", ...lines, ""].join("\n"));
    await succeed("rollup:deploy", ...onLocalhost);
    await succeed("rollup:send", payments, ...onLocalhost);
    await succeed("rollup:sequence", ...onLocalhost);

    const worker = start("rollup:prover", ...queue(), "--name", "one", "--workers", "1");
    const output = await succeed("rollup:prove", ...queue(), ...onLocalhost);
    expect(output)
      .to.match(/Proved \d batch/)
      .and.to.include("rollup:settle");
    await worker.prints("done in");
    worker.interrupt();
    const stopped = await worker.end();
    expect(stopped.code).to.equal(130);
    expect(stopped.stdout).to.include("one has joined the fleet");
    expect(stopped.stderr).to.include("given back");
    expect(stopped.stdout + stopped.stderr + output).to.not.include(secret);

    const { workers, jobs } = await status();
    expect(workers).to.have.length(1);
    expect(workers[0]).to.include({ name: "one", state: "gone", failed: 0, done: jobs.done });
    expect(workers[0]?.peakMemoryBytes).to.be.above(1e7);
    expect(jobs).to.include({ waiting: 0, active: 0, setAside: 0 });
    expect(await succeed("rollup:settle", ...onLocalhost)).to.match(/Settled \d batch/);
  });

  it("a status for people, and what can be asked for instead of working", async () => {
    const shown = await succeed("rollup:prover", ...queue(), "--status");
    expect(shown)
      .to.include("set aside")
      .and.to.include("peak MB")
      .and.to.match(/one +gone/);
    expect(await succeed("rollup:prover", ...queue(), "--retry", "all")).to.include("There are none.");
    expect(await succeed("rollup:prover", ...queue(), "--pardon", "one")).to.include("one may join");
    const both = await start("rollup:prover", ...queue(), "--status", "--retry", "all").end();
    expect(both.code).to.equal(1);
    expect(both.stderr).to.include("do not go together");
    const unknown = await start("rollup:prover", ...queue(), "--cancel", "proof-0").end();
    expect(unknown.code).to.equal(1);
    expect(unknown.stderr).to.include("no such job");
  });
});
