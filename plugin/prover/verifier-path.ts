import path from "node:path";

/**
 * Where the Solidity verifiers are.
 *
 * @param folder - Of the plugin's files, `config.rollup.folder`.
 */
export function verifiersFolder(folder: string): string {
  return path.join(folder, "verifiers");
}

/** The verifier of a shape: a file with one contract and no imports. */
export function verifierPath(folder: string, shapeName: string): string {
  return path.join(verifiersFolder(folder), `${shapeName}.sol`);
}
