import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { writeDeployment } from "../../../plugin/settlement/deployment.ts";
import { ethers } from "../../settlement/connection.ts";
import { account } from "../../settlement/fixture.ts";
import { Fork, mineBlocks } from "./branches.ts";
import type { Request } from "./misbehaving-node.ts";
import { confirmations } from "./operator.ts";
import { type Setting, setting } from "./setting.ts";

const script = fileURLToPath(new URL("settle-process.ts", import.meta.url));

/** All moments, or a few of them and those around the broadcast. */
const isComplete = process.env.FAULTS === "all";

describe("A process that settles, killed at each of its requests to L1", () => {
  const load = setting();

  /** Two proven batches that have not settled, the second of them behind the first one's settlement. */
  async function prepare({ deployment, deposit, start, folder }: Setting) {
    const operator = await start();
    for (const amount of [1n, 2n]) {
      await deposit(amount);
      await mineBlocks(confirmations);
      await operator.follower.step();
      await operator.sealAndProve();
    }
    await operator.settler.settle({ upTo: 1 });
    await operator.stop();
    const file = path.join(folder, "deployment.json");
    await writeDeployment(file, deployment);
    await cp(path.join(folder, "one"), path.join(folder, "kept"), { recursive: true });
    return { file, fork: await Fork.here() };
  }

  /** Starts the process, and kills it when it asks for something, before or after that is passed on. */
  async function run({ node, folder }: Setting, file: string, kill?: { at: number; passes: boolean }) {
    const requests: Request[] = [];
    let child: ChildProcess | undefined;
    node.misbehave(async (request, chain) => {
      const isLast = kill !== undefined && requests.length === kill.at;
      requests.push(request);
      if (isLast && !kill.passes) child?.kill("SIGKILL");
      const answer = isLast && !kill.passes ? undefined : await chain(request);
      if (isLast) child?.kill("SIGKILL");
      return answer;
    });
    child = spawn(process.execPath, [script, node.url, folder, file], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [code] = (await once(child, "exit")) as [number | null];
    node.behave();
    return { code, requests };
  }

  it("doubles nothing, leaves no gap, and settles the batches that it has", async function () {
    this.timeout(1_200_000);
    const given = load();
    const { file, fork } = await prepare(given);
    const before = await ethers.provider.getTransactionCount(await account(0));
    const topics = [ethers.id("BatchSettled(uint256,uint256,bytes32,uint256,uint256)")];
    const expectSettledOnce = async (moment: string): Promise<void> => {
      const { rollup } = given.deployment;
      const logs = await ethers.provider.getLogs({ address: rollup, topics, fromBlock: 0 });
      expect(
        logs.map((log) => Number(log.topics[1])),
        moment,
      ).to.deep.equal([1, 2]);
      expect(await ethers.provider.getTransactionCount(await account(0)), moment).to.equal(before + 1);
    };
    const restore = async (): Promise<void> => {
      await rm(path.join(given.folder, "one"), { recursive: true });
      await cp(path.join(given.folder, "kept"), path.join(given.folder, "one"), { recursive: true });
      await fork.branch(0, 1);
    };
    const { code, requests } = await run(given, file);
    expect(code).to.equal(0);
    await expectSettledOnce("without a kill");
    const broadcast = requests.findIndex(({ method }) => method === "eth_sendRawTransaction");
    expect(broadcast).to.be.greaterThan(0);
    const chosen = [0, broadcast - 1, broadcast, broadcast + 1, requests.length - 1];
    let kills = 0;
    for (const [at, { method }] of requests.entries()) {
      for (const passes of [false, true]) {
        if (!isComplete && !(chosen.includes(at) && (passes || at === broadcast))) continue;
        await restore();
        const killed = await run(given, file, { at, passes });
        // Where there are as many requests as before: clocks differ.
        if (killed.code === null) kills++;
        const moment = `killed ${passes ? "after" : "before"} request ${at}, ${method}`;
        const after = await given.start();
        await after.settler.settle();
        await expectSettledOnce(moment);
        await mineBlocks(confirmations);
        await after.follower.step();
        expect(after.store.settledBatch, moment).to.equal(2);
        await after.stop();
      }
    }
    console.log(`      killed ${kills} times, at ${requests.length} requests`);
    expect(kills).to.be.greaterThan(isComplete ? requests.length : 3);
  });
});
