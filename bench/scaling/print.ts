import { rounded } from "../measure/seconds.ts";
import type { ScalingResult } from "./result.ts";

/** Claims, throughput by provers and layers, as lines of text. */
export function printText({ measured, model }: ScalingResult): void {
  const { sequencer, proving, verification, bytes } = measured;
  for (const { claim, bar, measured: found, holds } of [sequencer, proving, verification, bytes]) {
    console.log(`${holds ? "holds" : "DOES NOT HOLD"}: ${claim}\n  bar: ${bar}\n  measured: ${found}`);
  }
  const rows = Map.groupBy(model.throughput, ({ workload, shape, data }) => `${workload}, ${shape}, ${data}`);
  for (const [name, row] of rows) {
    const cells = row.map(
      ({ provers, tps, bottleneck }) => `${provers} provers ${rounded(tps)}/s (${bottleneck})`,
    );
    console.log(`${name}, ${Math.round(row[0]?.gasPerTransfer ?? 0)} gas each: ${cells.join(", ")}`);
  }
  for (const { targetTps, load, rollups, provers, mostTpsOnL1, transfersPerRow } of model.layers) {
    console.log(
      `${targetTps} transfers/s, ${load.workload}: ${rollups} rollups, ${provers} provers of batches; all rows on L1 up to ` +
        `${rounded(mostTpsOnL1)}/s, or if ${rounded(transfersPerRow)} transfers share a row`,
    );
  }
}
