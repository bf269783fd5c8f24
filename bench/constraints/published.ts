// What peers have published of their circuits' sizes. Addresses are in `sources`.

export const sources = {
  hermezEstimator:
    "https://github.com/hermeznetwork/circuits/blob/47e5ec619bd27826b93d7b6858c9d2e2b9826855/tools/circuit-constraints.js",
  hermezTransaction:
    "https://github.com/hermeznetwork/circuits/blob/0d39a3555464c4ac1e15d9153fc6b5150d9a888e/src/rollup-tx.circom",
  hermezSizes: "https://blog.hermez.io/finishing-hermez-trusted-setup-ceremony/",
  loopringData:
    "https://github.com/Loopring/protocols/blob/033feabb59ee097cf071680dab12a3e4ab638021/packages/loopring_v3/circuit/statements.md",
  loopringDesign:
    "https://github.com/Loopring/protocols/blob/adc95a13ab4d84ff50a99f601ba1c6b5add7e411/packages/loopring_v3/DESIGN.md",
} as const;

/** A transaction at 32 levels: the figure that docs/protocol.md names. */
export const hermezPublished = 52_400;
/** `TREE_DEPTH` of the circuits of the ceremony: circuit-1912-32-256-64 and circuit-344-32-256-64. */
export const hermezLevels = 32;

/** Loopring 3.6: `TX_DATA_AVAILABILITY_SIZE`, published and hashed for every transaction. */
export const loopringBytes = 68;
/** What docs/protocol.md names for SHA-256 alone. */
export const loopringSha256 = 32_000;
/** DESIGN.md, "Constraint Limit": a ring settlement; every transaction's slot is as large. */
export const loopringRing = 130_000;

/** A Hermez circuit: transactions of L1 among all, and tokens in which fees are collected. */
export interface HermezSize {
  readonly levels: number;
  readonly transactionsOfL1: number;
  readonly feeTokens: number;
}

export const hermezCeremony: HermezSize = { levels: hermezLevels, transactionsOfL1: 256, feeTokens: 64 };

/** Constraints of a block of SHA-256, as the estimator has it. */
const perBlock = 29_305;
const bitsPerBlock = 512;
/** Of one level, in each of a transaction's two processors. */
export const hermezLevel = 974 / 2;

/** Bits of a transaction in the published data. */
export function hermezDataBits(levels: number): number {
  return 2 * levels + 48;
}

/** The estimator's terms that grow with the number of transactions, for one of them. */
export function hermezTransaction({ levels, feeTokens }: HermezSize): {
  readonly decode: number;
  readonly rollup: number;
  readonly feeSlots: number;
  readonly data: number;
  readonly intermediate: number;
} {
  const bits = hermezDataBits(levels);
  return {
    decode: 4 * levels + 1_473,
    rollup: 974 * levels + 14_552,
    feeSlots: 5 * feeTokens,
    data: (perBlock * bits) / bitsPerBlock + 2 * bits,
    intermediate: 2 * 3 + (2 + feeTokens) * 2,
  };
}

/** All of the estimator's terms for one transaction. */
export function hermezPerTransaction(size: HermezSize): number {
  return Object.values(hermezTransaction(size)).reduce((sum, term) => sum + term, 0);
}

/** The estimator's terms that a batch has whatever the number of its transactions. */
export function hermezPerBatch({ levels, transactionsOfL1, feeTokens }: HermezSize): number {
  const bitsOfL1 = transactionsOfL1 * (2 * levels + 528);
  const bits = 2 * levels + 3 * 256 + 16 + bitsOfL1 + feeTokens * levels;
  const hashed = 28_953 + (perBlock * (bits + 64)) / bitsPerBlock;
  const feeTransactions = feeTokens * (483 * levels + 2_592);
  return feeTransactions + hashed + 2 * bitsOfL1 + (48 + 2 * levels) * feeTokens + 2 * (1 + 2 * feeTokens);
}
