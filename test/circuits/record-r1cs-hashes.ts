// `npm run r1cs-hashes`: writes r1cs-hashes.json anew, and says what changed. With `--check` it writes nothing, and
// fails if anything changed: the tests do so for the small shapes only.

import { writeFile } from "node:fs/promises";
import {
  compiledHash,
  hashesFile,
  type R1csRecord,
  recordedHashes,
  recordedShapes,
  toolchain,
} from "./r1cs-hashes.ts";

async function recordHashes(): Promise<void> {
  const checksOnly = process.argv.includes("--check");
  const before = await recordedHashes().catch(() => undefined);
  const shapes: Record<string, R1csRecord> = {};
  let changes = 0;
  for (const name of recordedShapes) {
    console.log(`${name}: compiling${name === "busy" ? ", which takes minutes" : ""}`);
    const after = await compiledHash(name);
    const known = before?.shapes[name];
    const same = known?.sha256 === after.sha256;
    console.log(
      `${name}: ${after.constraints} constraints, ${after.sha256}, ${same ? "as it was" : `was ${known?.sha256 ?? "not recorded"}`}`,
    );
    shapes[name] = after;
    if (!same) changes++;
  }
  if (!checksOnly) {
    await writeFile(hashesFile, `${JSON.stringify({ ...toolchain(), shapes }, undefined, 2)}\n`);
  } else if (changes > 0) {
    console.error(`${changes} of ${recordedShapes.length} changed.`);
    process.exitCode = 1;
  }
}

// Mocha loads every file below test/.
if (process.argv[1] === import.meta.filename) await recordHashes();
