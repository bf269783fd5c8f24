import path from "node:path";
import type { Contribution, Transcript } from "./transcript.ts";

/** What the maker of the last contribution publishes, where nobody else can change it. Empty if there is none. */
export function attestation({ zkeyPath, circuitHash, contributions }: Transcript, zkeyHash: string): string {
  const last = contributions.at(-1);
  if (last === undefined) return "";
  const before = contributions.at(-2);
  const facts: Readonly<Record<string, string>> = {
    contribution: `${last.number}, ${last.name}${beaconText(last)}`,
    "contribution hash": last.hash,
    "continues contribution": before === undefined ? "none, it is the first" : before.hash,
    "circuit hash": circuitHash,
    file: path.basename(zkeyPath),
    "SHA-256 of the file": zkeyHash,
  };
  return `${Object.entries(facts)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n")}\n`;
}

/** What a beacon was made of; empty for a contribution of a person. */
export function beaconText({ beacon }: Contribution): string {
  return beacon === undefined ? "" : ` (${beacon.value}, hashed 2^${beacon.iterationsExponent} times)`;
}
