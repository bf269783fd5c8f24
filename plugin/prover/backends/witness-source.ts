import { calculateWitness } from "../../circuits/calculate-witness.ts";
import { fileKinds, readHashed } from "../../circuits/hashed-file.ts";
import type { WitnessSource } from "./backend.ts";

/**
 * The .wtns bytes of a witness.
 *
 * @throws HardhatPluginError if a file is not what it was; WitnessError as calculateWitness
 */
export async function readWitness(source: WitnessSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if ("path" in source) return await readHashed(fileKinds.witness, source);
  const program = await readHashed(fileKinds.witnessProgram, source.program);
  return (await calculateWitness(program, source.input)).file;
}
