import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { CeremonyError } from "./errors.ts";
import { coordinateOrder, readNumber } from "./points.ts";
import { type PublishedPtau, publishedPtaus } from "./published-ptau.ts";
import { SectionFile, SectionFileError } from "./section-file.ts";

/** A file of prepared powers of tau, whole, and what is known of it. */
export interface Ptau {
  readonly path: string;
  /** log2 of the rows that it is enough for. */
  readonly power: number;
  /** BLAKE2b-512 of the file, hex. */
  readonly blake2b: string;
  /** Undefined: nobody published it, so somebody may know its secrets. */
  readonly published: PublishedPtau | undefined;
}

export interface PtauOptions {
  /** The files that count as known. Default: those of the Hermez ceremony. */
  readonly published?: readonly PublishedPtau[] | undefined;
  /** Called with short lines of text, for a progress display. */
  readonly onProgress?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const g1Bytes = 64;
const g2Bytes = 128;

/**
 * Looks at a file of powers of tau: whether it is whole and prepared for phase 2, and whether its hash was published.
 *
 * @param path Undefined: nobody named one.
 * @throws CeremonyError `PTAU_MISSING`, `PTAU_DAMAGED`
 */
export async function inspectPtau(path: string | undefined, options: PtauOptions = {}): Promise<Ptau> {
  const file = await requirePtau(path);
  const blake2b = await hashPtau(file.path, options);
  const published = (options.published ?? publishedPtaus).find((known) => known.blake2b === blake2b);
  return { ...file, blake2b, published };
}

/**
 * What inspectPtau finds at once: whether there is such a file, and whether it is whole.
 *
 * @throws CeremonyError as inspectPtau
 */
export async function requirePtau(path: string | undefined): Promise<Pick<Ptau, "path" | "power">> {
  if (path === undefined) throw missingPtau({ given: "none" });
  return { path, power: await readPower(path) };
}

/** @throws CeremonyError `PTAU_TOO_SMALL` if a circuit needs more than the file has. */
export function requirePower({ path, power }: Ptau, needed: number): void {
  if (power >= needed) return;
  throw new CeremonyError("PTAU_TOO_SMALL", "The powers of tau are too few for the circuit.", {
    file: path,
    "enough for": `2^${power} rows`,
    needed: `2^${needed} rows`,
    "what to do": `take ${nameOf(needed)} or a larger one`,
  });
}

/** The refusal of powers of tau that were not published, by hash. */
export function unknownPtau({ path, power, blake2b }: Ptau): CeremonyError {
  return new CeremonyError(
    "PTAU_UNKNOWN",
    "The powers of tau are not those of the published ceremony: somebody may know their secrets, and so forge proofs.",
    {
      file: path,
      "BLAKE2b of the file": blake2b,
      expected:
        publishedPtaus.find((known) => known.power === power)?.blake2b ?? "one of the published files",
      "what to do": `take ${nameOf(power)} of the Hermez ceremony, or one for more rows`,
    },
  );
}

function nameOf(power: number): string {
  return publishedPtaus.find((known) => known.power === power)?.file ?? "powersOfTau28_hez_final.ptau";
}

function missingPtau(facts: { readonly given: string }, cause?: Error): CeremonyError {
  return new CeremonyError(
    "PTAU_MISSING",
    "There is no file of powers of tau.",
    {
      ...facts,
      "what to do":
        "download a file of the Hermez ceremony (the README of snarkjs links them) and name it with --ptau, or as rollup.ceremony.ptau in the Hardhat config",
    },
    cause,
  );
}

async function readPower(path: string): Promise<number> {
  let file: SectionFile | undefined;
  try {
    file = await SectionFile.open(path, "ptau");
    const header = await file.read(1, 44);
    if (header.getUint32(0, true) !== 32 || readNumber(header, 4) !== coordinateOrder) {
      throw new SectionFileError("it is over another curve than BN254");
    }
    const power = header.getUint32(36, true);
    if (power < 1 || power > 28) throw new SectionFileError(`it claims a power of ${power}`);
    if (!file.has(12)) throw new SectionFileError("it is not prepared for phase 2");
    requireLengths(file, power);
    return power;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw missingPtau({ given: path }, error as Error);
    if (!(error instanceof SectionFileError)) throw error;
    throw new CeremonyError("PTAU_DAMAGED", `The powers of tau cannot be used: ${error.message}.`, {
      file: path,
      "what to do": "download the file again and compare its hash",
    });
  } finally {
    await file?.close();
  }
}

/** The points that a setup reads; snarkjs would read beyond the end of a section. */
function requireLengths(file: SectionFile, power: number): void {
  const rows = 2 ** power;
  const expected: readonly (readonly [type: number, bytes: number])[] = [
    [2, (2 * rows - 1) * g1Bytes],
    [3, rows * g2Bytes],
    [4, rows * g1Bytes],
    [5, rows * g1Bytes],
    [6, g2Bytes],
    [12, (4 * rows - 1) * g1Bytes],
    [13, (2 * rows - 1) * g2Bytes],
    [14, (2 * rows - 1) * g1Bytes],
    [15, (2 * rows - 1) * g1Bytes],
  ];
  for (const [type, bytes] of expected) {
    const { length } = file.section(type);
    if (length < bytes) throw new SectionFileError(`its section ${type} has ${length} bytes, not ${bytes}`);
  }
}

async function hashPtau(path: string, { onProgress, signal }: PtauOptions): Promise<string> {
  const hash = createHash("blake2b512");
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 22, signal })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    onProgress?.(`hash of the powers of tau: ${Math.round(bytes / 2 ** 20)} MiB`);
  }
  return hash.digest("hex");
}
