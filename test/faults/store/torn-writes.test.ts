import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { decodeTransaction } from "../../../plugin/protocol/transaction.ts";
import { Random } from "../../circuits/random-batch.ts";
import { audit } from "./audit.ts";
import { makeLoad, type Opened, openBoth, run } from "./load.ts";

const attempts = process.env.FAULTS === "all" ? 60 : 6;

const pageBytes = 4_096;
/** The first two pages say which pages count; a commit writes one of them last, when all else is on disk. */
const metaPages = 2;

describe("A write that is torn by a failure of power", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hardhat-rollup-torn-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function closeBoth({ store, sequencer }: Opened): Promise<void> {
    await sequencer.close();
    await store.close();
  }

  it("leaves the store as it was before, whichever of its pages have got to the disk", async function () {
    this.timeout(attempts * 30_000);
    const load = makeLoad(8, 3);
    const [first = [], ...others] = load.groups;
    const home = path.join(folder, "store");
    const file = path.join(home, "data.mdb");
    const opened = await openBoth(home);
    const acknowledged: string[] = [];
    await run(opened, { groups: [first] }, 5, (id) => acknowledged.push(id));
    const before = await readFile(file);
    const { revision } = opened.store.progress;
    // One group is one commit.
    const submissions = await opened.sequencer.submitAll(others.flat().map(decodeTransaction));
    expect(submissions.filter((submission) => "id" in submission).length).to.be.greaterThan(10);
    const after = await readFile(file);
    await closeBoth(opened);

    const changed: number[] = [];
    for (let page = metaPages; page * pageBytes < after.length; page++) {
      const bytes = [before, after].map((content) =>
        content.subarray(page * pageBytes, (page + 1) * pageBytes),
      );
      if (!bytes[0]?.equals(bytes[1] as Buffer)) changed.push(page);
    }
    expect(changed.length).to.be.greaterThan(5);

    const random = new Random(11);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const torn = Buffer.alloc(after.length);
      before.copy(torn);
      for (const page of changed) {
        if (random.below(3) === 0) continue;
        // A page itself may be torn in the middle, too.
        const end = random.below(4) === 0 ? pageBytes / 2 : pageBytes;
        after.copy(torn, page * pageBytes, page * pageBytes, page * pageBytes + end);
      }
      const copy = path.join(folder, `torn-${attempt}`);
      await mkdir(copy);
      await writeFile(path.join(copy, "data.mdb"), torn);
      const reopened = await openBoth(copy);
      expect(reopened.store.progress.revision).to.equal(revision);
      audit(reopened, acknowledged);
      await run(reopened, load, attempt, () => {});
      audit(reopened, acknowledged);
      await closeBoth(reopened);
    }
  });
});
