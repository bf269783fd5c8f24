import { largestMemoryPages } from "../curve/webassembly/module-writer.ts";
import type { KeySizes } from "./key-file.ts";
import { Groth16ProverError } from "./prover-error.ts";

const pageBytes = 65536;

/**
 * Memory of the prover, all zero.
 *
 * @param shared Whether threads can share it.
 * @param free Bytes that are free, if that is known.
 * @throws Groth16ProverError if there is not so much of it.
 */
export function createMemory(
  bytes: number,
  shared: boolean,
  free: number | undefined,
  { wires, power }: KeySizes,
): WebAssembly.Memory {
  const pages = Math.ceil(bytes / pageBytes);
  const tooLarge = (limit: string, cause?: unknown): Groth16ProverError =>
    new Groth16ProverError(
      "There is not enough memory for this key.",
      {
        "rows of its domain": `2^${power}`,
        wires,
        "bytes needed": bytes,
        limit,
        "what to do": "use a machine with more memory, fewer proofs at a time, or a smaller circuit",
      },
      cause,
    );
  if (pages > largestMemoryPages)
    throw tooLarge(`${largestMemoryPages * pageBytes}, which WebAssembly can address`);
  if (free !== undefined && bytes > free) throw tooLarge(`${free} are free`);
  try {
    return new WebAssembly.Memory(shared ? { initial: pages, maximum: pages, shared } : { initial: pages });
  } catch (error) {
    throw tooLarge("what the runtime allows", error);
  }
}
