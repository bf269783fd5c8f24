// A worker in a process of its own. Arguments: a WorkerProcessOptions in JSON. It prints what it does, a line each; the
// secret is in its environment.

import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { FleetSecret } from "../../../plugin/prover/fleet/fleet-secret.ts";
import { FleetWorker } from "../../../plugin/prover/fleet/fleet-worker.ts";
import type { Lease } from "../../../plugin/prover/fleet/policy.ts";
import { secretVariable } from "../../../plugin/prover/fleet/secret-variable.ts";
import { prove } from "../../../plugin/prover/prove.ts";
import type { Prover } from "../../../plugin/prover/prover.ts";

export type WorkerProcessOptions = {
  readonly url: string;
  readonly name: string;
  readonly cacheFolder: string;
  readonly lease: Lease;
  /** `slow` keeps each finished proof for two seconds; `garbage` returns random bytes as proofs. */
  readonly mode: "honest" | "slow" | "garbage";
};

const provers: Record<WorkerProcessOptions["mode"], Prover["prove"]> = {
  honest: async (request, options) => await prove(request, { ...options, multiThread: false }),
  slow: async (request, options) => {
    const result = await prove(request, { ...options, multiThread: false });
    await setTimeout(2_000, undefined, { signal: options?.signal });
    return result;
  },
  garbage: async ({ publicSignals = [] }) => {
    const proof = `0x${randomBytes(256).toString("hex")}`;
    return { proof, publicSignals, backend: "dice", witnessSeconds: 0, proofSeconds: 0, peakMemoryBytes: 0 };
  },
};

// Test runners load every file below test/.
if (process.argv[1] === import.meta.filename) await work(JSON.parse(process.argv[2] ?? ""));

async function work({ mode, ...options }: WorkerProcessOptions): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const proveHere: Prover["prove"] = (request, proveOptions) =>
    provers[mode](request, { ...proveOptions, onProgress: (step) => say(`step ${step}`) });
  const worker = await FleetWorker.start({
    ...options,
    secret: new FleetSecret(process.env[secretVariable] ?? ""),
    prover: { workers: 1, prove: proveHere },
    onEvent: say,
    onWarning: say,
  });
  say("started");
  process.once("SIGTERM", () => void worker.stop());
  await worker.ended.catch((error: Error) => {
    say(`ended: ${error.name}`);
    process.exitCode = 1;
  });
}
