// Constraints, compiled and simulated: of every kind of slot by depth; of circomlib's templates that peers' circuits are
// made of; and of a transfer, by how often accounts repeat:
//
//   npm run bench -- constraints [--shapes tiny,dev,busy,standard] [--workload random,zipf,merchant]
//                                [--accounts n,…] [--depths 12,16] [--powers 16,…,22] [--json]
//
// `--shapes`: built-in shapes to compile besides small circuits, to check the formula that all other figures use; tiny
// and dev by default, busy takes minutes, standard a quarter of an hour. What was compiled once is in the cache.
// `--accounts`, `--depths` and `--powers`: between how many accounts transfers are, the trees' depths, and the domains 2^k for
// which the best shape is looked for: as many account slots as let most transfers into a batch. Batches are sealed by
// the sequencer's own code.

import { slotCosts } from "../plugin/circuits/constraint-count.ts";
import { equalAccounts, hermezParts, loopringParts } from "./constraints/compare-peers.ts";
import { toolchain } from "./constraints/compile.ts";
import { isExact, measureCircuits } from "./constraints/measure-circuits.ts";
import { measureWorkloads } from "./constraints/measure-workloads.ts";
import { type ConstraintsOptions, parseOptions } from "./constraints/options.ts";
import type { ConstraintsResult } from "./constraints/result.ts";
import { elementShare, slotCost, slotKinds } from "./constraints/slot-cost.ts";
import { usage } from "./measure/usage.ts";

const slotDepths = [5, 8, 10, 12, 14, 16];

const options = parseOptions(process.argv.slice(2));
if (options.help) {
  console.log(usage(import.meta.filename));
} else {
  const result = await measure(options);
  if (options.json) console.log(JSON.stringify(result, undefined, 2));
}

async function measure(options: ConstraintsOptions): Promise<ConstraintsResult> {
  const { circuits, depth, parts } = await measureCircuits(options.shapes, progress);
  const formulaIsExact = isExact(circuits);
  for (const { name, compiled, formula } of circuits) {
    say(`${name}: ${compiled} constraints, by the formula ${formula}`);
  }
  if (!formulaIsExact) throw new Error("The formula is wrong: plugin/circuits/constraint-count.ts.");
  const slots = slotDepths.flatMap((level) =>
    slotKinds.map((kind) => ({ kind, depth: level, constraints: slotCost(kind, level) })),
  );
  for (const { kind, depth: level, constraints } of slots) {
    say(`${kind} slot at depth ${level}: ${constraints.toFixed(1)}`);
  }
  const hermez = hermezParts(parts);
  say(`Hermez: ${hermez.explained.toFixed(0)} of ${hermez.published} are circomlib's templates`);
  const workloads = measureWorkloads(options, progress);
  for (const row of workloads) {
    const { workload, population, backlog, shapeName, shape, constraintsPerTransfer, hermezRatio } = row;
    say(
      `${workload}, ${population} accounts, backlog ${backlog}, depth ${shape.depth}, ${shapeName}: ${Math.round(constraintsPerTransfer)} a transfer, ${hermezRatio.toFixed(2)} times less than Hermez`,
    );
  }
  return {
    toolchain: toolchain(),
    circuits,
    formulaIsExact,
    slots,
    spongeStep: slotCosts.spongeStep,
    publishedElement: elementShare() + 1,
    fixed: slotCosts.fixed,
    depth,
    parts,
    hermez,
    loopring: loopringParts(parts),
    equalAccounts: [5, 8, 12, 16].map(equalAccounts),
    workloads,
  };
}

function say(text: string): void {
  if (!options.json) console.log(text);
}

function progress(text: string): void {
  console.error(text);
}
