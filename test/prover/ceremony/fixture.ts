import path from "node:path";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import {
  applyBeacon,
  type CeremonyResult,
  contribute,
  startCeremony,
} from "../../../plugin/prover/ceremony/contribute.ts";
import type { KeyToMake } from "../../../plugin/prover/ceremony/found-key.ts";
import { inspectPtau } from "../../../plugin/prover/ceremony/ptau-file.ts";
import type { PublishedPtau } from "../../../plugin/prover/ceremony/published-ptau.ts";
import { developmentSecrets } from "../../../plugin/prover/groth16/secrets.ts";
import { writePowersOfTau } from "../powers-of-tau.ts";
import { compileSmallCircuit } from "../small-circuit.ts";

/** What a beacon is made of, and how often it is hashed. */
export const beaconValue = "ab".repeat(32);
export const beaconExponent = 10;

/** A ceremony of a small circuit over powers of tau that the test calls published. */
export interface SmallCeremony {
  readonly circuit: CompiledCircuit;
  readonly ptauPath: string;
  readonly published: readonly PublishedPtau[];
  /** What the checks of this circuit's keys need besides the key. */
  readonly request: KeyToMake;
  /** Before the first contribution. */
  readonly initial: CeremonyResult;
}

export async function smallCeremony(folder: string): Promise<SmallCeremony> {
  const circuit = await compileSmallCircuit(folder);
  const ptauPath = path.join(folder, "8.ptau");
  await writePowersOfTau(ptauPath, 8, developmentSecrets("powers of tau of the test"));
  const { blake2b } = await inspectPtau(ptauPath);
  const published = [{ power: 8, file: "8.ptau", blake2b }];
  const { r1csPath } = circuit;
  const request = {
    name: "small",
    system: "groth16",
    r1csPath,
    ptauPath,
    minContributions: 2,
    published,
  } as const;
  const initial = await startCeremony({ ...request, folder: path.join(folder, "coordinator") });
  return { circuit, ptauPath, published, request, initial };
}

/** The rest of a ceremony: Alice, Bob, and a beacon. */
export async function contributions(from: string) {
  const alice = await contribute({ from, name: "Alice" });
  const bob = await contribute({ from: alice.transcript.zkeyPath, name: "Bob", entropy: "dice: 4 2 6" });
  const beacon = await finish(bob.transcript.zkeyPath);
  return { alice, bob, beacon };
}

/** A beacon. */
export function finish(from: string): Promise<CeremonyResult> {
  return applyBeacon({ from, value: beaconValue, iterationsExponent: beaconExponent });
}
