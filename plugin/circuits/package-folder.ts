import { realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const packageName = "hardhat-rollup";

/**
 * The folder of this package, with `circuits/`, `contracts/` and `examples/`: the same whether this file is a
 * source or in `dist/`, and the real one where a project links to it.
 */
export const packageFolder = realpathSync(
  path.dirname(fileURLToPath(import.meta.resolve(`${packageName}/package.json`))),
);
