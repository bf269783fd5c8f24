import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

export const repository = path.resolve(import.meta.dirname, "../..");

/** A block of code between fences. */
export type FencedBlock = {
  /** Relative to the repository. */
  readonly document: string;
  readonly language: string;
  /** Its first line without a remark at its end, which names it. */
  readonly begins: string;
  /** All of it, with its last line break. */
  readonly text: string;
};

/** What somebody could type or save: no output, no drawings. */
const executable = new Set(["ts", "js", "sh", "sol", "circom", "json"]);

/** The blocks of code of every document. */
export async function fencedBlocks(): Promise<FencedBlock[]> {
  const blocks: FencedBlock[] = [];
  for (const document of await documents()) {
    const text = await readFile(path.join(repository, document), "utf8");
    for (const [, language = "", content = ""] of text.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)) {
      if (!executable.has(language)) continue;
      blocks.push({ document, language, begins: firstLine(content), text: content });
    }
  }
  return blocks;
}

function firstLine(content: string): string {
  return (content.split("\n")[0] ?? "").replace(/\s+(#|\/\/) .*$/, "");
}

async function documents(): Promise<string[]> {
  const found: string[] = [];
  for (const folder of [".", "docs", "examples"]) {
    const names = await readdir(path.join(repository, folder), { recursive: folder !== "." });
    const pages = names.filter((name) => name.endsWith(".md") && name !== "CHANGELOG.md");
    found.push(...pages.map((name) => path.join(folder, name)));
  }
  return found.toSorted();
}
