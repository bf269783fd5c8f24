import { parseArgs } from "node:util";
import { type ShapeName, shapeNames } from "./shapes.ts";

/** Those that prove; the simulated one does not. */
export const systemNames = ["groth16", "plonk", "fflonk"] as const;
export type SystemName = (typeof systemNames)[number];

/** A circuit: the batch circuit of a shape, or a chain of hashes that fills `2^power` rows. */
export type Target = ShapeName | number;

/** What is measured one after another. */
export interface Case {
  readonly target: Target;
  readonly system: SystemName;
}

export interface ProveOptions {
  readonly cases: readonly Case[];
  /** Undefined: as many as roundsOf says. */
  readonly rounds: number | undefined;
  /** Whether the built-in prover takes the arithmetic of processors without fused multiply-add. */
  readonly narrow: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Within ten minutes on two cores. PLONK and FFLONK are snarkjs' in both columns: the smallest circuit will do. */
const standardCases: readonly Case[] = [
  { target: "smallest", system: "groth16" },
  { target: "smallest", system: "plonk" },
  { target: "smallest", system: "fflonk" },
  { target: "tiny", system: "groth16" },
  { target: "dev", system: "groth16" },
  { target: "busy", system: "groth16" },
];

const [leastPower, mostPower] = [10, 20];

/** Turns of both sides: one tells of a program and itself what there is to tell, in a minute or two. */
export function roundsOf(system: SystemName): number {
  return system === "groth16" ? 3 : 1;
}

/** @throws If there is something that it does not take, with what it takes. */
export function parseOptions(given: readonly string[]): ProveOptions {
  const { values, positionals } = parse(given);
  const targets = positionals.map(targetOf);
  const systems = values.systems?.split(",").map(systemOf);
  const { narrow, json, help } = values;
  if (narrow && systems !== undefined && !systems.includes("groth16")) {
    throw new Error(`--narrow is about Groth16 alone: --systems=${values.systems} given.`);
  }
  return {
    cases: casesOf(targets, systems),
    rounds: values.rounds === undefined ? undefined : positive(values.rounds),
    narrow,
    json,
    help,
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        systems: { type: "string" },
        rounds: { type: "string" },
        narrow: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `${message}\nPowers, shapes, --systems, --rounds, --narrow, --json and --help are what it takes.`,
    );
  }
}

function casesOf(targets: readonly Target[], systems: readonly SystemName[] | undefined): readonly Case[] {
  if (targets.length === 0) {
    if (systems === undefined) return standardCases;
    return standardCases.filter(({ system }) => systems.includes(system));
  }
  return targets.flatMap((target) => (systems ?? ["groth16"]).map((system) => ({ target, system })));
}

function targetOf(text: string): Target {
  const shape = shapeNames.find((name) => name === text);
  if (shape !== undefined) return shape;
  const power = Number(text);
  if (/^\d+$/.test(text) && power >= leastPower && power <= mostPower) return power;
  throw new Error(
    `A power from ${leastPower} to ${mostPower} or any of ${shapeNames.join(", ")} is expected, "${text}" given.`,
  );
}

function systemOf(text: string): SystemName {
  const system = systemNames.find((name) => name === text);
  if (system !== undefined) return system;
  throw new Error(
    `--systems: some of ${systemNames.join(", ")}, separated by commas, are expected, "${text}" given.`,
  );
}

function positive(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`--rounds: a whole number of at least 1 is expected, "${text}" given.`);
}
