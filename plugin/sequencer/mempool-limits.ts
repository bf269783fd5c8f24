/** How much the sequencer admits before it is sealed (protocol section 8). */
export type MempoolLimits = {
  /** Transactions that are ready to be sealed, of all accounts. */
  readonly transactions: number;
  /** Of one account, those that wait included. */
  readonly perAccount: number;
  /** Transactions that wait for one with a lower nonce, of all accounts. */
  readonly waiting: number;
  /** Of one account; no nonce may be further than that from the next one either. */
  readonly waitingPerAccount: number;
  /** After that many seconds one that still waits is dropped. */
  readonly waitingSeconds: number;
  /** In each asset's base unit: transactions with a lower fee are refused. */
  readonly minimumFee: bigint;
};

export const defaultMempoolLimits: MempoolLimits = {
  transactions: 100_000,
  perAccount: 50_000,
  waiting: 16_384,
  waitingPerAccount: 64,
  waitingSeconds: 3 * 3_600,
  minimumFee: 0n,
};

/** The least fee that takes the place of another one: 10 % more, and more. */
export function outbidding(fee: bigint): bigint {
  return fee + (fee < 10n ? 1n : (fee + 9n) / 10n);
}
