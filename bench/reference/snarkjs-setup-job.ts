// snarkjs' own way to a Groth16 key: powers of tau with one contribution, prepared, then a key with one.

import path from "node:path";
import { curves, powersOfTau, zKey } from "snarkjs";
import { serveJob } from "../../plugin/circuits/background-job.ts";

export interface SnarkjsSetupJob {
  readonly r1csPath: string;
  /** log2 of the circuit's domain. */
  readonly power: number;
  /** For its files. */
  readonly folder: string;
}

/** Seconds of each step. */
export type SnarkjsSetupSeconds = Readonly<Record<string, number>>;

serveJob<SnarkjsSetupJob, SnarkjsSetupSeconds>(async ({ r1csPath, power, folder }, report) => {
  const file = (name: string): string => path.join(folder, name);
  const entropy = "a benchmark needs no secret";
  const curve = await curves.getCurveFromName("bn128");
  const steps: readonly (readonly [name: string, run: () => Promise<unknown>])[] = [
    ["powersoftau new", () => powersOfTau.newAccumulator(curve, power, file("new.ptau"))],
    [
      "powersoftau contribute",
      () => powersOfTau.contribute(file("new.ptau"), file("contributed.ptau"), "bench", entropy),
    ],
    [
      "powersoftau prepare phase2",
      () => powersOfTau.preparePhase2(file("contributed.ptau"), file("prepared.ptau")),
    ],
    ["groth16 setup", () => zKey.newZKey(r1csPath, file("prepared.ptau"), file("initial.zkey"))],
    ["zkey contribute", () => zKey.contribute(file("initial.zkey"), file("key.zkey"), "bench", entropy)],
  ];
  const seconds: Record<string, number> = {};
  for (const [name, run] of steps) {
    report(name);
    const started = performance.now();
    await run();
    seconds[name] = (performance.now() - started) / 1000;
  }
  return seconds;
});
