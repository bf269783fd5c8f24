import { createRequire } from "node:module";

interface Library {
  readonly poseidonContract: { createCode(inputs: number): string };
}

/** Creation code of the contract of `H_4` (IPoseidon): circomlibjs writes it by itself, there is no Solidity source. */
export function poseidonBytecode(): string {
  const library = createRequire(import.meta.url)("circomlibjs") as Library;
  return library.poseidonContract.createCode(4);
}
