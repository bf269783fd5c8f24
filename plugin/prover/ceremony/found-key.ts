import { rm } from "node:fs/promises";
import { hashFile } from "../../circuits/hashed-file.ts";
import type { ProofSystemName } from "../proof-system.ts";
import { CeremonyError } from "./errors.ts";
import { hasUniversalSetup, type KeyOrigin } from "./production-key.ts";
import { inspectPtau, type Ptau, type PtauOptions, unknownPtau } from "./ptau-file.ts";
import { makeFile } from "./run-step.ts";
import { readCeremony, rebuildKey, weaknesses } from "./verify.ts";

export interface KeyToMake extends PtauOptions {
  /** Of the circuit. */
  readonly name: string;
  readonly system: ProofSystemName;
  readonly r1csPath: string;
  readonly ptauPath: string | undefined;
  /** Contributions that are not the beacon, at least. */
  readonly minContributions: number;
}

/** What a key is by its file, not by its record. */
export interface FoundKey {
  readonly ptau: Ptau;
  readonly origin: KeyOrigin;
  /** SHA-256 of the file that was read or made, hex. */
  readonly zkeyHash: string;
  /** What a live network has against it. */
  readonly problems: readonly CeremonyError[];
  /** Makes it again and compares: the long part. */
  readonly rebuild: () => Promise<void>;
}

/** The key of a ceremony. Throws CeremonyError as readCeremony. */
export async function readCeremonyKey(request: KeyToMake, zkeyPath: string): Promise<FoundKey> {
  const ceremony = await readCeremony({ ...request, zkeyPath });
  const { transcript, ptau, zkeyHash } = ceremony;
  const contributions = transcript.contributions.map(({ number, name, hash, beacon }) => {
    return { number, name, hash, beacon: beacon ?? null };
  });
  return {
    ptau,
    origin: { ptau: originOf(ptau), circuitHash: transcript.circuitHash, contributions },
    zkeyHash,
    problems: weaknesses(ceremony, request.minContributions),
    rebuild: () => rebuildKey(ceremony, request),
  };
}

/** A key that follows from circuit and powers of tau alone. Throws CeremonyError as inspectPtau. */
export async function readUniversalKey(request: KeyToMake, zkeyPath: string): Promise<FoundKey> {
  const ptau = await inspectPtau(request.ptauPath, request);
  const zkeyHash = await hashFile(zkeyPath);
  return {
    ptau,
    origin: { ptau: originOf(ptau), circuitHash: null, contributions: [] },
    zkeyHash,
    problems: ptau.published === undefined ? [unknownPtau(ptau)] : [],
    async rebuild() {
      const again = `${zkeyPath}.again.partial`;
      try {
        await setUp(request, ptau.path, again);
        const hash = await hashFile(again);
        if (hash !== zkeyHash) throw notTheSame(zkeyPath, zkeyHash, hash);
      } finally {
        await rm(again, { force: true });
      }
    },
  };
}

/** The setup of PLONK and FFLONK: no secret but those of the powers of tau, and no randomness. */
export async function setUp(request: KeyToMake, ptauPath: string, to: string): Promise<void> {
  const { system, r1csPath } = request;
  if (!hasUniversalSetup(system)) throw new TypeError(`${system} has no universal setup.`);
  await makeFile({ step: "setup", system, r1csPath, ptauPath, to }, request);
}

function notTheSame(zkeyPath: string, zkeyHash: string, again: string): CeremonyError {
  return new CeremonyError("INVALID", "The key does not follow from the circuit and the powers of tau.", {
    key: zkeyPath,
    "SHA-256": zkeyHash,
    "SHA-256 of the key made again": again,
    "what to do": "make it again: npx hardhat rollup:ceremony export",
  });
}

function originOf({ power, blake2b, published }: Ptau): KeyOrigin["ptau"] {
  return { power, blake2b, published: published?.file ?? null };
}
