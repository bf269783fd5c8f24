import { readdir } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { resumeStore } from "../../../plugin/operator/node/resume.ts";
import { DeepReorg } from "../../../plugin/settlement/chain/errors.ts";
import { rejection } from "../../settlement/rejection.ts";
import { Fork, mineBlocks } from "./branches.ts";
import { fails, failures } from "./faults.ts";
import { confirmations } from "./operator.ts";
import { setting } from "./setting.ts";

describe("resumeStore", () => {
  const load = setting();

  it("rebuilds a store that is gone, which then goes on", async () => {
    const given = load();
    const before = await given.start();
    await given.deposit(5n);
    await mineBlocks(confirmations);
    await before.follower.step();
    await before.sealAndProve();
    await before.settler.settle();
    await given.deposit(6n, 2);
    await mineBlocks(confirmations);
    await before.stop();
    const folder = path.join(given.folder, "two");
    const seen: number[] = [];
    const resumed = await resumeStore(before.l1, folder, {
      onBatch: ({ batchNumber }) => seen.push(batchNumber),
    });
    expect(resumed).to.deep.include({ adopted: [1], settled: [], entries: 1, movedTo: undefined });
    expect(seen).to.deep.equal([1]);
    expect(await resumeStore(before.l1, folder)).to.deep.include({ adopted: [], settled: [], entries: 0 });
    const after = await given.start({ store: "two" });
    expect(await after.sealAndProve()).to.deep.equal([2]);
    await after.settler.settle();
    expect(await after.l1.batchCount()).to.equal(2);
  });

  it("begins anew beside a store that contradicts L1, and keeps that", async () => {
    const given = load();
    const before = await given.start();
    const fork = await Fork.here();
    await fork.branch(confirmations + 1, 1, () => given.deposit(5n));
    await before.follower.step();
    await before.stop();
    await fork.branch(confirmations + 1, 2, () => given.deposit(6n));
    const folder = path.join(given.folder, "one");
    const error = await rejection(resumeStore(before.l1, folder));
    expect(error).to.be.instanceOf(DeepReorg);
    expect(error.message).to.include("rollup:sync --rebuild");
    const { movedTo, entries } = await resumeStore(before.l1, folder, { rebuild: true });
    expect(entries).to.equal(1);
    expect(movedTo).to.match(/-until-20[-0-9TZ]+$/);
    expect(await readdir(path.join(folder, "stores"))).to.have.length(2);
    const after = await given.start();
    expect(await after.follower.step()).to.include({ entries: 0 });
    expect(after.store.entries.get(0)?.operation).to.include({ amount: 6n });
  });

  it("tries again where the node fails for a moment", async () => {
    const given = load();
    const before = await given.start();
    await given.deposit(5n);
    await mineBlocks(confirmations);
    given.node.misbehave(fails(/./, failures["HTTP 500"](), 2));
    const resumed = await resumeStore(before.l1, path.join(given.folder, "two"));
    expect(resumed.entries).to.equal(1);
  });
});
