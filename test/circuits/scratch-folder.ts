import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** A folder for the files of one mocha suite, removed when the suite ends. */
export function scratchFolder(): () => string {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return () => folder;
}
