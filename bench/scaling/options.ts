import { parseArgs } from "node:util";
import { oneOf, wholeNumber } from "../measure/option-values.ts";
import { workloadNames } from "../workload/workload.ts";
import type { Parameters } from "./model/parameters.ts";

export interface ScalingOptions {
  readonly parameters: Parameters;
  /** A file that this bench printed, whose measurements are taken instead of new ones. */
  readonly from: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** Mainnet as of 2026, see model/published.ts. */
const standard = {
  provers: "1,10,100,1000,10000",
  workload: workloadNames.join(","),
  "gas-limit": "60000000",
  blobs: "14",
  share: "0.1",
  batches: "8",
  tps: "14000000",
};

/** @throws If there is something that it does not take, with what it takes. */
export function parseOptions(given: readonly string[]): ScalingOptions {
  const { values } = parse(given);
  const list = (text: string): string[] => text.split(",").filter((part) => part !== "");
  const provers = list(values.provers).map((text) => wholeNumber("--provers", text, 1));
  const workloads = list(values.workload).map((text) => oneOf("--workload", workloadNames, text));
  if (provers.length === 0 || workloads.length === 0) {
    throw new Error("There is nothing to reckon with without provers and workloads.");
  }
  return {
    parameters: {
      provers,
      workloads,
      gasLimit: wholeNumber("--gas-limit", values["gas-limit"], 1),
      blobs: wholeNumber("--blobs", values.blobs, 1),
      share: share(values.share),
      batchesPerSettlement: wholeNumber("--batches", values.batches, 1),
      targetTps: wholeNumber("--tps", values.tps, 1),
    },
    from: values.from,
    json: values.json,
    help: values.help,
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      options: {
        provers: { type: "string", default: standard.provers },
        workload: { type: "string", default: standard.workload },
        "gas-limit": { type: "string", default: standard["gas-limit"] },
        blobs: { type: "string", default: standard.blobs },
        share: { type: "string", default: standard.share },
        batches: { type: "string", default: standard.batches },
        tps: { type: "string", default: standard.tps },
        from: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new Error(
      `${(error as Error).message}\n--provers and --workload (lists with commas), --gas-limit, --blobs, --share, --batches, --tps, --from, --json and --help are what it takes.`,
    );
  }
}

function share(text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text) && value > 0 && value <= 1) return value;
  throw new Error(`--share takes a number above 0, at most 1: ${text} given.`);
}
