// The transforms of a Groth16 proof in one thread, ours against ffjavascript's, in turns on the same values: from a
// polynomial's values on the domain to those at the odd points, twice a transform of the domain's size:
//
//   npm run bench -- transforms [power...] [--narrow] [--json]
//
// `--narrow` takes the arithmetic of processors without fused multiply-add. `ratio` is the least of all rows', of
// medians of the time that the processor spent, which other work on the machine changes little.

import { fieldOrder } from "../plugin/protocol/field.ts";
import {
  bestRepresentation,
  type Representation,
  vectorFieldOf,
} from "../plugin/prover/curve/field/best-field.ts";
import { CosetTransform } from "../plugin/prover/groth16/coset-transform.ts";
import { ReferenceTransform } from "../test/prover/groth16/reference-transform.ts";
import { ScalarInstance } from "../test/prover/groth16/scalar-instance.ts";
import { median, rounded } from "./measure/seconds.ts";

interface Row {
  readonly power: number;
  readonly processorSeconds: number;
  readonly ffjavascriptProcessorSeconds: number;
  readonly ratio: number;
}

const rounds = 5;
const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const powers = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
if (
  flags.some((flag) => flag !== "--json" && flag !== "--narrow") ||
  powers.some((power) => !/^\d+$/.test(power))
) {
  throw new Error(`Powers, --narrow and --json are what it takes: ${process.argv.slice(2).join(" ")} given.`);
}
const representation: Representation = flags.includes("--narrow") ? "narrow doubles" : bestRepresentation();
const json = flags.includes("--json");
const reference = await ReferenceTransform.load();
const rows: Row[] = [];
for (const power of powers.length > 0 ? powers.map(Number) : [14, 16, 17]) {
  const row = await measure(power);
  rows.push(row);
  if (!json) {
    const { processorSeconds, ffjavascriptProcessorSeconds, ratio } = row;
    console.log(
      `2^${power}: ${processorSeconds} s against ${ffjavascriptProcessorSeconds} s of ffjavascript: ${ratio} times as fast`,
    );
  }
}
const ratio = Math.min(...rows.map((row) => row.ratio));
if (json) console.log(JSON.stringify({ ratio, representation, rows }, undefined, 2));

async function measure(power: number): Promise<Row> {
  const field = vectorFieldOf(representation, fieldOrder);
  const values = Array.from({ length: 2 ** power }, (_, index) => (BigInt(index) << 230n) % fieldOrder);
  const instance = new ScalarInstance(
    field,
    2 ** power * (2.5 * field.elementBytes + field.pairBytes) + 2 ** 20,
  );
  const transform = new CosetTransform(instance.call, field, {
    power,
    twiddles: instance.allocate(CosetTransform.twiddleBytes(field, power)),
    constants: instance.allocate(CosetTransform.constantBytes(field)),
  });
  transform.fillTables(instance.memory);
  const vector = instance.storeVector(values);
  const elements = await reference.elements(values);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await processorSeconds(async () => transform.run(vector)));
    theirs.push(await processorSeconds(() => reference.run(elements)));
  }
  return {
    power,
    processorSeconds: rounded(median(ours)),
    ffjavascriptProcessorSeconds: rounded(median(theirs)),
    ratio: rounded(median(theirs) / median(ours)),
  };
}

async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
