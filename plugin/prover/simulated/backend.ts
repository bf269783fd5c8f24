import { WitnessError } from "../../circuits/calculate-witness.ts";
import { fileKinds, type HashedFile, readHashed } from "../../circuits/hashed-file.ts";
import { R1cs } from "../../circuits/r1cs.ts";
import { fieldOrder } from "../../protocol/field.ts";
import { type Backend, ProofRequestError } from "../backends/backend.ts";
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
  async prove({ key, witness: source }, { onProgress, signal } = {}) {
    signal?.throwIfAborted();
    const started = performance.now();
    onProgress?.("witness (simulated)");
    const bytes = await readWitness(source).catch((error: unknown) => {
      throw error instanceof WitnessError ? refused(key.name, error.message, error) : error;
    });
    const computed = performance.now();
    signal?.throwIfAborted();
    onProgress?.("constraints (simulated)");
    const check = await constraintsOf({ path: key.zkeyPath, hash: key.zkeyHash });
    const witness = parseWitness(key.name, bytes, check.wireCount);
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

/** A few circuits are in use at a time. */
const cachedCircuits = 4;
const cache = new Map<string, Promise<ConstraintCheck>>();

/** The constraints of a circuit's .r1cs file, by its hash: what is cached is what was checked. */
function constraintsOf(file: HashedFile): Promise<ConstraintCheck> {
  const known = cache.get(file.hash);
  if (known !== undefined) return known;
  const loading = readHashed(fileKinds.constraints, file).then(
    (bytes) => new ConstraintCheck(new R1cs(bytes)),
  );
  cache.set(file.hash, loading);
  // A file that was damaged may be there again.
  loading.catch(() => cache.delete(file.hash));
  const [oldest] = cache.keys();
  if (cache.size > cachedCircuits && oldest !== undefined) cache.delete(oldest);
  return loading;
}

/** Values of a .wtns file as calculateWitness writes it. */
function parseWitness(name: string, bytes: Uint8Array, wires: number): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = 76;
  if (bytes.length !== first + 32 * wires || view.getUint32(0) !== 0x77746e73) {
    throw refused(
      name,
      `Invalid witness length: ${first + 32 * wires} bytes expected, ${bytes.length} given.`,
    );
  }
  return Array.from({ length: wires }, (_, wire) => {
    const offset = first + 32 * wire;
    const low = view.getBigUint64(offset, true) | (view.getBigUint64(offset + 8, true) << 64n);
    const high = view.getBigUint64(offset + 16, true) | (view.getBigUint64(offset + 24, true) << 64n);
    const value = high === 0n ? low : low | (high << 128n);
    if (value >= fieldOrder) throw refused(name, `The value of wire ${wire} is not canonical.`);
    return value;
  });
}

function refused(name: string, reason: string, cause?: Error): ProofRequestError {
  return new ProofRequestError(`No simulated proof for "${name}".\n${reason}`, cause);
}
