import { calculateWitness, WitnessError } from "../../circuits/calculate-witness.ts";
import { fileKinds } from "../../circuits/hashed-file.ts";
import { R1cs } from "../../circuits/r1cs.ts";
import { fieldOrder } from "../../protocol/field.ts";
import { type Backend, ProofRequestError, type WitnessSource } from "../backends/backend.ts";
import { readWitness } from "../backends/witness-source.ts";
import { ConstraintCheck } from "./constraint-check.ts";
import { FileCache } from "./file-cache.ts";
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
    if (witness.length !== check.wireCount) {
      throw refused(
        key.name,
        `Invalid witness length: ${check.wireCount} wires expected, ${witness.length} given.`,
      );
    }
    const broken = check.firstBroken(witness);
    if (broken !== undefined) {
      const { constraint, a, b, c } = broken;
      throw refused(key.name, `The witness violates constraint ${constraint}.\na: ${a}\nb: ${b}\nc: ${c}`);
    }
    const verificationKey = parseVerificationKey(key.verificationKey);
    const publicSignals = witness.slice(1, 1 + verificationKey.publicSignals);
    return {
      proof: simulatedProof(verificationKey, publicSignals),
      publicSignals,
      witnessSeconds: (computed - started) / 1000,
      proofSeconds: (performance.now() - computed) / 1000,
      peakMemoryBytes: process.memoryUsage.rss(),
    };
  },
};

const constraints = new FileCache(fileKinds.constraints, (bytes) => new ConstraintCheck(new R1cs(bytes)));
const programs = new FileCache(fileKinds.witnessProgram, (bytes) => WebAssembly.compile(bytes));

/** One value a wire. */
async function witnessOf(name: string, source: WitnessSource): Promise<readonly bigint[]> {
  if (source instanceof Uint8Array || "path" in source) return parseWitness(name, await readWitness(source));
  try {
    return (await calculateWitness(await programs.of(source.program), source.input)).values;
  } catch (error) {
    throw error instanceof WitnessError ? refused(name, error.message, error) : error;
  }
}

/** Values of a .wtns file as calculateWitness writes it. */
function parseWitness(name: string, bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = 76;
  const wires = (bytes.length - first) / 32;
  if (!Number.isInteger(wires) || wires < 1 || view.getUint32(0) !== 0x77746e73) {
    throw refused(name, `Invalid witness length: ${bytes.length} bytes are no witness.`);
  }
  return Array.from({ length: wires }, (_, wire) => {
    const offset = first + 32 * wire;
    const low = view.getBigUint64(offset, true) | (view.getBigUint64(offset + 8, true) << 64n);
    const high = view.getBigUint64(offset + 16, true) | (view.getBigUint64(offset + 24, true) << 64n);
    const value = low | (high << 128n);
    if (value >= fieldOrder) throw refused(name, `The value of wire ${wire} is not canonical.`);
    return value;
  });
}

function refused(name: string, reason: string, cause?: Error): ProofRequestError {
  return new ProofRequestError(`No simulated proof for "${name}".\n${reason}`, cause);
}
