import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const present = new Set<string>();
let watching = false;

/** A folder for big files: it goes with removeFolder, and with this process however it is ended but by SIGKILL. */
export function temporaryFolder(): string {
  if (!watching) {
    watching = true;
    process.once("exit", () => {
      for (const folder of present) removeFolder(folder);
    });
    for (const [signal, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      process.once(signal, () => process.exit(code));
    }
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), "hardhat-rollup-bench-"));
  present.add(folder);
  return folder;
}

/** Removes a temporaryFolder with all that is in it. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  present.delete(folder);
}
