import path from "node:path";
import { readMeasurement } from "../report/measurement.ts";
import type { SequencerResult } from "../sequencer/result.ts";
import type { Constants, Load } from "./model/constants.ts";
import type { Measured, SequencerClaim } from "./result.ts";

const reportFolder = path.resolve(import.meta.dirname, "..", "..", "docs", "report");

/** What the model takes from measurements; the sequencer's throughput from the report, if it is there. */
export async function constantsOf(
  { sequencer, proving, verification }: Measured,
  loads: readonly Load[],
  cores: number,
): Promise<Constants> {
  const { slope, intercept } = proving.clockModel;
  const largest = verification.points.reduce((a, b) => (a.constraints > b.constraints ? a : b));
  return {
    sequencer: (await reportedThroughput()) ?? throughputOf(sequencer),
    prover: {
      proof: { slope, intercept: Math.max(0, intercept) },
      witnessSecondsPerConstraint: largest.witnessSeconds / largest.constraints,
      cores,
    },
    settlement: verification.settlementGas,
    loads,
  };
}

async function reportedThroughput(): Promise<Constants["sequencer"] | undefined> {
  const measurement = await readMeasurement(reportFolder, "sequencer");
  const tps = (measurement?.result as Partial<SequencerResult> | undefined)?.tps;
  if (tps === undefined) return undefined;
  return { tps, measuredBy: "measured by `npm run bench -- sequencer`, 100,000 accounts, random" };
}

/** Of the longest load, until all of it is sealed. */
function throughputOf({ points }: SequencerClaim): Constants["sequencer"] {
  const longest = points.reduce((a, b) => (a.transactions > b.transactions ? a : b));
  return {
    tps: longest.transactions / longest.seconds,
    measuredBy: `measured here, ${longest.transactions.toLocaleString("en")} random transfers until sealed`,
  };
}
