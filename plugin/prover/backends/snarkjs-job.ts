// One proof by snarkjs, in a process of its own.

import { fflonk, groth16, plonk } from "snarkjs";
import { serveJob } from "../../circuits/background-job.ts";
import { fileKinds, type HashedFile, readHashed } from "../../circuits/hashed-file.ts";
import type { WitnessSource } from "./backend.ts";
import { readWitness } from "./witness-source.ts";

const proofSystems = { groth16, plonk, fflonk };

export interface SnarkjsRequest {
  readonly system: keyof typeof proofSystems;
  readonly key: HashedFile;
  readonly witness: WitnessSource;
  /** Whether snarkjs may use all cores. */
  readonly multiThread: boolean;
}

export interface SnarkjsResult {
  /** In the system's own form. */
  readonly proof: unknown;
  readonly publicSignals: readonly string[];
  readonly witnessSeconds: number;
  readonly proofSeconds: number;
  readonly peakMemoryBytes: number;
}

serveJob<SnarkjsRequest, SnarkjsResult>(async (request, report) => {
  const started = performance.now();
  report("witness");
  const witness = await readWitness(request.witness);
  const computed = performance.now();
  const key = await readHashed(fileKinds.provingKey, request.key);
  let stage = "";
  const note = (message: string): void => {
    const now = stageOf(message);
    if (now === undefined || now === stage) return;
    stage = now;
    report(stage);
  };
  const logger = {
    debug: note,
    info: note,
    warn(): void {},
    error(): void {},
  };
  const { proof, publicSignals } = await proofSystems[request.system].prove(
    { type: "mem", data: key },
    { type: "mem", data: witness },
    logger,
    { singleThread: !request.multiThread },
  );
  return {
    proof,
    publicSignals,
    witnessSeconds: (computed - started) / 1000,
    proofSeconds: (performance.now() - computed) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
});

/** snarkjs' log lines, as steps that somebody who waits can tell apart. */
function stageOf(message: string): string | undefined {
  if (/^Building ABC|^QAP/.test(message)) return "constraints";
  if (/FFT_[ABC]/.test(message)) return "transforms";
  const round = /^> ROUND (\d)/.exec(message)?.[1];
  if (round !== undefined) return `round ${round} of 5`;
  return /multiexp (A|B1|B2|C|H)\b/i.exec(message)?.[0].toLowerCase();
}
