// Claim: a sequencer's work is linear in the number of transactions.

import type { WorkRow } from "../../sequencer/work-by-transactions.ts";
import { fitPower } from "../fit.ts";
import type { SequencerClaim } from "../result.ts";
import { isNear, slopeText } from "./words.ts";

/** @param points - All on the same accounts. */
export function sequencerClaim(accounts: number, points: readonly WorkRow[]): SequencerClaim {
  const exponent = fitPower(
    points.map(({ transactions, processorSeconds }) => ({ x: transactions, y: processorSeconds })),
  );
  return {
    claim: "a sequencer's work is linear in transactions",
    bar: "slope of log-log 1.0 ± 0.1",
    measured: slopeText(exponent),
    holds: isNear(exponent.slope, 1),
    accounts,
    exponent,
    points,
  };
}
