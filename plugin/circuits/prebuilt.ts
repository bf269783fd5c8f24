// Circuits that the package has compiled, so that a new project need not: for the same sources, compiler and options only.

import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createBrotliCompress, createBrotliDecompress } from "node:zlib";
import { hashFile } from "./hashed-file.ts";

/** Beside this file in the package; the repository compiles its own sources, always. */
export const prebuiltFolder = path.join(import.meta.dirname, "prebuilt");

type PrebuiltRecord = {
  /** Of sources, compiler and options, as in CompiledCircuit. */
  readonly contentHash: string;
  /** Files by name, and the SHA-256 of what is in them. */
  readonly outputs: Readonly<Record<string, string>>;
};

/**
 * Unpacks a circuit into a folder, if there is one of exactly this content.
 *
 * @returns whether there is; if not, or if it is damaged, the folder is as it was
 */
export async function unpackPrebuilt(
  name: string,
  contentHash: string,
  folder: string,
  from = prebuiltFolder,
): Promise<boolean> {
  const recordPath = path.join(from, `${name}.json`);
  if (!existsSync(recordPath)) return false;
  const record = JSON.parse(await readFile(recordPath, "utf8")) as PrebuiltRecord;
  if (record.contentHash !== contentHash) return false;
  await mkdir(folder, { recursive: true });
  for (const [file, expected] of Object.entries(record.outputs)) {
    const target = path.join(folder, file);
    try {
      const packed = createReadStream(path.join(from, `${file}.br`));
      await pipeline(packed, createBrotliDecompress(), createWriteStream(target));
      if ((await hashFile(target)) === expected) continue;
    } catch {
      // Cut short or missing: as good as another one.
    }
    for (const written of Object.keys(record.outputs)) await rm(path.join(folder, written), { force: true });
    return false;
  }
  return true;
}

/** Packs a compiled circuit's files. */
export async function packPrebuilt(
  name: string,
  { contentHash, files }: { readonly contentHash: string; readonly files: readonly string[] },
  to = prebuiltFolder,
): Promise<void> {
  await mkdir(to, { recursive: true });
  const outputs: Record<string, string> = {};
  for (const file of files) {
    const packed = path.join(to, `${path.basename(file)}.br`);
    // Constraints repeat over long distances: the window is as wide as it gets.
    const params = { [constants.BROTLI_PARAM_QUALITY]: 6, [constants.BROTLI_PARAM_LGWIN]: 24 };
    await pipeline(createReadStream(file), createBrotliCompress({ params }), createWriteStream(packed));
    outputs[path.basename(file)] = await hashFile(file);
  }
  const record: PrebuiltRecord = { contentHash, outputs };
  await writeFile(path.join(to, `${name}.json`), `${JSON.stringify(record)}\n`);
}
