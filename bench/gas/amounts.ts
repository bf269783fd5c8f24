// How much people hold and pay: what decides how many bytes a row takes.

export const amountNames = ["round", "full"] as const;
export type AmountName = (typeof amountNames)[number];

export const amountDescriptions: Readonly<Record<AmountName, string>> = {
  round:
    "0.001 to 1 ETH with two significant digits, from balances of 1 to 100 ETH with two digits, for a fee of 0.000001 ETH",
  full: "the same sizes, but every amount, balance and fee random to the last of 18 decimals",
};

/** In wei. */
export interface Amounts {
  balance(): bigint;
  payment(): bigint;
  fee(): bigint;
}

const fee = 10n ** 12n;

/** @param random - A whole number below a bound of at most 2^32. */
export function amounts(name: AmountName, random: (bound: number) => number): Amounts {
  const rounded = (smallest: bigint, decades: number): bigint =>
    BigInt(10 + random(90)) * (smallest / 10n) * 10n ** BigInt(random(decades));
  const exact = (value: bigint): bigint =>
    name === "round"
      ? value
      : value + (value * BigInt(random(2 ** 32))) / 2n ** 36n + BigInt(random(10 ** 9));
  return {
    balance: () => exact(rounded(10n ** 18n, 2)),
    payment: () => exact(rounded(10n ** 15n, 3)),
    fee: () => exact(fee),
  };
}
