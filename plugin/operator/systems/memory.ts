import { domainPower } from "../../prover/universal/gates.ts";

/** Peak of snarkjs' setup and proof for each place of the domain: 709 MB and 1,774 MB at 2^16 (two cores). */
const bytesPerPlace = { plonk: 11_000, fflonk: 27_000 };

/** Bytes of memory that snarkjs will take for so many gates, about. */
export function expectedMemory(system: "plonk" | "fflonk", gates: number): number {
  return bytesPerPlace[system] * 2 ** domainPower(system, gates);
}
