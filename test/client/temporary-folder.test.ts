import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { temporaryFolder } from "../../plugin/client/temporary-folder.ts";

describe("temporaryFolder", () => {
  let parent: string;
  before(async () => {
    parent = await mkdtemp(path.join(tmpdir(), "temporary-folder-"));
  });
  after(() => rm(parent, { recursive: true, force: true }));

  it("is another one each time, and gone once removed", async () => {
    const [one, two] = await Promise.all([temporaryFolder(parent, "a-"), temporaryFolder(parent, "a-")]);
    expect(await readdir(parent)).to.have.members([path.basename(one.folder), path.basename(two.folder)]);
    await one.remove();
    await two.remove();
    expect(await readdir(parent)).to.deep.equal([]);
  });

  it("goes with a process that does not remove it, whether all went well or not", async () => {
    const module = new URL("../../plugin/client/temporary-folder.ts", import.meta.url).href;
    const make = `const { temporaryFolder } = await import(${JSON.stringify(module)});
      const made = await temporaryFolder(${JSON.stringify(parent)}, "b-"); console.log(made.folder);`;
    const run = async (code: string): Promise<string> =>
      await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code]).then(
        ({ stdout }) => stdout,
        (error: { stdout: string }) => error.stdout,
      );
    for (const code of [make, `${make} throw new Error("no");`, `${make} process.exit(130);`]) {
      expect(await run(code)).to.include(path.join(parent, "b-"));
      expect(await readdir(parent)).to.deep.equal([]);
    }
  });
});
