import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { JobOptions } from "../../circuits/background.ts";
import { hashFile } from "../../circuits/hashed-file.ts";
import { readR1csHeader } from "../../circuits/r1cs.ts";
import { attestation } from "./attestation.ts";
import type { CeremonyStep } from "./ceremony-job.ts";
import { CeremonyError } from "./errors.ts";
import { keyFilePath, keyFilesIn, parseKeyFile, readKeyFile, requireContinued } from "./key-files.ts";
import { writeWhole } from "./partial-file.ts";
import { inspectPtau, type Ptau, type PtauOptions, requirePower } from "./ptau-file.ts";
import { makeFile } from "./run-step.ts";
import { readTranscript, type Transcript } from "./transcript.ts";
import { beaconExponents } from "./verify.ts";

/** A step that is done. */
export interface CeremonyResult {
  readonly transcript: Transcript;
  /** SHA-256 of the new file, hex. */
  readonly zkeyHash: string;
  /** What its maker publishes; also in a file beside the key. Empty for the key before the first contribution. */
  readonly attestation: string;
}

export interface NewCeremony extends PtauOptions {
  /** Of the circuit. */
  readonly name: string;
  readonly r1csPath: string;
  readonly ptauPath: string | undefined;
  readonly folder: string;
}

/**
 * Makes the key before the first contribution: it follows from the circuit and the powers of tau, so that everybody
 * gets the same one, and proofs for it can be forged.
 *
 * @throws CeremonyError `FILE_EXISTS`, `PTAU_MISSING`, `PTAU_DAMAGED`, `PTAU_TOO_SMALL`
 */
export async function startCeremony(request: NewCeremony): Promise<CeremonyResult & { readonly ptau: Ptau }> {
  const { name, r1csPath, folder } = request;
  const [present] = await keyFilesIn(folder, name);
  if (present !== undefined) {
    throw new CeremonyError("FILE_EXISTS", "A ceremony has been started here already.", {
      file: present.path,
      "what to do": "contribute to it, or move its files away to start another one",
    });
  }
  const header = await readR1csHeader(r1csPath);
  const ptau = await inspectPtau(request.ptauPath, request);
  const rows = header.constraints + header.publicOutputs + header.publicInputs;
  requirePower(ptau, Math.floor(Math.log2(rows)) + 1);
  await mkdir(folder, { recursive: true });
  const file = keyFilePath(folder, name, 0);
  const step = { step: "new", r1csPath, ptauPath: ptau.path } as const;
  await writeWhole(file, (to) => makeFile({ ...step, to }, request));
  return { ...(await result(file)), ptau };
}

export interface ContributionRequest extends JobOptions {
  /** The key to continue. */
  readonly from: string;
  /** Of the contributor. */
  readonly name: string;
  /** Any text that nobody else knows: hashed together with random numbers of the system. */
  readonly entropy?: string | undefined;
}

/**
 * Multiplies delta by a secret number that nobody keeps. The new key is written beside the one that it continues.
 *
 * @throws CeremonyError `BAD_ARGUMENT`, `KEY_MISSING`, `KEY_DAMAGED`, `BAD_POINT`, `WRONG_NUMBER`, `FINISHED`,
 * `FILE_EXISTS`
 */
export async function contribute(request: ContributionRequest): Promise<CeremonyResult> {
  const { from, name } = request;
  requireName(name);
  // snarkjs asks on the terminal if it is empty.
  const entropy = `${request.entropy ?? ""} ${randomBytes(64).toString("hex")}`;
  return await append(from, name, (to) => ({ step: "contribute", from, to, name, entropy }), request);
}

export interface BeaconRequest extends JobOptions {
  /** The key to finish. */
  readonly from: string;
  /** A public random value that nobody could foresee while people contributed: hex, 32 to 64 bytes. */
  readonly value: string;
  /** log2 of the number of hashes, see beaconExponents. */
  readonly iterationsExponent: number;
}

/**
 * Ends a ceremony with a public random value, so that the last contributor could not choose the key among many.
 *
 * @throws CeremonyError as contribute
 */
export async function applyBeacon(request: BeaconRequest): Promise<CeremonyResult> {
  const { from, iterationsExponent } = request;
  const value = request.value.replace(/^0x/, "").toLowerCase();
  const { min, max } = beaconExponents;
  if (!/^(?:[0-9a-f]{2}){32,64}$/.test(value)) {
    throw new CeremonyError("BAD_ARGUMENT", "The beacon is no such value.", {
      given: request.value,
      expected: "32 to 64 bytes in hexadecimal, such as a block hash or a round of drand",
      "what to do": "say before the ceremony which future value it will be, and take that one",
    });
  }
  if (!Number.isInteger(iterationsExponent) || iterationsExponent < min || iterationsExponent > max) {
    throw new CeremonyError("BAD_ARGUMENT", "The number of hashes of a beacon is out of range.", {
      given: `2^${iterationsExponent}`,
      expected: `2^${min} to 2^${max}`,
      "what to do": "10 is enough where the value itself cannot be influenced",
    });
  }
  const name = "beacon";
  return await append(
    from,
    name,
    (to) => ({ step: "beacon", from, to, name, value, iterationsExponent }),
    request,
  );
}

async function append(
  from: string,
  contributor: string,
  step: (to: string) => CeremonyStep & { readonly to: string },
  options: JobOptions,
): Promise<CeremonyResult> {
  const before = await readKeyFile(from);
  const { path: absolute, name, number } = parseKeyFile(from);
  const beacon = before.contributions.find((contribution) => contribution.beacon !== undefined);
  if (beacon !== undefined) {
    throw new CeremonyError("FINISHED", "The ceremony has ended: the beacon comes last.", {
      file: from,
      "contribution of the beacon": beacon.number,
      "what to do": "npx hardhat rollup:ceremony export; or continue the file before the beacon",
    });
  }
  const folder = path.dirname(absolute);
  const next = (await keyFilesIn(folder, name)).find((file) => file.number === number + 1);
  if (next !== undefined) {
    throw new CeremonyError("FILE_EXISTS", "Somebody has continued this key already.", {
      file: from,
      "continued by": next.path,
      "what to do": "continue the newest file, so that every contribution counts",
    });
  }
  const file = keyFilePath(folder, name, number + 1, contributor);
  await writeWhole(file, async (to) => {
    await makeFile(step(to), options);
    requireContinued(before, await readTranscript(to));
  });
  return await result(file);
}

async function result(file: string): Promise<CeremonyResult> {
  const transcript = await readKeyFile(file);
  const zkeyHash = await hashFile(file);
  const text = attestation(transcript, zkeyHash);
  if (text !== "") {
    const textFile = file.replace(/\.zkey$/, ".txt");
    await writeWhole(textFile, (to) => writeFile(to, text));
  }
  return { transcript, zkeyHash, attestation: text };
}

/** It goes into the file (64 characters at most) and onto terminals. */
function requireName(name: string): void {
  if (/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._'-]{0,63}$/u.test(name) && name !== "beacon") return;
  throw new CeremonyError("BAD_ARGUMENT", "A contributor has no such name.", {
    given: JSON.stringify(name),
    expected: "1 to 64 letters, digits, spaces, dots, dashes and underscores; not beacon",
    "what to do": "npx hardhat rollup:ceremony contribute --name <name>",
  });
}
