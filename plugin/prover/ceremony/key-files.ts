// Keys pass from hand to hand as files whose names tell their order: `dev.0000.zkey`, `dev.0001.alice.zkey`,
// `dev.0002.bob.zkey`, `dev.0003.beacon.zkey`.

import { readdir } from "node:fs/promises";
import path from "node:path";
import { CeremonyError } from "./errors.ts";
import { readTranscript, type Transcript } from "./transcript.ts";

/** A file of a ceremony, by its name. */
export interface KeyFile {
  readonly path: string;
  /** Of the circuit. */
  readonly name: string;
  /** Contributions so far. */
  readonly number: number;
}

const namePattern = /^(?<name>.+?)\.(?<number>\d{4})(?:\.[a-z0-9-]+)?\.zkey$/;
const maxNumber = 9_999;

/**
 * Takes a file's name apart.
 *
 * @throws CeremonyError `WRONG_NUMBER`
 */
export function parseKeyFile(file: string): KeyFile {
  const match = namePattern.exec(path.basename(file))?.groups;
  if (match?.name !== undefined) {
    return { path: path.resolve(file), name: match.name, number: Number(match.number) };
  }
  throw new CeremonyError("WRONG_NUMBER", "The file's name does not tell its place in the ceremony.", {
    file,
    expected:
      "such as dev.0000.zkey or dev.0001.alice.zkey: circuit, contributions so far, the last one's name",
    "what to do": "give the file the name back that it was made with",
  });
}

/** The file of the key after contribution `number`, in the same folder. */
export function keyFilePath(folder: string, name: string, number: number, contributor?: string): string {
  if (number > maxNumber) {
    throw new CeremonyError("BAD_ARGUMENT", "A ceremony has no room for more contributions.", {
      contributions: maxNumber,
      "what to do": "apply the beacon",
    });
  }
  const slug = contributor
    ?.normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const suffix = slug === undefined ? "" : `.${slug === "" ? "contribution" : slug}`;
  return path.join(folder, `${name}.${String(number).padStart(4, "0")}${suffix}.zkey`);
}

/** The files of a circuit's ceremony in a folder, in order; none if there is no folder. */
export async function keyFilesIn(folder: string, name: string): Promise<KeyFile[]> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => namePattern.exec(entry)?.groups?.name === name)
    .map((entry) => parseKeyFile(path.join(folder, entry)))
    .sort((left, right) => left.number - right.number || left.path.localeCompare(right.path));
}

/**
 * The newest key in a folder. All files there have to be of one ceremony: each continues the one before.
 *
 * @throws CeremonyError `KEY_MISSING`, `FORKED`, and as readKeyFile
 */
export async function latestKey(folder: string, name: string): Promise<Transcript> {
  const files = await keyFilesIn(folder, name);
  const newest = files.at(-1);
  if (newest === undefined) {
    throw new CeremonyError("KEY_MISSING", "No ceremony has been started here.", {
      folder,
      circuit: name,
      "what to do": `npx hardhat rollup:ceremony new --shape ${name} --ptau <file>, or name a file that you were given: --file <file>`,
    });
  }
  const rival = files.at(-2);
  if (rival?.number === newest.number) throw forked(rival.path, newest.path, "both are the newest");
  const latest = await readKeyFile(newest.path);
  for (const file of files.slice(0, -1)) requireContinued(await readKeyFile(file.path), latest);
  return latest;
}

/**
 * Reads a file of a ceremony, and compares its name with what it holds.
 *
 * @throws CeremonyError `WRONG_NUMBER`, and as readTranscript
 */
export async function readKeyFile(file: string): Promise<Transcript> {
  const { path: absolute, number } = parseKeyFile(file);
  const transcript = await readTranscript(absolute);
  if (transcript.contributions.length === number) return transcript;
  throw new CeremonyError("WRONG_NUMBER", "The file is not what its name says.", {
    file,
    "contributions by its name": number,
    "contributions in it": transcript.contributions.length,
    "what to do":
      "a contribution was left out, or the file was renamed: ask whoever made it for the right one",
  });
}

/** @throws CeremonyError `FORKED` unless `later` has all contributions of `earlier`, in the same order. */
export function requireContinued(earlier: Transcript, later: Transcript): void {
  if (earlier.circuitHash !== later.circuitHash) {
    throw forked(earlier.zkeyPath, later.zkeyPath, "they begin with different keys");
  }
  for (const { number, name, hash } of earlier.contributions) {
    const other = later.contributions[number - 1];
    if (other?.hash === hash) continue;
    const instead =
      other === undefined ? "is missing" : `is another one there (${other.name}, ${other.hash})`;
    throw forked(earlier.zkeyPath, later.zkeyPath, `contribution ${number} (${name}, ${hash}) ${instead}`);
  }
}

function forked(earlier: string, later: string, difference: string): CeremonyError {
  return new CeremonyError("FORKED", "Two files are not of one ceremony.", {
    file: earlier,
    "other file": later,
    difference,
    "what to do":
      "find out whose file counts; move the other one away, and have those who contributed to it contribute again",
  });
}
