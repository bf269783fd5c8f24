import { workloadNames } from "../workload/workload.ts";
import { amountNames } from "./amounts.ts";
import type { RowCost, Settlement } from "./result.ts";

/**
 * What a row more takes: the difference of the settlements of one batch with most and with fewest rows, of shapes that
 * have as many other slots.
 *
 * @param settlements - Of such shapes.
 */
export function rowCosts(settlements: readonly Settlement[]): RowCost[] {
  const single = settlements.filter(({ batches }) => batches === 1);
  return workloadNames.flatMap((workload) =>
    amountNames.flatMap((amounts) => {
      const found = single
        .filter((other) => other.workload === workload && other.amounts === amounts)
        .sort((a, b) => a.rows - b.rows);
      const [few, many] = [found[0], found.at(-1)];
      if (few === undefined || many === undefined || few.rows === many.rows) return [];
      const rows = many.rows - few.rows;
      const calldata = (many.split.calldata - few.split.calldata) / rows;
      const execution = (many.split.execution - few.split.execution) / rows;
      const bytes = (many.rowBytes - few.rowBytes) / rows;
      return [{ workload, amounts, bytes, gas: calldata + execution, calldata, execution }];
    }),
  );
}
