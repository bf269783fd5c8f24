// Are the types right for whoever imports the package? Run by `npm run build`.

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { strayEntries, withTarball } from "./tarball.ts";

const require = createRequire(import.meta.url);
const attw = path.join(path.dirname(require.resolve("@arethetypeswrong/cli/package.json")), "dist/index.js");

if (process.argv[1] === import.meta.filename) await checkTypes();

async function checkTypes(): Promise<void> {
  await withTarball(async (tarball) => {
    const stray = strayEntries(tarball);
    if (stray.length > 0) throw new Error(`These files are not for users:\n  ${stray.join("\n  ")}`);
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
    console.log(
      `${tarball.entries.length} files, ${megabytes(tarball.packed)} MB, ${megabytes(tarball.unpacked)} MB unpacked`,
    );
    // The package is ESM alone, as plugins of Hardhat 3 are.
    const args = [attw, tarball.file, "--profile", "esm-only", "--format", "ascii"];
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
    process.exitCode = status ?? 1;
  });
}
