import { readFile } from "node:fs/promises";
import path from "node:path";
import { recordedHashes } from "../circuits/r1cs-hashes.ts";

const folder = path.resolve(import.meta.dirname, "../../dist/plugin/circuits/prebuilt");

/**
 * The circuits that the package carries are those that are on record, to which the sources compile (test/circuits/r1cs-hashes.test.ts).
 *
 * @throws Error if one is missing or is another one
 */
export async function requireRecordedCircuits(): Promise<void> {
  const { shapes } = await recordedHashes();
  for (const [name, { sha256 }] of Object.entries(shapes)) {
    const text = await readFile(path.join(folder, `${name}.json`), "utf8").catch((cause: unknown) => {
      throw new Error(`The package has no compiled circuit of ${name}: npm run prebuilt`, { cause });
    });
    const { outputs } = JSON.parse(text) as { readonly outputs: Readonly<Record<string, string>> };
    const found = outputs[`${name}.r1cs`];
    if (found !== sha256) {
      throw new Error(
        `The package's circuit of ${name} is ${found}, on record is ${sha256}: npm run r1cs-hashes`,
      );
    }
  }
}
