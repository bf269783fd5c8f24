// Proofs by the built-in prover, one after the other, in a process that keeps the key of the last one.

import type { JobMessage } from "../../circuits/background.ts";
import { fileIdentity, fileKinds, type HashedFile, readHashed } from "../../circuits/hashed-file.ts";
import { Groth16Prover } from "../groth16/groth16-prover.ts";
import type { WitnessSource } from "./backend.ts";
import { prepareProgram, readWitness } from "./witness-source.ts";

export interface BuiltinRequest {
  readonly key: HashedFile;
  readonly witness: WitnessSource;
  /** Whether all cores may work on it. */
  readonly multiThread: boolean;
}

export interface BuiltinResult {
  /** In snarkjs' JSON. */
  readonly proof: unknown;
  readonly publicSignals: readonly string[];
  readonly witnessSeconds: number;
  readonly proofSeconds: number;
  /** Of the process, since it was started. */
  readonly peakMemoryBytes: number;
}

/** What a process is asked for: a proof; or nothing, but that a key and a witness program are ready for one. */
export type BuiltinMessage =
  | { readonly request: BuiltinRequest }
  | { readonly prepare: { readonly key: HashedFile; readonly program: HashedFile } };

/** A key that is ready, and which file it was read from. */
let loaded: { readonly identity: string; readonly prover: Groth16Prover } | undefined;

process.once("disconnect", () => process.exit(1));
process.on("message", (message: BuiltinMessage) => {
  last = last.then(() => ("request" in message ? answer(message.request) : prepare(message.prepare)));
});

/** What was asked for last: one thing is done at a time. */
let last: Promise<void> = Promise.resolve();

async function answer(request: BuiltinRequest): Promise<void> {
  const send = (message: JobMessage<BuiltinResult>): void => void process.send?.(message);
  try {
    const result = await prove(request, (message) => send({ type: "progress", message }));
    send({ type: "done", result });
  } catch (error) {
    const { message, name } = error instanceof Error ? error : new Error(String(error));
    send({ type: "failed", message, errorName: name });
  }
}

/** What goes wrong goes wrong again when there is something to prove, and is told then. */
async function prepare({ key, program }: { key: HashedFile; program: HashedFile }): Promise<void> {
  await Promise.allSettled([prepareProgram(program), proverOf(key, () => undefined)]);
}

async function prove(request: BuiltinRequest, report: (message: string) => void): Promise<BuiltinResult> {
  const started = performance.now();
  report("witness");
  const witness = await readWitness(request.witness);
  const computed = performance.now();
  const prover = await proverOf(request.key, report);
  const options = { onProgress: report, threads: request.multiThread ? undefined : 1 };
  const { proof, publicSignals } = await prover.prove(witness, options);
  return {
    proof,
    publicSignals,
    witnessSeconds: (computed - started) / 1000,
    proofSeconds: (performance.now() - computed) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** The prover of a key: the one that is there, unless its file was touched since. */
async function proverOf(key: HashedFile, report: (message: string) => void): Promise<Groth16Prover> {
  const identity = JSON.stringify([key, await fileIdentity(key.path)]);
  if (loaded?.identity === identity) return loaded.prover;
  await loaded?.prover.close();
  loaded = undefined;
  report("key");
  const prover = await Groth16Prover.load(await readHashed(fileKinds.provingKey, key));
  loaded = { identity, prover };
  return prover;
}
