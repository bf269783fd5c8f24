// What is checked of a store's files before LMDB maps them into memory, where a damaged file is no error but a crash of
// the process. Layout: LMDB's mdb.c, MDB_page_header and MDB_meta on a 64-bit machine.

import { closeSync, existsSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

const magicOffset = 24;
const magic = 0xbeefc0de;
const versionOffset = 28;
const dataVersion = 2;
const pageSizeOffset = 48;
const headerBytes = 168;

/**
 * What is wrong with the files in a store's folder; nothing if there are none. Damage in the middle is not seen here,
 * only later by who reads there.
 *
 * @returns a phrase for "the store is damaged: …", or undefined
 */
export function storeFileDamage(folder: string): string | undefined {
  const file = dataFile(folder);
  const expected = knownSize(folder);
  const size = existsSync(file) ? statSync(file).size : 0;
  if (size === 0 && expected === 0) return undefined;
  if (size < headerBytes) return `it has only ${size} bytes`;
  const content = firstBytes(file, headerBytes);
  if (
    content.readUInt32LE(magicOffset) !== magic ||
    (content.readUInt32LE(versionOffset) & 0xffff) !== dataVersion
  ) {
    return "it is not a database";
  }
  const pageSize = content.readUInt32LE(pageSizeOffset);
  if (pageSize < 256 || size < 2 * pageSize) return `it has only ${size} bytes`;
  return size < expected ? `it has ${size} bytes and had ${expected}` : undefined;
}

/**
 * Writes down how large the store is. It never shrinks, and nothing in it tells how large it has to be: the last page
 * that LMDB counts may never have been written. On a full disk the size stays as it was written down before.
 */
export function recordStoreSize(folder: string): void {
  const { size } = statSync(dataFile(folder));
  if (size <= knownSize(folder)) return;
  try {
    writeFileSync(sizeFile(folder), `${size}\n`);
  } catch (error) {
    if (!["ENOSPC", "EFBIG", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** 0 if nobody has written it down, or was stopped while doing so. */
function knownSize(folder: string): number {
  const file = sizeFile(folder);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /^[0-9]+\n$/.test(text) ? Number(text) : 0;
}

function firstBytes(file: string, length: number): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(length);
    readSync(descriptor, bytes, 0, length, 0);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

function dataFile(folder: string): string {
  return path.join(folder, "data.mdb");
}

function sizeFile(folder: string): string {
  return path.join(folder, "size");
}
