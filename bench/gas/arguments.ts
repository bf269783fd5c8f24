import { type WorkloadName, workloadNames } from "../workload/workload.ts";

export const usage = `Usage: npm run bench -- gas [${workloadNames.join(" | ")} …] [--json]
  Gas of settlements by shape and by who pays whom. Default: all workloads.
  --json  one JSON document on stdout in place of lines`;

export interface GasArguments {
  readonly workloads: readonly WorkloadName[];
  readonly json: boolean;
}

/** @returns The usage if it is asked for, or what is wrong with the arguments. */
export function parseGasArguments(given: readonly string[]): GasArguments | string {
  if (given.includes("--help")) return usage;
  const isWorkload = (argument: string): argument is WorkloadName =>
    (workloadNames as readonly string[]).includes(argument);
  const unknown = given.filter((argument) => argument !== "--json" && !isWorkload(argument));
  if (unknown.length > 0) return `Unknown: ${unknown.join(", ")}\n${usage}`;
  const workloads = workloadNames.filter((name) => given.includes(name));
  return { workloads: workloads.length === 0 ? workloadNames : workloads, json: given.includes("--json") };
}
