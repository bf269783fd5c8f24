import { bitsPerBlock, type PeerCounts } from "./peer-parts.ts";
import {
  hermezCeremony,
  hermezDataBits,
  hermezLevel,
  hermezLevels,
  hermezPerBatch,
  hermezPerTransaction,
  hermezPublished,
  hermezTransaction,
  loopringBytes,
  loopringRing,
  loopringSha256,
} from "./published.ts";
import type { EqualAccountsRow, HermezParts, LoopringParts, PartRow } from "./result.ts";
import { slotCost } from "./slot-cost.ts";

/** Of SHA-256, for a bit of a long message. */
export function sha256PerBit({ oneBlock, twoBlocks }: PeerCounts): number {
  return (twoBlocks - oneBlock) / bitsPerBlock;
}

/** What Hermez's figure is made of (src/rollup-tx.circom), by templates of circomlib compiled here. */
export function hermezParts(counts: PeerCounts): HermezParts {
  const dataBits = hermezDataBits(hermezLevels);
  const parts: PartRow[] = [
    part("SMTProcessor(33), sender and recipient", counts.smt33, 2),
    part("EdDSAPoseidonVerifier", counts.eddsa, 1),
    part("Poseidon(4), states of two accounts before and after", counts.poseidon4, 4),
    part(`SHA-256, a bit of ${dataBits} published`, sha256PerBit(counts), dataBits),
  ];
  const explained = parts.reduce((sum, { perTransaction }) => sum + perTransaction, 0);
  const { rollup, data } = hermezTransaction(hermezCeremony);
  return {
    levels: hermezLevels,
    published: hermezPublished,
    parts,
    explained,
    rest: hermezPublished - explained,
    level: (counts.smt33 - counts.smt25) / 8,
    estimatedLevel: hermezLevel,
    estimate: {
      perTransaction: hermezPerTransaction(hermezCeremony),
      ofPublished: rollup + data,
      perBatch: hermezPerBatch(hermezCeremony),
    },
  };
}

export function loopringParts(counts: PeerCounts): LoopringParts {
  return {
    bytesPerTransaction: loopringBytes,
    sha256PerTransaction: 8 * loopringBytes * sha256PerBit(counts),
    published: loopringSha256,
    publishedPerRing: loopringRing,
  };
}

/** Our 4-ary tree of depth L has the accounts of a binary one of 2L levels. */
export function equalAccounts(depth: number): EqualAccountsRow {
  const levels = 2 * depth;
  const transaction = slotCost("transaction", depth);
  const account = slotCost("account", depth);
  return {
    depth,
    hermezLevels: levels,
    hermez: hermezPerTransaction({ ...hermezCeremony, levels }),
    perTransfer: [transaction, transaction + account, transaction + 2 * account],
  };
}

function part(name: string, constraints: number, times: number): PartRow {
  return { part: name, constraints, perTransaction: times * constraints };
}
