import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import {
  type Backend,
  type BackendOptions,
  type BackendProof,
  type ProofRequest,
  ProofRequestError,
} from "./backends/backend.ts";
import { defaultBackends } from "./backends/default-backends.ts";
import { proofSystem } from "./proof-systems.ts";
import { simulatedBackend } from "./simulated/backend.ts";

/** A proof that was verified. */
export interface ProofResult extends BackendProof {
  /** Name of the backend that made it. */
  readonly backend: string;
}

export interface ProveOptions extends BackendOptions {
  /** Called when a backend fails and the next one is tried. */
  readonly onFailure?: ((backend: string, error: Error) => void) | undefined;
}

/**
 * Proves with the first backend that delivers, and verifies its proof before handing it on.
 *
 * @param backends In the order in which they are tried.
 * @throws ProofRequestError if no backend could help; HardhatPluginError if none delivers, with the reason of each;
 * the signal's reason if it is aborted.
 */
export async function prove(
  request: ProofRequest,
  options: ProveOptions = {},
  backends: readonly Backend[] = defaultBackends,
): Promise<ProofResult> {
  const { name, system } = request.key;
  // There is one way to simulate, whatever proves otherwise.
  const able =
    system === "simulated" ? [simulatedBackend] : backends.filter(({ systems }) => systems.includes(system));
  const failures: string[] = [];
  for (const backend of able) {
    try {
      const proven = await backend.prove(request, options);
      await assertValid(request, proven, options);
      return { ...proven, backend: backend.name };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof ProofRequestError || !(error instanceof Error)) throw error;
      failures.push(`${backend.name}: ${error.message}`);
      options.onFailure?.(backend.name, error);
      options.onProgress?.(`${backend.name} failed`);
    }
  }
  const tried = able.length === 0 ? `No backend makes ${system} proofs.` : failures.join("\n");
  const given = `circuit: ${name}\nbackends: ${backends.map((backend) => backend.name).join(", ") || "none"}`;
  throw new HardhatPluginError(
    "hardhat-rollup",
    `There is no proof.\n${given}\n${tried}\nWhat to do: mend what the backends say, or choose others: rollup.prover.backends in the Hardhat config`,
  );
}

/** @throws HardhatPluginError unless the proof is what was asked for. */
async function assertValid(
  { key, publicSignals }: ProofRequest,
  proven: BackendProof,
  options: BackendOptions,
): Promise<void> {
  const signals = publicSignals ?? proven.publicSignals;
  const same = signals.every((signal, position) => signal === proven.publicSignals[position]);
  if (!same || signals.length !== proven.publicSignals.length) {
    throw new HardhatPluginError(
      "hardhat-rollup",
      `It returned a proof for other public signals.\nexpected: ${signals.join(", ")}\nfound: ${proven.publicSignals.join(", ")}`,
    );
  }
  const { signal } = options;
  const system = proofSystem(key.system);
  if (await system.verify(key.verificationKey, signals, proven.proof, { signal })) return;
  throw new HardhatPluginError(
    "hardhat-rollup",
    "It returned a proof that does not verify: the witness does not satisfy the circuit, or the key is for another one.",
  );
}
