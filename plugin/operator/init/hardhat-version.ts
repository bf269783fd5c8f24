import { createRequire } from "node:module";
import path from "node:path";
import type { Manifest } from "./manifest.ts";

/** The major version of Hardhat that a project uses: that of what is installed, else of its package.json, else 3. */
export function hardhatVersion(root: string, manifest: Manifest): 2 | 3 {
  return (installedVersion(root) ?? manifest.rangeOf("hardhat") ?? "").match(/^[^\d]*2\b/) ? 2 : 3;
}

function installedVersion(root: string): string | undefined {
  try {
    const require = createRequire(path.join(root, "package.json"));
    return (require("hardhat/package.json") as { readonly version: string }).version;
  } catch {
    return undefined;
  }
}
