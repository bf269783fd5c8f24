import { createHash } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";

/** A file that was made earlier, and what it was then. */
export interface HashedFile {
  readonly path: string;
  /** SHA-256, hex. */
  readonly hash: string;
}

/** What a file is, for messages, and the command that makes it again. */
export type FileKind = { readonly name: string; readonly command: string };

const setup = "npx hardhat rollup:setup";
const compile = "npx hardhat rollup:compile";

export const fileKinds = {
  provingKey: { name: "proving key", command: setup },
  witnessProgram: { name: "witness program", command: compile },
  constraints: { name: "constraint system", command: compile },
  witness: { name: "witness", command: "npx hardhat rollup:prove" },
} as const satisfies Record<string, FileKind>;

const restMilliseconds = 2_000;
const partBytes = 1 << 20;

/** The bytes of a file that is what it was: what is checked is what is returned. Throws as assertHash. */
export async function readHashed(kind: FileKind, file: HashedFile): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file.path);
  } catch (error) {
    throw unreadable(kind, file, error as Error);
  }
  assertHash(kind, file, createHash("sha256").update(bytes).digest("hex"));
  return bytes;
}

/** For files that are handed on by their path. Throws as assertHash. */
export async function assertUnchanged(kind: FileKind, file: HashedFile): Promise<void> {
  let actual: string;
  try {
    actual = await hashFile(file.path);
  } catch (error) {
    throw unreadable(kind, file, error as Error);
  }
  assertHash(kind, file, actual);
}

/** @throws HardhatPluginError if `actual` is not the file's hash: it was cut short, overwritten or mixed up. */
function assertHash({ name, command }: FileKind, { path, hash }: HashedFile, actual: string): void {
  if (actual === hash) return;
  throw new HardhatPluginError(
    "hardhat-rollup",
    `The ${name} file is damaged, or another one.\nfile: ${path}\nexpected SHA-256: ${hash}\nfound: ${actual}\nRebuild it with "${command}".`,
  );
}

/** SHA-256 of a file, hex. One part of it is hashed while the next one is read. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  const handle = await open(file);
  try {
    let [filled, free] = [Buffer.allocUnsafeSlow(partBytes), Buffer.allocUnsafeSlow(partBytes)];
    let { bytesRead } = await handle.read(filled);
    while (bytesRead > 0) {
      const next = handle.read(free);
      hash.update(filled.subarray(0, bytesRead));
      [filled, free] = [free, filled];
      ({ bytesRead } = await next);
    }
  } finally {
    await handle.close();
  }
  return hash.digest("hex");
}

/** Hashes by path, with what the file was then. */
const known = new Map<string, { readonly identity: string; readonly hash: string }>();

/**
 * SHA-256 of a file, hex, for checks that are made again and again: it is read only if it was touched since this process
 * has last read it.
 */
export async function currentHash(file: string): Promise<string> {
  const begun = Date.now();
  const identity = await fileIdentity(file);
  const found = known.get(file);
  if (found !== undefined && found.identity === identity) return found.hash;
  const hash = await hashFile(file);
  const { ctimeMs } = await stat(file);
  // Two changes within a moment may have one time.
  const isAtRest = ctimeMs < begun - restMilliseconds && (await fileIdentity(file)) === identity;
  if (isAtRest && identity !== undefined) known.set(file, { identity, hash });
  return hash;
}

/** What changes when a file is written to or replaced; undefined if there is none. */
export async function fileIdentity(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found && [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(" ");
}

function unreadable({ name, command }: FileKind, { path }: HashedFile, error: Error): HardhatPluginError {
  return new HardhatPluginError(
    "hardhat-rollup",
    `The ${name} file cannot be read: ${error.message}\nfile: ${path}\nRebuild it with "${command}".`,
    error,
  );
}
