import { stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { compileShape } from "../../circuits/compile-shape.ts";
import { ClientError } from "../../client/errors.ts";
import {
  type Connection,
  configuredShape,
  firstSigner,
  isSimulated,
  openEphemeral,
} from "../../client/open-rollup.ts";
import type { RollupClient } from "../../client/rollup.ts";
import type { ProofSystemName } from "../../prover/proof-system.ts";
import { proofSystem } from "../../prover/proof-systems.ts";
import { type ShapeSetup, setUpShape } from "../../prover/shape-setup.ts";
import { runUniversalJob } from "../../prover/universal/run-job.ts";
import { storedProof } from "../proof-file.ts";
import { sealFullBatch } from "./full-batch.ts";
import type { SystemMeasurement, SystemOutcome } from "./measurement.ts";
import { expectedMemory } from "./memory.ts";
import { verificationGas } from "./verification-gas.ts";

export type MeasureOptions = {
  /** Called with what it is at. */
  readonly onProgress?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** After how long a system is given up. */
  readonly limitSeconds: number;
};

/** Longer waits than a timer takes make no sense either. */
const longestLimit = 2 ** 31 / 1000 - 1;

/**
 * Measures a proof system on the circuit of a configured shape: makes its key, deploys a rollup on the in-process chain,
 * fills a batch, proves, verifies and settles it. A system that does not fit is an outcome, too.
 *
 * @throws ClientError for a shape that the config does not have, and on a network that is not in-process; the signal's
 * reason if it is aborted
 */
export async function measureSystem(
  hre: HardhatRuntimeEnvironment,
  shapeName: string,
  system: ProofSystemName,
  { onProgress, signal: outer, limitSeconds }: MeasureOptions,
): Promise<SystemOutcome> {
  const limit = new AbortController();
  const signal = outer === undefined ? limit.signal : AbortSignal.any([outer, limit.signal]);
  const timer = setTimeout(
    () => limit.abort(new Error(`not done within ${limitSeconds} s`)),
    1000 * Math.min(limitSeconds, longestLimit),
  );
  const options = { onProgress: onProgress ?? (() => undefined), signal };
  configuredShape(hre.config, shapeName);
  try {
    const setup = await setUp(hre, shapeName, system, options);
    return await prove(hre, setup, options);
  } catch (error) {
    outer?.throwIfAborted();
    if (error instanceof ClientError && !limit.signal.aborted) throw error;
    if (limit.signal.aborted) return { system, reason: (limit.signal.reason as Error).message };
    if (error instanceof DoesNotFit || HardhatPluginError.isHardhatPluginError(error)) {
      return { system, reason: error.message.replace(/\n\s*/g, "; ") };
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

type StepOptions = { readonly onProgress: (message: string) => void; readonly signal: AbortSignal };

/** Said before hours of work, not after. */
class DoesNotFit extends Error {}

async function setUp(
  { config }: HardhatRuntimeEnvironment,
  name: string,
  system: ProofSystemName,
  { onProgress, signal }: StepOptions,
): Promise<ShapeSetup & { readonly gates: number }> {
  const shape = configuredShape(config, name);
  const { folder } = config.rollup;
  const { optimization } = proofSystem(system);
  const options = { signal, onProgress: (message: string) => onProgress(`circuit: ${message}`) };
  const circuit = await compileShape({ name, shape, folder, optimization, ...options });
  let gates = circuit.constraints;
  if (system === "plonk" || system === "fflonk") {
    gates = await runUniversalJob<number>({ kind: "gates", r1csPath: circuit.r1csPath }, options);
    const needed = expectedMemory(system, gates);
    if (needed > totalmem()) {
      throw new DoesNotFit(
        `${gates} gates take about ${gigabytes(needed)} of memory; this machine has ${gigabytes(totalmem())}`,
      );
    }
  }
  const onKey = (message: string): void => onProgress(`key: ${message}`);
  const setup = await setUpShape({ name, shape, folder, system, signal, onProgress: onKey });
  return { ...setup, gates };
}

async function prove(
  hre: HardhatRuntimeEnvironment,
  setup: ShapeSetup & { readonly gates: number },
  { onProgress, signal }: StepOptions,
): Promise<SystemMeasurement> {
  const connection = await hre.network.create();
  try {
    requireInProcess(connection);
    onProgress("deploying");
    const opened = await openEphemeral(hre, connection, {
      shapes: [setup.name],
      setUp: async () => setup,
      signal,
    });
    try {
      return await proveWith(connection, opened.client, setup, { onProgress, signal });
    } finally {
      await opened.close();
    }
  } finally {
    await connection.close();
  }
}

async function proveWith(
  connection: Connection,
  client: RollupClient,
  { name, shape, key, gates }: ShapeSetup & { readonly gates: number },
  { onProgress, signal }: StepOptions,
): Promise<SystemMeasurement> {
  onProgress("filling a batch");
  await sealFullBatch(client, shape);
  const onProve = (_: number, message: string): void => onProgress(`proof: ${message}`);
  const [proven] = await client.prove({ signal, onProgress: onProve });
  const verifier = client.deployment.shapes.find((deployed) => deployed.name === name)?.verifier;
  if (proven === undefined || verifier === undefined) throw new TypeError("There is nothing to measure.");
  onProgress("verifying and settling");
  const { proof, commitment, challenge, evaluation } = storedProof(client, 1, key.verificationKey);
  const inputs = [commitment, challenge, evaluation] as const;
  const verifyGas = await verificationGas(await firstSigner(connection), verifier, proof, inputs);
  const [settled] = await client.settleProven();
  return {
    system: key.system,
    proofBytes: proof.length / 2 - 1,
    constraints: gates,
    keyBytes: key.system === "simulated" ? 0 : (await stat(key.zkeyPath)).size,
    setupSeconds: key.setupSeconds,
    witnessSeconds: proven.witnessSeconds ?? 0,
    proofSeconds: proven.proofSeconds ?? 0,
    peakMemoryBytes: proven.peakMemoryBytes ?? 0,
    verifyGas,
    settleGas: settled?.gasUsed ?? 0n,
  };
}

function requireInProcess(connection: Connection): void {
  if (isSimulated(connection)) return;
  throw new ClientError("Proof systems are measured on the in-process chain.", {
    network: connection.networkName,
    "what to do": "leave --network out",
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
