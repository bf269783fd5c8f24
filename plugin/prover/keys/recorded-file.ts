import { createHash, randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Makes a file and the JSON record beside it, both whole or not at all.
 *
 * @param make Writes the file at the path that it is given, and returns the record.
 */
export async function writeRecordedFile(
  file: string,
  recordPath: string,
  make: (temporaryPath: string) => Promise<object>,
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString("hex")}.partial`;
  try {
    const record = await make(temporary);
    // The record last: a run that is killed between the two leaves a file that its record does not match.
    await rm(recordPath, { force: true });
    await rename(temporary, file);
    await writeFile(`${temporary}.json`, `${JSON.stringify(record, undefined, 2)}\n`);
    await rename(`${temporary}.json`, recordPath);
  } finally {
    await rm(temporary, { force: true });
    await rm(`${temporary}.json`, { force: true });
  }
}

/** What a record says of a seed, which is a secret as long as the key is in use. */
export function hashOfSeed(seed: string): string {
  return createHash("sha256").update(seed).digest("hex");
}
