// SHA-256 of the built-in shapes' r1cs files, as recorded in r1cs-hashes.json. A key of a ceremony is good for one of
// them only, so that file changes where the circuit is meant to, and nowhere else.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { builtInShapes } from "../../plugin/circuits/shapes.ts";
import { compileShape } from "./batch-circuit.ts";

/** Those that the tests compile anyway. */
export const testedShapes = ["tiny", "dev"] as const;
/** `busy` takes minutes; `standard`, of the same templates, a quarter of an hour. */
export const recordedShapes = [...testedShapes, "busy"] as const;

export type R1csRecord = { readonly constraints: number; readonly sha256: string };

export type R1csHashes = {
  /** Name and version, of those that the result depends on. */
  readonly compiler: string;
  readonly library: string;
  readonly shapes: Readonly<Record<string, R1csRecord>>;
};

export const hashesFile = fileURLToPath(new URL("./r1cs-hashes.json", import.meta.url));

const require = createRequire(import.meta.url);

export async function recordedHashes(): Promise<R1csHashes> {
  return JSON.parse(await readFile(hashesFile, "utf8")) as R1csHashes;
}

export function toolchain(): Pick<R1csHashes, "compiler" | "library"> {
  const version = (name: string): string =>
    `${name} ${(require(`${name}/package.json`) as { version: string }).version}`;
  return { compiler: version("circom2"), library: version("circomlib") };
}

/** Compiles a shape, unless the cache has it, and hashes what comes out. */
export async function compiledHash(name: (typeof recordedShapes)[number]): Promise<R1csRecord> {
  const { constraints, r1csPath } = await compileShape(name, builtInShapes[name]);
  return { constraints, sha256: await sha256(r1csPath) };
}

export async function sha256(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
