// A process of its own whose files must not grow beyond a limit: it goes through a load until the disk is full, says so,
// waits until it is told that there is room again, and goes on. Arguments: the store's folder, the load's file.

import { once } from "node:events";
import { readFileSync, writeSync } from "node:fs";
import { SequencerError } from "../../../plugin/sequencer/errors.ts";
import { type Load, openBoth, run } from "./load.ts";

// Test runners load every file below test/.
if (process.argv[1] === import.meta.filename) await main();

async function main(): Promise<void> {
  const [folder = "", file = ""] = process.argv.slice(2);
  const load = JSON.parse(readFileSync(file, "utf8")) as Load;
  const opened = await openBoth(folder);
  const { sequencer, store } = opened;
  const say = (line: string): void => void writeSync(1, `${line}\n`);
  try {
    await run(opened, load, 9, say);
  } catch (error) {
    if (!(error instanceof SequencerError)) throw error;
    say(error.code);
  }
  const [status, progress] = [sequencer.status(), store.progress];
  await once(process.stdin, "data");
  const isSame = JSON.stringify([sequencer.status(), store.progress]) === JSON.stringify([status, progress]);
  say(isSame ? "as before" : "changed");
  await run(opened, load, 9, say);
  await sequencer.seal();
  say("through");
  await sequencer.close();
  await store.close();
  process.stdin.destroy();
}
