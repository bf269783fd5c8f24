import path from "node:path";
import { type ProofSystemName, proofSystemNames } from "./proof-system.ts";

/**
 * Where the Solidity verifiers are.
 *
 * @param folder - Of the plugin's files, `config.rollup.folder`.
 */
export function verifiersFolder(folder: string): string {
  return path.join(folder, "verifiers");
}

/** Which verifier of a shape is meant. */
export type VerifierOf = {
  readonly name: string;
  readonly system: ProofSystemName;
  readonly development: boolean;
};

/** The verifier of a shape's key: a file with one contract and no imports. Its name carries the key's marks. */
export function verifierPath(folder: string, { name, system, development }: VerifierOf): string {
  return path.join(verifiersFolder(folder), `${name}.${system}${development ? ".development" : ""}.sol`);
}

/** All that there may be for a shape. */
export function verifierPaths(folder: string, name: string): string[] {
  return proofSystemNames.flatMap((system) =>
    [false, true].map((development) => verifierPath(folder, { name, system, development })),
  );
}

/** The contract in that file: `RollupVerifierDevGroth16Development`. */
export function verifierContract({ name, system, development }: VerifierOf): string {
  const words = `${name} ${system} ${development ? "development" : ""}`
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  return `RollupVerifier${words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("")}`;
}
