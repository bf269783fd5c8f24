import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";

/** Writes a file beside its place and moves it there when it is whole, so that a run that is stopped leaves none. */
export async function writeWhole<T>(file: string, write: (partial: string) => Promise<T>): Promise<T> {
  const partial = `${file}.${randomBytes(6).toString("hex")}.partial`;
  try {
    const result = await write(partial);
    await rename(partial, file);
    return result;
  } finally {
    await rm(partial, { force: true });
  }
}
