import { calculateWitness } from "../../circuits/calculate-witness.ts";
import { FileCache } from "../../circuits/file-cache.ts";
import { fileKinds, type HashedFile, readHashed } from "../../circuits/hashed-file.ts";
import { compileWitnessProgram } from "../../circuits/witness-module.ts";
import type { WitnessSource } from "./backend.ts";

const programs = new FileCache(fileKinds.witnessProgram, compileWitnessProgram);

/**
 * The .wtns bytes of a witness.
 *
 * @throws HardhatPluginError if a file is not what it was; WitnessError as calculateWitness
 */
export async function readWitness(source: WitnessSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if ("path" in source) return await readHashed(fileKinds.witness, source);
  return (await calculateWitness(await programs.of(source.program), source.input)).file;
}

/** Compiles a program for the witnesses that it will be asked for. Throws HardhatPluginError as readWitness. */
export async function prepareProgram(program: HashedFile): Promise<void> {
  await programs.of(program);
}
