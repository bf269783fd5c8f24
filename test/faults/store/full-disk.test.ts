import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { audit } from "./audit.ts";
import { makeLoad, openBoth } from "./load.ts";

const program = fileURLToPath(new URL("full-disk-victim.ts", import.meta.url));

describe("A disk that is full", () => {
  let folder: string;
  let victim: ChildProcess;

  before(function () {
    // A limit on the size of files makes a disk of any size full, and only Linux can lift it again.
    if (process.platform !== "linux") this.skip();
  });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hardhat-rollup-full-"));
  });

  afterEach(async () => {
    victim.kill();
    await rm(folder, { recursive: true });
  });

  it("has transactions refused, loses none that was acknowledged, and is got over once there is room", async function () {
    this.timeout(120_000);
    const load = makeLoad(60, 4);
    const file = path.join(folder, "load.json");
    const store = path.join(folder, "store");
    await writeFile(file, JSON.stringify(load));
    victim = spawn(
      "/bin/sh",
      ["-c", `ulimit -S -f 160; exec "$0" "$@"`, process.execPath, program, store, file],
      {
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    const lines = createInterface({ input: victim.stdout as NodeJS.ReadableStream });
    const acknowledged: string[] = [];
    const said: string[] = [];
    for await (const line of lines) {
      if (line.startsWith("0x")) acknowledged.push(line);
      else said.push(line);
      if (line === "UNWRITABLE_STORE") {
        expect(acknowledged.length).to.be.greaterThan(0);
        await promisify(execFile)("prlimit", [`--pid=${victim.pid}`, "--fsize=unlimited"]);
        victim.stdin?.write("go on\n");
      }
    }
    if (victim.exitCode === null) await once(victim, "close");
    expect(victim.exitCode).to.equal(0);
    expect(said).to.deep.equal(["UNWRITABLE_STORE", "as before", "through"]);

    const opened = await openBoth(store);
    audit(opened, acknowledged);
    expect(opened.sequencer.status()).to.include({ pendingTransactions: 0, waitingTransactions: 0 });
    await opened.sequencer.close();
    await opened.store.close();
  });
});
