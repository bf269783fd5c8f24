// Multi-scalar multiplication in one thread, ours against ffjavascript's, in turns on the same points and scalars:
//
//   npm run bench -- msm [power...] [--narrow] [--json]
//
// `--narrow` takes the arithmetic of processors without fused multiply-add. `ratio` is the least of all rows', of
// medians; `processorRatio` is that of the time that the processor spent, which other work on the machine changes little.

import { bestRepresentation, type Representation } from "../plugin/prover/curve/field/best-field.ts";
import { OneThread, Reference, type Sum } from "../test/prover/curve/msm/one-thread.ts";
import { randomPoints, randomScalars } from "../test/prover/curve/msm/random-points.ts";
import { median, rounded } from "./measure/seconds.ts";

interface Row {
  readonly group: "g1" | "g2";
  readonly power: number;
  readonly seconds: number;
  readonly ffjavascriptSeconds: number;
  readonly ratio: number;
  readonly processorRatio: number;
}

const rounds = 3;
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
const thread = new OneThread(representation);
const reference = await Reference.load();
const rows: Row[] = [];
for (const group of ["g1", "g2"] as const) {
  for (const power of powers.length > 0 ? powers.map(Number) : [14, 16, 17]) {
    const row = await measure(group, power);
    rows.push(row);
    if (!json) console.log(lineOf(row));
  }
}
const ratio = Math.min(...rows.map((row) => row.ratio));
if (json) console.log(JSON.stringify({ ratio, representation, rows }, undefined, 2));

async function measure(group: "g1" | "g2", power: number): Promise<Row> {
  const count = 2 ** power;
  const points = await randomPoints(group, count, power);
  const scalars = randomScalars(count, power + 1);
  const prepared = thread.prepare(group, points, scalars);
  const ours: Times = { wall: [], processor: [] };
  const theirs: Times = { wall: [], processor: [] };
  // The first multiplication compiles, on both sides.
  prepared.multiply();
  await reference.multiply(group, points.subarray(0, points.length >> 4), scalars.subarray(0, 2 * count));
  for (let round = 0; round < rounds; round++) {
    const sum = await timed(ours, async () => prepared.multiply());
    const expected = await timed(theirs, () => reference.multiply(group, points, scalars));
    if (String(sum) !== String(expected))
      throw new Error(`The sums differ: ${sum}, and ${expected} expected.`);
  }
  return {
    group,
    power,
    seconds: rounded(median(ours.wall)),
    ffjavascriptSeconds: rounded(median(theirs.wall)),
    ratio: rounded(median(theirs.wall) / median(ours.wall)),
    processorRatio: rounded(median(theirs.processor) / median(ours.processor)),
  };
}

interface Times {
  readonly wall: number[];
  readonly processor: number[];
}

async function timed(times: Times, work: () => Promise<Sum>): Promise<Sum> {
  const before = process.cpuUsage();
  const started = performance.now();
  const sum = await work();
  times.wall.push((performance.now() - started) / 1000);
  const { user, system } = process.cpuUsage(before);
  times.processor.push((user + system) / 1e6);
  return sum;
}

function lineOf(row: Row): string {
  return (
    `${row.group}, 2^${row.power} points: ${row.seconds} s, ffjavascript ${row.ffjavascriptSeconds} s, ` +
    `${row.ratio} times as fast (${row.processorRatio} by processor time)`
  );
}
