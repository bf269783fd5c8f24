import type { JobOptions } from "../../circuits/background.ts";
import { hashFile } from "../../circuits/hashed-file.ts";
import { readR1csHeader } from "../../circuits/r1cs.ts";
import { CeremonyError } from "./errors.ts";
import { generator1, generator2, sameUpToSign } from "./points.ts";
import { inspectPtau, type Ptau, type PtauOptions, requirePower, unknownPtau } from "./ptau-file.ts";
import { runStep } from "./run-step.ts";
import { readTranscript, type Transcript } from "./transcript.ts";

export interface CeremonyRequest extends PtauOptions {
  readonly r1csPath: string;
  /** Undefined: none is configured. */
  readonly ptauPath: string | undefined;
  readonly zkeyPath: string;
}

/** What a Groth16 key says of itself, and what it is to be compared with. */
export interface Ceremony {
  readonly transcript: Transcript;
  readonly ptau: Ptau;
  readonly r1csPath: string;
  /** SHA-256 of the .r1cs file, hex. */
  readonly circuitHash: string;
  /** SHA-256 of the key's file, hex. */
  readonly zkeyHash: string;
}

/** log2 of the hashes of a beacon. Everybody who verifies repeats them: 2^30 take about an hour. */
export const beaconExponents = { min: 10, max: 30 } as const;

/**
 * Makes a key again from the circuit and the powers of tau, and follows its contributions: `snarkjs zkey verify`, and
 * that every point is on the curve and in the subgroup. That is not enough for a live network: see `weaknesses`.
 *
 * @throws CeremonyError as readCeremony and rebuildKey
 */
export async function verifyCeremony(request: CeremonyRequest): Promise<Ceremony> {
  const ceremony = await readCeremony(request);
  await rebuildKey(ceremony, request);
  return ceremony;
}

/**
 * Reads what there is to know without making the key again, in a second.
 *
 * @throws CeremonyError `PTAU_*` but `PTAU_UNKNOWN`; `KEY_MISSING`, `KEY_DAMAGED`, `BAD_POINT`, `WRONG_CIRCUIT`;
 * `INVALID` for a beacon that would take ages
 */
export async function readCeremony(request: CeremonyRequest): Promise<Ceremony> {
  const { r1csPath, zkeyPath } = request;
  const transcript = await readTranscript(zkeyPath);
  await requireCircuit(transcript, r1csPath);
  requireRepeatable(transcript);
  const ptau = await inspectPtau(request.ptauPath, request);
  requirePower(ptau, Math.log2(transcript.domain));
  return {
    transcript,
    ptau,
    r1csPath,
    circuitHash: await hashFile(r1csPath),
    zkeyHash: await hashFile(zkeyPath),
  };
}

/**
 * Makes the key again, as snarkjs does it, and compares.
 *
 * @throws CeremonyError `INVALID` if it is another one, or its contributions do not follow from one another
 */
export async function rebuildKey(
  { transcript, ptau, r1csPath }: Ceremony,
  options: JobOptions,
): Promise<void> {
  const { zkeyPath } = transcript;
  const step = { step: "verify", r1csPath, ptauPath: ptau.path, zkeyPath } as const;
  const { accepted, reasons } = await runStep(step, options);
  if (!accepted) throw invalid(transcript, ptau, reasons);
}

/**
 * Why a live network must refuse a key that snarkjs accepts; none: it may be used there.
 *
 * @param minContributions - Contributions that are not the beacon, at least.
 * @returns errors `PTAU_UNKNOWN`, `TOO_FEW_CONTRIBUTIONS`, `BEACON_MISPLACED`, `WEAK_DELTA`
 */
