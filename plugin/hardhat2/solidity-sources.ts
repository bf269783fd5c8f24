import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { packageFolder, packageName } from "../circuits/package-folder.ts";

/**
 * A Solidity file and all that it imports, by their names in Solidity, as the compiler takes them.
 *
 * @param root - Its name, and its file unless the name is that of a file of an npm package.
 */
export async function soliditySources(root: {
  readonly name: string;
  readonly file?: string;
}): Promise<Record<string, { readonly content: string }>> {
  const sources: Record<string, { readonly content: string }> = {};
  const visit = async (name: string, file: string): Promise<void> => {
    if (sources[name] !== undefined) return;
    const content = await readFile(file, "utf8");
    sources[name] = { content };
    for (const imported of importsOf(content)) {
      if (!imported.startsWith(".")) {
        await visit(imported, npmPath(imported));
        continue;
      }
      await visit(
        path.posix.join(path.posix.dirname(name), imported),
        path.resolve(path.dirname(file), imported),
      );
    }
  };
  await visit(root.name, root.file ?? npmPath(root.name));
  return sources;
}

function importsOf(content: string): string[] {
  const withoutComments = content.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ");
  const imports = withoutComments.matchAll(/\bimport\s+(?:[^"';]*\bfrom\s*)?["']([^"']+)["']/g);
  return [...imports].map((match) => match[1] ?? "");
}

/** `@openzeppelin/contracts/token/ERC20/ERC20.sol`, as this package sees it. */
function npmPath(name: string): string {
  const parts = name.split("/");
  const length = name.startsWith("@") ? 2 : 1;
  const npmName = parts.slice(0, length).join("/");
  const folder =
    npmName === packageName
      ? packageFolder
      : path.dirname(createRequire(import.meta.url).resolve(`${npmName}/package.json`));
  return path.join(folder, ...parts.slice(length));
}
