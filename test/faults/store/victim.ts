// A process of its own that goes through a load and says which transactions have been acknowledged, until it is killed.
// Arguments: the store's folder, the load's file, a seed, and, if it is to kill itself, before which operation on the
// database. Without that it says in the end how many there were.

import { readFileSync, writeSync } from "node:fs";
import { countOperations } from "./boundaries.ts";
import { type Load, openBoth, run } from "./load.ts";

// Test runners load every file below test/.
if (process.argv[1] === import.meta.filename) await main();

async function main(): Promise<void> {
  const [folder = "", file = "", seed = "", boundary] = process.argv.slice(2);
  const load = JSON.parse(readFileSync(file, "utf8")) as Load;
  const operations = boundary === undefined ? undefined : countOperations(Number(boundary));
  const opened = await openBoth(folder);
  await run(opened, load, Number(seed), (id) => writeSync(1, `${id}\n`));
  await opened.sequencer.close();
  await opened.store.close();
  if (operations !== undefined) writeSync(1, `operations ${operations()}\n`);
}
