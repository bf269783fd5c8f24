import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { Random } from "../../circuits/random-batch.ts";
import { audit } from "./audit.ts";
import { Victim } from "./kills.ts";
import { type Load, makeLoad, openBoth, run } from "./load.ts";

/** All of them with `npm run faults`; otherwise as many as take half a minute. */
const all = process.env.FAULTS === "all";
const kills = all ? 200 : 8;
/** Every so many operations one is fatal. */
const stride = all ? 1 : 55;

describe("A store whose process is killed", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hardhat-rollup-faults-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function write(load: Load): Promise<string> {
    const file = path.join(folder, "load.json");
    await writeFile(file, JSON.stringify(load));
    return file;
  }

  /** Looks at a store after a kill. */
  async function check(store: string, acknowledged: Iterable<string>, goesOn?: Load): Promise<void> {
    const opened = await openBoth(store);
    try {
      audit(opened, acknowledged);
      if (goesOn === undefined) return;
      const all = new Set(acknowledged);
      await run(opened, goesOn, 1, (id) => all.add(id));
      await opened.sequencer.seal();
      audit(opened, all);
      expect(opened.store.transactions.count).to.equal(0);
    } finally {
      await opened.sequencer.close();
      await opened.store.close();
    }
  }

  it(`at ${kills} random moments under load has lost nothing and done nothing twice`, async function () {
    this.timeout(kills * 20_000);
    const random = new Random(7);
    const load = makeLoad(48, 1);
    const file = await write(load);
    let killed = 0;
    for (let round = 0; killed < kills; round++) {
      const store = path.join(folder, `store-${round}`);
      const acknowledged = new Set<string>();
      // A store lives through several kills, until its load is through.
      for (let isThrough = false; !isThrough && killed < kills; ) {
        const victim = new Victim(store, file, round);
        await victim.killAfter(random.below(120));
        isThrough = !(await victim.end());
        if (!isThrough) killed++;
        for (const id of victim.acknowledged) acknowledged.add(id);
        await check(store, acknowledged);
      }
      await check(store, acknowledged, load);
    }
    console.info(`      ${killed} kills at random moments`);
  });

  it("at each boundary of a write has lost nothing and done nothing twice", async function () {
    this.timeout(3_600_000);
    const load = makeLoad(6, 2);
    const file = await write(load);
    const counting = new Victim(path.join(folder, "count"), file, 3, 0);
    expect(await counting.end()).to.equal(false);
    const { operations } = counting;
    expect(operations).to.be.greaterThan(100);
    let killed = 0;
    for (let boundary = 1; boundary <= operations; boundary += stride) {
      const store = path.join(folder, `store-${boundary}`);
      const victim = new Victim(store, file, 3, boundary);
      if (await victim.end()) killed++;
      await check(store, victim.acknowledged, load);
      await rm(store, { recursive: true });
    }
    expect(killed).to.equal(Math.ceil(operations / stride));
    console.info(`      ${killed} kills at ${operations} boundaries of writes`);
  });
});
