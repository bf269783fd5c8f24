import { componentSource, type Source } from "./compile.ts";

const smtProcessor = "circomlib/circuits/smt/smtprocessor.circom";
const sha256 = "circomlib/circuits/sha256/sha256.circom";
const poseidon = "circomlib/circuits/poseidon.circom";

/** Bits of one block of SHA-256; a message takes 65 more than it has. */
export const bitsPerBlock = 512;

/** Templates that peers' circuits are made of, and ours for the same purpose. */
export const peerParts = {
  /** Hermez gives its processors a level more than its tree has: src/rollup-tx.circom, step J. */
  smt33: componentSource("peer-smt-processor-33", smtProcessor, "SMTProcessor(33)"),
  smt25: componentSource("peer-smt-processor-25", smtProcessor, "SMTProcessor(25)"),
  eddsa: componentSource(
    "peer-eddsa-poseidon",
    "circomlib/circuits/eddsaposeidon.circom",
    "EdDSAPoseidonVerifier()",
  ),
  poseidon4: componentSource("peer-poseidon-4", poseidon, "Poseidon(4)"),
  poseidon6: componentSource("peer-poseidon-6", poseidon, "Poseidon(6)"),
  oneBlock: componentSource("peer-sha256-447", sha256, `Sha256(${bitsPerBlock - 65})`),
  twoBlocks: componentSource("peer-sha256-959", sha256, `Sha256(${2 * bitsPerBlock - 65})`),
  ownSignature: componentSource("verify-signature-alone", "signature.circom", "VerifySignature()"),
  ownPath: componentSource("update-leaf-16", "state-tree.circom", "UpdateLeaf(16)"),
} as const satisfies Readonly<Record<string, Source>>;

/** Constraints of each of the parts. */
export type PeerCounts = Readonly<Record<keyof typeof peerParts, number>>;
