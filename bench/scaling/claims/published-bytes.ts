// Claim: what a batch publishes is linear in the accounts that it touches, however often they move. Exact.

import { packRows } from "../../../plugin/protocol/packed-rows.ts";
import type { RegisteredShape } from "../../../plugin/sequencer/records.ts";
import { sealedBatches } from "../../gas/sealed-batches.ts";
import { workloadNames } from "../../workload/workload.ts";
import { fitLine, fitPower, type Point } from "../fit.ts";
import type { BytesClaim, BytesPoint } from "../result.ts";
import { isNear, slopeText } from "./words.ts";

const accounts = 100_000;
const batchSizes = [32, 64, 128, 256, 512, 1_024, 2_048];
/** In the order of a batch's slots, nothing but transfers. */
const firstBatch = 1_000;

/** Batches with an account slot for each sender and recipient, so that what is pending goes in as it arrived. */
export function measurePublishedBytes(sizes: readonly number[] = batchSizes): BytesPoint[] {
  return workloadNames.flatMap((workload) =>
    sizes.map((transfers) => {
      const crowd = { workload, amounts: "round", accounts } as const;
      const [batch] = sealedBatches(crowd, roomyShape(transfers), 1, firstBatch);
      if (batch === undefined) throw new Error("Nothing was sealed.");
      const bytes = packRows(batch.rows).length / 2 - 1;
      return { workload, transfers: batch.sealed.transactions.length, rows: batch.rows.length, bytes };
    }),
  );
}

export function publishedBytesClaim(points: readonly BytesPoint[]): BytesClaim {
  const byRows: Point[] = points.map(({ rows, bytes }) => ({ x: rows, y: bytes }));
  const [exponent, line] = [fitPower(byRows), fitLine(byRows)];
  return {
    claim: "published bytes are linear in touched accounts",
    bar: "slope of log-log 1.0 ± 0.1",
    measured: `${slopeText(exponent)}; ${line.slope.toFixed(2)} bytes for each account, R² ${line.rSquared.toFixed(4)}`,
    holds: isNear(exponent.slope, 1),
    exponent,
    line,
    points,
  };
}

function roomyShape(transactions: number): RegisteredShape {
  return {
    name: "roomy",
    id: `0x${"00".repeat(32)}`,
    shape: {
      depth: 12,
      transactions,
      accounts: 2 * transactions + 1,
      operations: 1,
      exits: 1,
      fees: 1,
      applications: 0,
    },
  };
}
