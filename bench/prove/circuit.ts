import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type CircuitInput, calculateWitness } from "../../plugin/circuits/calculate-witness.ts";
import type { CompiledCircuit } from "../../plugin/circuits/compile.ts";
import { compileShape } from "../../plugin/circuits/compile-shape.ts";
import type { HashedFile } from "../../plugin/circuits/hashed-file.ts";
import { shapeId } from "../../plugin/protocol/shape.ts";
import { ensureDevelopmentKey } from "../../plugin/prover/keys/development-key.ts";
import { proofSystem } from "../../plugin/prover/proof-systems.ts";
import type { ProvingKey } from "../../plugin/prover/proving-key.ts";
import { keysFolder } from "../../plugin/prover/shape-setup.ts";
import { domainPower } from "../../plugin/prover/universal/gates.ts";
import { runUniversalJob } from "../../plugin/prover/universal/run-job.ts";
import { compileChain } from "../measure/chain-circuit.ts";
import { fullBatchInput } from "./full-batch.ts";
import type { Case, SystemName } from "./options.ts";
import { benchShapes } from "./shapes.ts";

/** All that it takes to prove, with both provers. */
export interface Circuit {
  readonly name: string;
  readonly system: SystemName;
  /** log2 of the rows of the domain. */
  readonly power: number;
  readonly constraints: number;
  readonly key: ProvingKey;
  readonly program: HashedFile;
  readonly input: CircuitInput;
  /** The .wtns file. */
  readonly witnessPath: string;
}

/** Where this repository keeps the circuits and keys of its shapes: making them takes minutes. */
const cacheFolder = path.resolve(import.meta.dirname, "..", "..", "cache", "rollup");

/** @param folder - For what is not kept. */
export async function prepare(
  { target, system }: Case,
  folder: string,
  onProgress: (message: string) => void,
): Promise<Circuit> {
  const name = typeof target === "number" ? `2^${target}` : target;
  const compiled =
    typeof target === "number"
      ? await compileChain(target, folder)
      : await compileShape({
          name: target,
          shape: benchShapes[target],
          folder: cacheFolder,
          optimization: proofSystem(system).optimization,
          onProgress: (message) => onProgress(`circuit: ${message}`),
        });
  const key = await ensureDevelopmentKey({
    r1csPath: compiled.r1csPath,
    name: typeof target === "number" ? compiled.name : target,
    outputFolder: typeof target === "number" ? folder : keysFolder(cacheFolder),
    system,
    onProgress: (message) => onProgress(`key: ${message}`),
  });
  const input = inputOf(target, key);
  const witnessPath = path.join(folder, `${compiled.name}.wtns`);
  await writeFile(witnessPath, (await calculateWitness(compiled.wasmPath, input)).file);
  return {
    name,
    system,
    power: await powerOf(system, compiled),
    constraints: compiled.constraints,
    key,
    program: { path: compiled.wasmPath, hash: compiled.wasmHash },
    input,
    witnessPath,
  };
}

function inputOf(target: Case["target"], { keyHash }: ProvingKey): CircuitInput {
  if (typeof target === "number") return { start: 1n };
  const shape = benchShapes[target];
  return fullBatchInput(shape, shapeId(shape, keyHash));
}

async function powerOf(system: SystemName, circuit: CompiledCircuit): Promise<number> {
  const { r1csPath, constraints, publicSignals } = circuit;
  // Groth16 has a row for each constraint, and for each public signal and the constant 1.
  if (system === "groth16") return Math.ceil(Math.log2(constraints + publicSignals + 1));
  return domainPower(system, await runUniversalJob<number>({ kind: "gates", r1csPath }));
}
