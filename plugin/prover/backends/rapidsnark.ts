// rapidsnark (https://github.com/iden3/rapidsnark) is iden3's native Groth16 prover. Its command line is
// `prover <circuit.zkey> <witness.wtns> <proof.json> <public.json>`, and it tells no version: the binary's hash does.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { JobError, jobFile, runInBackground } from "../../circuits/background.ts";
import { assertUnchanged, fileKinds, hashFile } from "../../circuits/hashed-file.ts";
import type { Facts } from "../../protocol/facts.ts";
import { withFacts } from "../../protocol/facts.ts";
import { proofSystem } from "../proof-systems.ts";
import type { Backend, BackendOptions, BackendProof, ProofRequest } from "./backend.ts";
import { ProofRequestError } from "./backend.ts";
import { peakMemory } from "./peak-memory.ts";
import { failure } from "./snarkjs.ts";

/** Where rapidsnark is, and which one. */
export interface RapidsnarkConfig {
  /** Of the executable `prover`. */
  readonly path: string;
  /** SHA-256 of that file, hex: rapidsnark tells no version. */
  readonly sha256: string;
}

/** Proves with a rapidsnark that is installed already. It always uses all cores. */
export function rapidsnark(config: RapidsnarkConfig): Backend {
  return {
    name: "rapidsnark",
    systems: ["groth16"],
    // Not measured: it was not at hand.
    assumedBytes: (_system, keyBytes) => 350e6 + 5 * keyBytes,
    prove: (request, options) => proveWith(config, request, options),
  };
}

async function proveWith(
  config: RapidsnarkConfig,
  { key, witness }: ProofRequest,
  options: BackendOptions = {},
): Promise<BackendProof> {
  await assertBinary(config);
  const started = performance.now();
  const bytes = await witnessBytes(key.name, witness, options);
  const computed = performance.now();
  const folder = await mkdtemp(path.join(tmpdir(), "hardhat-rollup-rapidsnark-"));
  try {
    const file = (name: string): string => path.join(folder, name);
    await writeFile(file("witness.wtns"), bytes, { mode: 0o600 });
    await assertKey({ path: key.zkeyPath, hash: key.zkeyHash });
    options.onProgress?.("rapidsnark");
    const names = ["witness.wtns", "proof.json", "public.json"].map(file);
    const peakMemoryBytes = await run(config.path, [key.zkeyPath, ...names], options.signal);
    return {
      proof: proofSystem(key.system).encodeProof(withProtocol(await readJson(file("proof.json")))),
      publicSignals: ((await readJson(file("public.json"))) as string[]).map(BigInt),
      witnessSeconds: (computed - started) / 1000,
      proofSeconds: (performance.now() - computed) / 1000,
      peakMemoryBytes,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws HardhatPluginError if the binary is not there, or not the configured one. */
async function assertBinary({ path: file, sha256 }: RapidsnarkConfig): Promise<void> {
  let found: string;
  try {
    found = await hashFile(file);
  } catch (error) {
    throw refused("rapidsnark's binary cannot be read.", {
      file,
      problem: (error as Error).message,
      "what to do": "install rapidsnark, and set rollup.prover.rapidsnark.path to its prover",
    });
  }
  if (found === sha256.toLowerCase()) return;
  throw refused("rapidsnark's binary is not the configured one.", {
    file,
    "expected SHA-256": sha256,
    found,
    "what to do":
      "install that version again; or, if you trust this one, set rollup.prover.rapidsnark.sha256 to its hash",
  });
}

async function assertKey(file: { readonly path: string; readonly hash: string }): Promise<void> {
  try {
    await assertUnchanged(fileKinds.provingKey, file);
  } catch (error) {
    throw new ProofRequestError((error as Error).message, error as Error);
  }
}

async function witnessBytes(
  circuit: string,
  witness: ProofRequest["witness"],
  { onProgress, signal }: BackendOptions,
): Promise<Uint8Array> {
  try {
    const job = jobFile(import.meta.url, "witness-job");
    return await runInBackground<Uint8Array>(job, witness, { onProgress, signal });
  } catch (error) {
    throw error instanceof JobError ? failure(circuit, error) : error;
  }
}

/** Runs to the end, or to its end when aborted. Returns the largest resident size, in bytes; 0 where nobody tells. */
async function run(binary: string, args: readonly string[], signal?: AbortSignal): Promise<number> {
  signal?.throwIfAborted();
  const child = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"] });
  const stop = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  const memory = peakMemory(child.pid);
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  try {
    const end = await new Promise<string | undefined>((resolve) => {
      child.on("error", (error) => resolve(error.message));
      child.on("close", (code, killedBy) => {
        resolve(code === 0 ? undefined : killedBy === null ? `exit code ${code}` : `signal ${killedBy}`);
      });
    });
    signal?.throwIfAborted();
    if (end !== undefined)
      throw refused("rapidsnark failed.", { file: binary, end, "its words": errors.trim() || "none" });
    return memory.stop();
  } finally {
    memory.stop();
    signal?.removeEventListener("abort", stop);
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    // Releases differ in whether a zero byte follows the text.
    return JSON.parse((await readFile(file, "utf8")).replace(/\0+$/, ""));
  } catch (error) {
    throw refused("rapidsnark wrote no readable result.", {
      file: path.basename(file),
      problem: (error as Error).message,
    });
  }
}

/** rapidsnark leaves the curve out. */
function withProtocol(proof: unknown): unknown {
  return typeof proof === "object" ? { curve: "bn128", ...proof } : proof;
}

function refused(sentence: string, facts: Facts): HardhatPluginError {
  return new HardhatPluginError("hardhat-rollup", withFacts(sentence, facts));
}
