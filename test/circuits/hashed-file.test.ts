import { createHash } from "node:crypto";
import { rename, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { currentHash } from "../../plugin/circuits/hashed-file.ts";
import { scratchFolder } from "./scratch-folder.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("currentHash", () => {
  const scratch = scratchFolder();

  it("is the present content's, whatever was there before and whenever that was", async () => {
    const file = path.join(scratch(), "file");
    await writeFile(file, "first");
    expect(await currentHash(file)).to.equal(sha256("first"));
    await writeFile(file, "other");
    expect(await currentHash(file)).to.equal(sha256("other"));

    // From then on it may remember.
    await setTimeout(2_100);
    for (const text of ["other", "third", "fourth"]) {
      await writeFile(file, text);
      expect(await currentHash(file)).to.equal(sha256(text));
      expect(await currentHash(file)).to.equal(sha256(text));
    }
  });

  it("is read again of a file that was changed, though size and time are what they were", async () => {
    const file = path.join(scratch(), "file");
    await writeFile(file, "first");
    await setTimeout(2_100);
    for (let look = 0; look < 2; look++) expect(await currentHash(file)).to.equal(sha256("first"));
    const { atime, mtime } = await stat(file);
    await writeFile(file, "other");
    await utimes(file, atime, mtime);
    expect(await currentHash(file)).to.equal(sha256("other"));

    await writeFile(`${file}.new`, "third");
    await utimes(`${file}.new`, atime, mtime);
    await rename(`${file}.new`, file);
    expect(await currentHash(file)).to.equal(sha256("third"));
  });

  it("says of a file that is not there what reading it would say", async () => {
    const failure = await currentHash(path.join(scratch(), "nothing")).catch((error: Error) => error);
    expect(failure).to.have.property("code", "ENOENT");
  });
});
