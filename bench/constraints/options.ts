import { parseArgs } from "node:util";
import { builtInShapes } from "../../plugin/circuits/shapes.ts";
import { oneOf, wholeNumber } from "../measure/option-values.ts";
import { type WorkloadName, workloadNames } from "../workload/workload.ts";
import type { Simulations } from "./measure-workloads.ts";

type ShapeName = keyof typeof builtInShapes;

export interface ConstraintsOptions extends Simulations {
  /** Built-in shapes that are compiled to check the formula. */
  readonly shapes: readonly ShapeName[];
  readonly json: boolean;
  readonly help: boolean;
}

const whatItTakes =
  "--shapes, --workload, --accounts, --depths, --powers (each a list with commas), --json and --help are what it takes.";
/** Sealing needs one account that takes the fees, and merchants somebody who pays them. */
const fewestAccounts = 5;
const mostAccounts = 4 ** 12 - 1;

/** @throws If there is something that it does not take, with what it takes. */
export function parseOptions(given: readonly string[]): ConstraintsOptions {
  const { values } = parse(given);
  const list = (text: string): string[] => text.split(",").filter((part) => part !== "");
  const shapeNames = Object.keys(builtInShapes) as ShapeName[];
  return {
    shapes: list(values.shapes).map((text) => oneOf<ShapeName>("--shapes", shapeNames, text)),
    workloads: list(values.workload).map((text) => oneOf<WorkloadName>("--workload", workloadNames, text)),
    populations: list(values.accounts).map((text) =>
      wholeNumber("--accounts", text, fewestAccounts, mostAccounts),
    ),
    depths: list(values.depths).map((text) => wholeNumber("--depths", text, 12, 16)),
    powers: list(values.powers).map((text) => wholeNumber("--powers", text, 16, 22)),
    json: values.json,
    help: values.help,
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      options: {
        shapes: { type: "string", default: "tiny,dev" },
        workload: { type: "string", default: workloadNames.join(",") },
        accounts: { type: "string", default: "1000,100000,1000000" },
        depths: { type: "string", default: "12,16" },
        powers: { type: "string", default: "16,17,18,19,20,21,22" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${whatItTakes}`);
  }
}
