// That an attack is refused says little if something else would refuse it anyway. So each one is tried on a circuit
// without the constraint that stops it, and has to succeed there. Every constraint takes a compilation, minutes for
// all, so this runs only when asked for: npm run soundness.

import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { calculateWitness } from "../../../plugin/circuits/calculate-witness.ts";
import { compileCircuit } from "../../../plugin/circuits/compile.ts";
import { mainComponent } from "../../../plugin/circuits/shapes.ts";
import { type Constraint, circuitsFolder, placesOf, sourceOf } from "./attack.ts";
import { batchAttacks } from "./batch-attacks.ts";
import { circuitInput } from "./commitment.ts";
import { shape } from "./scenarios.ts";
import { tally } from "./tally.ts";

if (process.env.SOUNDNESS === "full") describe("Without the constraint that stops them", attackAll);

function attackAll(): void {
  const attacks = Object.values(batchAttacks).flat();
  const keyOf = ({ file, statements, others = [] }: Constraint): string =>
    [`${file}: ${statements.join(" ")}`, ...others.map(keyOf)].join(", ");
  const constraints = new Map(attacks.map(({ stoppedBy }) => [keyOf(stoppedBy), stoppedBy]));
  tally.add("attacks without the constraint that stops them", {
    attacks: attacks.length,
    "constraints taken out": constraints.size,
  });
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "attacks-"));
  });

  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  for (const [key, constraint] of constraints) {
    it(key, async () => {
      const wasmPath = await compileWithout(constraint);
      for (const { name, build } of attacks.filter(({ stoppedBy }) => keyOf(stoppedBy) === key)) {
        try {
          await calculateWitness(wasmPath, circuitInput(build()));
        } catch (error) {
          throw new Error(`Something else refuses it too: ${name}`, { cause: error });
        }
      }
    });
  }

  /** The batch circuit with a constraint's statements taken out. */
  async function compileWithout(constraint: Constraint): Promise<string> {
    const altered = path.join(folder, "circuits");
    await cp(circuitsFolder, altered, { recursive: true });
    for (const part of [constraint, ...(constraint.others ?? [])]) {
      const removed = new Set(placesOf(part).map(({ line }) => line));
      const lines = sourceOf(part.file).split("\n");
      const rest = lines.map((text, position) => (removed.has(position + 1) ? "" : text));
      await writeFile(path.join(altered, part.file), rest.join("\n"));
    }
    const { wasmPath } = await compileCircuit({
      source: mainComponent(shape),
      name: "weakened",
      includePaths: [altered],
      outputFolder: folder,
      optimization: "O1",
    });
    return wasmPath;
  }
}
