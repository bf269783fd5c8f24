import { WitnessError, WitnessProgram } from "../../circuits/calculate-witness.ts";
import { FileCache } from "../../circuits/file-cache.ts";
import { fileKinds } from "../../circuits/hashed-file.ts";
import { R1cs } from "../../circuits/r1cs.ts";
import { compileWitnessProgram } from "../../circuits/witness-module.ts";
import { fieldOrder } from "../../protocol/field.ts";
import { type Backend, ProofRequestError, type WitnessSource } from "../backends/backend.ts";
import { readWitness } from "../backends/witness-source.ts";
import { ConstraintCheck } from "./constraint-check.ts";
import { simulatedProof } from "./proof.ts";
import { parseVerificationKey } from "./verification-key.ts";

/**
 * SIMULATED: computes the witness and checks it against every constraint of the circuit, and makes no proof. In this
 * process, since nothing of it keeps threads.
 */
export const simulatedBackend: Backend = {
  name: "simulated",
  systems: ["simulated"],
  assumedBytes: (_system, keyBytes) => 350e6 + 5 * keyBytes,
  async prove({ key, witness: source }, { onProgress, signal } = {}) {
    signal?.throwIfAborted();
    const started = performance.now();
    onProgress?.("witness (simulated)");
    const witness = await witnessOf(key.name, source);
    const computed = performance.now();
    signal?.throwIfAborted();
    onProgress?.("constraints (simulated)");
    const check = await constraints.of({ path: key.zkeyPath, hash: key.zkeyHash });
    const wires = witness.length / wordsOfWire;
    if (wires !== check.wireCount) {
      throw refused(key.name, `Invalid witness length: ${check.wireCount} wires expected, ${wires} given.`);
    }
    const broken = check.firstBroken(witness);
    if (broken !== undefined) {
      const { constraint, a, b, c } = broken;
      throw refused(key.name, `The witness violates constraint ${constraint}.\na: ${a}\nb: ${b}\nc: ${c}`);
    }
    const verificationKey = parseVerificationKey(key.verificationKey);
    const publicSignals = Array.from({ length: verificationKey.publicSignals }, (_, signal) =>
      wireValue(witness, 1 + signal),
    );
    return {
      proof: simulatedProof(verificationKey, publicSignals),
      publicSignals,
      witnessSeconds: (computed - started) / 1000,
      proofSeconds: (performance.now() - computed) / 1000,
      peakMemoryBytes: process.memoryUsage.rss(),
    };
  },
};

const wordsOfWire = 8;

const constraints = new FileCache(fileKinds.constraints, (bytes) => new ConstraintCheck(new R1cs(bytes)));
const programs = new FileCache(
  fileKinds.witnessProgram,
  async (bytes) => new WitnessProgram(await compileWitnessProgram(bytes)),
);

/** Eight words of 32 bits a wire, least significant first. */
async function witnessOf(name: string, source: WitnessSource): Promise<Uint32Array> {
  if (source instanceof Uint8Array || "path" in source) return parseWitness(name, await readWitness(source));
  try {
    return (await programs.of(source.program)).calculate(source.input);
  } catch (error) {
    throw error instanceof WitnessError ? refused(name, error.message, error) : error;
  }
}

/** Values of a .wtns file as calculateWitness writes it. */
function parseWitness(name: string, bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = 76;
  const wires = (bytes.length - first) / (4 * wordsOfWire);
  if (!Number.isInteger(wires) || wires < 1 || view.getUint32(0) !== 0x77746e73) {
    throw refused(name, `Invalid witness length: ${bytes.length} bytes are no witness.`);
  }
  const words = Uint32Array.from({ length: wordsOfWire * wires }, (_, word) =>
    view.getUint32(first + 4 * word, true),
  );
  for (let wire = 0; wire < wires; wire++) {
    if (wireValue(words, wire) < fieldOrder) continue;
    throw refused(name, `The value of wire ${wire} is not canonical.`);
  }
  return words;
}

function wireValue(witness: Uint32Array, wire: number): bigint {
  let value = 0n;
  for (let word = wordsOfWire - 1; word >= 0; word--) {
    value = (value << 32n) | BigInt(witness[wordsOfWire * wire + word] as number);
  }
  return value;
}

function refused(name: string, reason: string, cause?: Error): ProofRequestError {
  return new ProofRequestError(`No simulated proof for "${name}".\n${reason}`, cause);
}