export function weaknesses(
  { transcript, ptau }: Pick<Ceremony, "transcript" | "ptau">,
  minContributions: number,
): CeremonyError[] {
  const { contributions, zkeyPath } = transcript;
  const found: CeremonyError[] = [];
  if (ptau.published === undefined) found.push(unknownPtau(ptau));
  const secret = contributions.filter(({ beacon }) => beacon === undefined);
  // Whatever the config says: nobody's secret is in a key without one.
  const needed = Math.max(1, minContributions);
  if (secret.length < needed) {
    found.push(
      new CeremonyError(
        "TOO_FEW_CONTRIBUTIONS",
        secret.length === 0
          ? "Nobody contributed to the key: delta is public, and anybody can forge proofs."
          : "Too few people contributed to the key: together they can forge proofs.",
        {
          file: zkeyPath,
          "contributions that are not the beacon": secret.length,
          needed,
          "what to do": "npx hardhat rollup:ceremony contribute, each person on a machine of their own",
        },
      ),
    );
  }
  const misplaced = contributions.find(
    ({ beacon, number }) => beacon !== undefined && number !== contributions.length,
  );
  if (misplaced !== undefined) {
    found.push(
      new CeremonyError("BEACON_MISPLACED", "A key has one beacon at most, and it comes last.", {
        file: zkeyPath,
        "the beacon that is not the last contribution": misplaced.number,
        contributions: contributions.length,
        "what to do": "apply the beacon to the file before it, once, after the last contribution",
      }),
    );
  }
  return [...found, ...weakDelta(transcript)];
}

/**
 * Delta must be nobody's and new after every contribution. Gamma is the generator in every key of snarkjs, which is
 * sound (eprint 2017/1050 sets it to 1): only delta has to be secret.
 */
function weakDelta({ zkeyPath, gamma2, delta1, delta2, contributions }: Transcript): CeremonyError[] {
  const error = (sentence: string, facts: Readonly<Record<string, string | number>>): CeremonyError[] => [
    new CeremonyError("WEAK_DELTA", sentence, {
      file: zkeyPath,
      ...facts,
      "what to do": "contribute again, from the file before it, with fresh randomness",
    }),
  ];
  const generatorSign = delta2.equals(generator2) || delta2.equals(generator2.negate());
  if (delta2.equals(gamma2) || generatorSign || sameUpToSign(delta1, generator1)) {
    return error("Delta is the generator, like gamma: anybody can forge proofs.", {
      contributions: contributions.length,
    });
  }
  const earlier = [generator1];
  for (const { number, delta } of contributions) {
    const repeated = earlier.findIndex((before) => sameUpToSign(before, delta));
    if (repeated !== -1) {
      return error("Contributions cancel each other out: they add no secret.", {
        contribution: number,
        "same delta as after contribution": repeated,
      });
    }
    earlier.push(delta);
  }
  return [];
}

async function requireCircuit(transcript: Transcript, r1csPath: string): Promise<void> {
  const header = await readR1csHeader(r1csPath);
  const publicSignals = header.publicOutputs + header.publicInputs;
  const domain = 2 ** (Math.floor(Math.log2(header.constraints + publicSignals)) + 1);
  const { wires } = header;
  if (
    wires === transcript.wires &&
    publicSignals === transcript.publicSignals &&
    domain === transcript.domain
  ) {
    return;
  }
  const describe = (of: { wires: number; publicSignals: number; domain: number }): string =>
    `${of.wires} wires, ${of.publicSignals} public, ${of.domain} rows`;
  throw new CeremonyError("WRONG_CIRCUIT", "The key is for another circuit, or another version of it.", {
    key: transcript.zkeyPath,
    "circuit of the key": describe(transcript),
    circuit: describe({ wires, publicSignals, domain }),
    "what to do":
      "use the version of this package and the shape that the ceremony was made for, or start a new ceremony",
  });
}

/** A hostile file could name a beacon that takes ages to verify. */
function requireRepeatable({ zkeyPath, contributions }: Transcript): void {
  const { min, max } = beaconExponents;
  for (const { number, beacon } of contributions) {
    if (beacon === undefined) continue;
    if (beacon.iterationsExponent >= min && beacon.iterationsExponent <= max) continue;
    throw new CeremonyError("INVALID", "The number of hashes of a beacon is out of range.", {
      file: zkeyPath,
      contribution: number,
      given: `2^${beacon.iterationsExponent}`,
      allowed: `2^${min} to 2^${max}`,
      "what to do": "apply another beacon to the file before it",
    });
  }
}

function invalid(transcript: Transcript, ptau: Ptau, reasons: readonly string[]): CeremonyError {
  return new CeremonyError(
    "INVALID",
    "The key does not follow from the circuit, the powers of tau and its contributions.",
    {
      key: transcript.zkeyPath,
      "what snarkjs found": reasons.join("; ") || "no reason",
      "powers of tau": ptau.path,
      contributions: transcript.contributions.length,
      "what to do":
        "verify with the powers of tau and the version of the circuit that the ceremony began with; if they are, a file was tampered with: go back to the last one that verifies",
    },
  );
}
