import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";

/** Folders that nobody has removed yet. */
const left = new Set<string>();

/**
 * Makes a folder that lasts as long as this process at most, even if nobody removes it: tests seldom close a
 * connection.
 *
 * @param prefix - Of the folder's name, which ends in random characters.
 */
export async function temporaryFolder(
  parent: string,
  prefix: string,
): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, prefix));
  if (left.size === 0) process.on("exit", removeLeft);
  left.add(folder);
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    left.delete(folder);
    if (left.size === 0) process.off("exit", removeLeft);
  };
  return { folder, remove };
}

function removeLeft(): void {
  for (const folder of left) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Windows keeps files that are open; an empty store is no harm.
    }
  }
}
