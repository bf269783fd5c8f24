// How the rollup scales: whether work grows as it should, and what that makes of throughput:
//
//   npm run bench -- scaling [--provers 1,10,…] [--workload random,zipf,merchant] [--gas-limit n] [--blobs n]
//                            [--share 0.1] [--batches n] [--tps n] [--from file] [--json]
//
// First what is measured and fitted: a sequencer's work by transactions, proofs by constraints, gas of verification by
// batch size, published bytes by accounts touched. Then the model, an estimate from those: transfers a second by the
// number of provers, and what `--tps` takes (14 million). `--share` is what the rollup gets of L1's gas and blobs, `--batches`
// how many of its batches settle in a transaction. `--from` takes the measurements from what `--json` printed before, or from
// docs/report/data/scaling.json, and so answers other questions at once.

import os from "node:os";
import { usage } from "./measure/usage.ts";
import { constantsOf } from "./scaling/constants-of.ts";
import { earlierResult } from "./scaling/earlier-result.ts";
import { measureAll } from "./scaling/measure.ts";
import type { Load } from "./scaling/model/constants.ts";
import { measureLoads } from "./scaling/model/loads.ts";
import { model } from "./scaling/model/model.ts";
import { parseOptions } from "./scaling/options.ts";
import { printText } from "./scaling/print.ts";
import type { ScalingResult } from "./scaling/result.ts";
import { workloadNames } from "./workload/workload.ts";

const options = parseOptions(process.argv.slice(2));
if (options.help) console.log(usage(import.meta.filename));
else {
  const result = await run();
  if (options.json) console.log(JSON.stringify(result, undefined, 2));
  else printText(result);
}

async function run(): Promise<ScalingResult> {
  const { parameters, from } = options;
  if (from !== undefined) {
    const earlier = await earlierResult(from);
    return { ...earlier, model: model(earlier.model.constants, parameters) };
  }
  const onProgress = (message: string): void => console.error(message);
  const measured = await measureAll(onProgress);
  const loads = workloadNames.flatMap((workload): Load[] => {
    onProgress(`batches of the workload ${workload}`);
    return measureLoads(workload);
  });
  const cores = os.availableParallelism();
  const constants = await constantsOf(measured, loads, cores);
  return { cores, measured, model: model(constants, parameters) };
}
