// What it costs to fill the L1 queue, and what that does to everybody else: `npm run bench -- queue-attack`.
//
// The attacker queues forced exits for a week, as many as his budget buys, against a prover who takes a spacing for each
// entry: the slowest that is supported. He pays gas, fees and surcharges by the contract's own formulas; a sequencer who
// attacks gets the fees back when it settles. His own blocks do not raise the base fee here, which favours him.

import { parseArgs } from "node:util";
import { feeOf, gasOfEntry, QueueModel, surchargeOf } from "./measure/queue-model.ts";

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    period: { type: "string", default: "604800" },
    spacing: { type: "string", default: "60" },
    operations: { type: "string", default: "8" },
    gwei: { type: "string", default: "1" },
    "block-gas": { type: "string", default: "60000000" },
  },
});
const times = { period: Number(values.period), spacing: Number(values.spacing) };
const baseFee = Number(values.gwei) * 1e9;
const week = 7 * 24 * 3_600;
const blockSeconds = 12;
/** Gas of a forced exit, from test/contracts/rollup-gas.test.ts, and of one that burns a surcharge as well. */
const requestGas = 65_000;
const perBlock = Math.floor(Number(values["block-gas"]) / requestGas);
const fee = feeOf(gasOfEntry(Number(values.operations)), baseFee);
const ether = (wei: number): string => (wei / 1e18).toPrecision(3);
const days = (seconds: number): string => (seconds / 86_400).toFixed(2);

type Attack = {
  readonly entries: number;
  /** Wei: what is spent on gas and surcharges, and what is credited to whoever settles. */
  readonly gas: number;
  readonly surcharges: number;
  readonly fees: number;
  /** Most entries that waited at a time. */
  readonly longest: number;
  /** What somebody else paid at most for an exit, in wei, and had to wait at most until it was due, in seconds. */
  readonly dearest: number;
  readonly latest: number;
  /** Whether a deadline passed although the prover kept pace. */
  readonly frozen: boolean;
};

/** Plays a week of blocks in which the attacker keeps `target` entries waiting, as far as blocks have room. */
function attack(target: number): Attack {
  const queue = new QueueModel(times);
  let [entries, gas, surcharges, fees, longest, dearest, latest, proven] = [0, 0, 0, 0, 0, 0, 0, 0];
  let frozen = false;
  for (let now = 0; now <= week; now += blockSeconds) {
    // The prover has had a spacing for each entry since the queue was not empty.
    if (queue.waiting === 0) proven = now;
    while (queue.waiting > 0 && proven + times.spacing <= now) {
      proven += times.spacing;
      if ((queue.deadline() ?? 0) < now) frozen = true;
      queue.settle(now, 1);
    }
    for (let count = 0; count < perBlock && queue.waiting < target; count++) {
      surcharges += surchargeOf(fee, queue.waiting);
      gas += requestGas * baseFee;
      fees += fee;
      entries++;
      queue.push(now);
    }
    longest = Math.max(longest, queue.waiting);
    dearest = Math.max(dearest, fee + surchargeOf(fee, queue.waiting));
    // Where an honest exit would stand; it is not queued, so that the week is the attacker's alone.
    const last = queue.deadline(queue.waiting - 1) ?? 0;
    latest = Math.max(latest, Math.max(times.period, last + times.spacing - now));
  }
  return { entries, gas, surcharges, fees, longest, dearest, latest, frozen };
}

console.log(
  `period ${days(times.period)} days, spacing ${times.spacing} s, base fee ${values.gwei} gwei, fee of an entry ${ether(fee)} ETH\n`,
);
console.log(
  "kept waiting | ETH lost at once | in the week | by the sequencer | others pay ETH | others wait days | frozen",
);
const perPeriod = times.period / times.spacing;
for (const share of [0.01, 0.1, 0.25, 0.5, 1, 2]) {
  const result = attack(Math.round(share * perPeriod));
  const sequencer = result.gas + result.surcharges;
  let atOnce = 0;
  for (let n = 0; n < result.longest; n++) atOnce += requestGas * baseFee + fee + surchargeOf(fee, n);
  console.log(
    [
      String(result.longest).padStart(12),
      ether(atOnce).padStart(16),
      ether(sequencer + result.fees).padStart(11),
      ether(sequencer).padStart(16),
      ether(result.dearest).padStart(14),
      days(result.latest).padStart(16),
      result.frozen ? "yes" : "no",
    ].join(" | "),
  );
}
// Every block full of requests for a week, whatever it costs: the surcharge of entry n is fee·(n − 32)/16.
const all = perBlock * Math.floor(week / blockSeconds);
const surcharge = (fee / 16) * (all ** 2 / 2);
console.log(
  `\nEvery block of the week full of requests: ${all.toLocaleString("en")} entries, ${ether(surcharge)} ETH of surcharges alone.`,
);
