import { readdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { type JobOptions, jobFile, runInBackground } from "../../circuits/background.ts";
import { hashFile } from "../../circuits/hashed-file.ts";
import type { PtauJob } from "./ptau-job.ts";
import { type PtauContents, pointCounts, ptauFile, ptauSize } from "./ptau-layout.ts";
import { hashOfSeed, writeRecordedFile } from "./recorded-file.ts";

export interface DevelopmentPtauRequest extends JobOptions {
  /** log2 of the largest domain that a circuit may have. */
  readonly power: number;
  /** What it is needed for; default: everything, `standard`. */
  readonly contents?: PtauContents | undefined;
  readonly outputFolder: string;
  /** Makes the secrets, and so the whole file, a function of this text. Random secrets without it. */
  readonly seed?: string | undefined;
  /** Default: as many as the machine runs at once. */
  readonly threads?: number | undefined;
}

/** Powers of tau on disk whose secrets were known to whoever made them. */
export interface DevelopmentPtau {
  readonly ptauPath: string;
  /** SHA-256 of the file, hex. */
  readonly ptauHash: string;
  readonly contents: PtauContents;
  /** log2 of the largest domain that a circuit may have; at least what was asked for. */
  readonly power: number;
  readonly rebuilt: boolean;
  /** Why it was made, or "up to date". */
  readonly reason: string;
}

/** What the JSON file beside a .ptau file says. */
interface PtauRecord {
  readonly recordVersion: 1;
  readonly contents: PtauContents;
  readonly power: number;
  readonly development: true;
  readonly seedHash: string | null;
  readonly ptauHash: string;
}

const nameOfContents = { standard: "powers-of-tau", plonk: "plonk", fflonk: "fflonk" } as const;
const allContents = Object.keys(nameOfContents) as PtauContents[];

/** Where the development powers of tau are; the name carries the mark. */
function developmentPtauPath(outputFolder: string, power: number, contents: PtauContents): string {
  return path.join(outputFolder, `${nameOfContents[contents]}-${power}.development.ptau`);
}

/**
 * A prepared .ptau file of snarkjs whose secrets are drawn here, used and forgotten, in seconds. INSECURE: whoever
 * makes it could keep the secrets and forge proofs with every key that is made from it. A file that is there, whole
 * by its hash, and large enough is kept, whatever circuit it was made for.
 *
 * @throws HardhatPluginError if the power is out of range.
 */
export async function ensureDevelopmentPtau(request: DevelopmentPtauRequest): Promise<DevelopmentPtau> {
  const { power, contents = "standard", seed } = request;
  assertPower(contents, power);
  let reason = "not made yet";
  for (const present of await presentFiles(request.outputFolder)) {
    if (!serves(present, contents, power)) continue;
    const record = await readRecord(present.ptauPath);
    if (record === undefined) continue;
    if (seed !== undefined && record.seedHash !== hashOfSeed(seed)) {
      reason = "the seed changed";
    } else if ((await hashFile(present.ptauPath)) !== record.ptauHash) {
      reason = "the file is damaged";
    } else {
      return { ...present, ptauHash: record.ptauHash, rebuilt: false, reason: "up to date" };
    }
  }
  request.onProgress?.(`making development powers of tau: ${reason}`);
  const ptauPath = developmentPtauPath(request.outputFolder, power, contents);
  const ptauHash = await makePtau(request, contents, ptauPath);
  return { ptauPath, ptauHash, contents, power, rebuilt: true, reason };
}

type PresentPtau = Pick<DevelopmentPtau, "ptauPath" | "contents" | "power">;

/** Those in a folder, the smallest first. */
async function presentFiles(folder: string): Promise<PresentPtau[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name): PresentPtau[] => {
      const power = Number(/-(\d+)\.development\.ptau$/.exec(name)?.[1]);
      const ptauPath = path.join(folder, name);
      const contents = allContents.find((each) => developmentPtauPath(folder, power, each) === ptauPath);
      return contents === undefined ? [] : [{ ptauPath, contents, power }];
    })
    .sort((left, right) => left.power - right.power);
}

/** Whether a setup that wants `contents` for domains up to `2^power` finds everything in a file. */
function serves(present: PresentPtau, contents: PtauContents, power: number): boolean {
  if (present.contents === contents) return present.power >= power;
  return present.contents === "standard" && present.power >= ptauSize(contents, power).power;
}

function recordPath(ptauPath: string): string {
  return `${ptauPath}.json`;
}

async function readRecord(ptauPath: string): Promise<PtauRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(recordPath(ptauPath), "utf8")) as PtauRecord;
    return record.recordVersion === 1 && /^[0-9a-f]{64}$/.test(record.ptauHash) ? record : undefined;
  } catch {
    return undefined;
  }
}

async function makePtau(
  request: DevelopmentPtauRequest,
  contents: PtauContents,
  ptauPath: string,
): Promise<string> {
  const { power, seed, threads = availableParallelism() } = request;
  let ptauHash = "";
  await writeRecordedFile(ptauPath, recordPath(ptauPath), async (temporary) => {
    const job: PtauJob = { contents, power, ptauPath: temporary, seed, threads };
    await runInBackground<undefined>(jobFile(import.meta.url, "ptau-job"), job, request);
    ptauHash = await hashFile(temporary);
    const record: PtauRecord = {
      recordVersion: 1,
      contents,
      power,
      development: true,
      seedHash: seed === undefined ? null : hashOfSeed(seed),
      ptauHash,
    };
    return record;
  });
  return ptauHash;
}

/** Scalars of one file that a process can hold. */
const largestFile = 2.5e9;

function assertPower(contents: PtauContents, power: number): void {
  const counts = pointCounts(ptauSize(contents, power));
  const bytes = Number.isInteger(power) && power >= 1 ? ptauFile(counts, 0).totalBytes : undefined;
  if (bytes !== undefined && bytes <= largestFile) return;
  const needed = bytes === undefined ? "" : `\nsize of the file: ${(bytes / 1e9).toFixed(1)} GB`;
  throw new HardhatPluginError(
    "hardhat-rollup",
    `Development powers of tau cannot have that size.\nneeded for: ${contents}\npower: ${power}${needed}\nat most: ${largestFile / 1e9} GB\nTake a smaller shape, or Groth16, whose development keys need no powers of tau.`,
  );
}
