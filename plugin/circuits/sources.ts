import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";

/** A Circom file that a circuit includes, directly or through others. */
export interface IncludedFile {
  /** Absolute path. */
  readonly path: string;
  /** SHA-256 of its bytes, hex. */
  readonly hash: string;
}

/**
 * Every file that `source` includes, transitively, in the order of their first inclusion. An include is looked
 * up as circom does it: beside the including file, then in each of `includePaths`. One that is nowhere is left
 * out, so that circom reports it in its own words.
 *
 * @param source Text of the main file, which has no folder of its own.
 */
export async function includedFiles(
  source: string,
  includePaths: readonly string[],
): Promise<IncludedFile[]> {
  const found = new Map<string, IncludedFile>();
  const visit = async (text: string, folders: readonly string[]): Promise<void> => {
    for (const name of includesOf(text)) {
      const file = await firstFile(folders.map((folder) => path.resolve(folder, name)));
      if (file === undefined || found.has(file)) continue;
      const bytes = await readFile(file);
      found.set(file, { path: file, hash: createHash("sha256").update(bytes).digest("hex") });
      await visit(bytes.toString("utf8"), [path.dirname(file), ...includePaths]);
    }
  };
  await visit(source, includePaths);
  return [...found.values()];
}

function includesOf(text: string): string[] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ");
  return [...withoutComments.matchAll(/\binclude\s+"([^"]+)"/g)].map((match) => match[1] ?? "");
}

async function firstFile(candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile()) return candidate;
  }
  return undefined;
}
