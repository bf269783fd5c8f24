import type { TopLevelSpec } from "vega-lite";
import { blobSettlementGas, reservePriceRatio, rowsPerBlob } from "../blob/blob-model.ts";
import type { GasResult } from "../result.ts";

const shownRatios: readonly number[] = [reservePriceRatio, 1, 4, 16];

/** Gas a row of a batch in calldata and in a blob, by the blob's price. A model, as the page says. */
export function blobPlot({ blob }: GasResult): TopLevelSpec {
  const withoutRows = blob.withoutRows.find(({ batches }) => batches === 1)?.gas ?? Number.NaN;
  const costs = { withoutRows, part: blob.part.gas };
  const single = blob.breakEven.filter(
    ({ batches, priceRatio }) => batches === 1 && shownRatios.includes(priceRatio),
  );
  const gasPerRow = single[0]?.gasPerRow ?? Number.NaN;
  const counts = Array.from({ length: 17 }, (_, step) => Math.round(16 * 2 ** (step / 2)));
  const points = counts
    .filter((rows) => rows <= rowsPerBlob)
    .flatMap((rows) => [
      { rows, gas: withoutRows / rows + gasPerRow, where: "calldata" },
      ...single.map(({ priceRatio }) => ({
        rows,
        gas: blobSettlementGas(costs, 1, priceRatio) / rows,
        where: `blob, its gas at ${priceRatio} × gas`,
      })),
    ]);
  return {
    width: 560,
    height: 340,
    data: { values: points },
    mark: { type: "line", point: { size: 18 } },
    encoding: {
      x: { field: "rows", type: "quantitative", scale: { type: "log", base: 2 }, title: "rows of a batch" },
      y: {
        field: "gas",
        type: "quantitative",
        scale: { type: "log", nice: false },
        title: "settling one batch: price of a row, in gas",
      },
      color: { field: "where", type: "nominal", title: "rows in", sort: null, legend: { labelLimit: 250 } },
    },
  };
}
