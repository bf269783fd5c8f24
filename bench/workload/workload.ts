// Who pays whom: what decides how many accounts a batch touches, and so what it costs to prove and to settle.

import { randomNumbers } from "./random-numbers.ts";

export const workloadNames = ["random", "zipf", "merchant"] as const;
export type WorkloadName = (typeof workloadNames)[number];

export const workloadDescriptions: Readonly<Record<WorkloadName, string>> = {
  random: "sender and recipient uniformly at random",
  zipf: "sender and recipient by Zipf's law, exponent 1.0: the account of rank k pays and is paid with weight 1/k",
  merchant: "a sender uniformly at random pays one of 4 merchants",
};

/** Account indices. Never a payment to oneself. */
export interface Payment {
  readonly from: number;
  readonly to: number;
}

const merchants = 4;

/**
 * An endless sequence of payments, always the same for its arguments.
 *
 * @param accounts - How many there are; payments are between indices below it. At least 5.
 */
export function* workload(name: WorkloadName, accounts: number, seed = 7): Generator<Payment, never> {
  if (accounts <= merchants) {
    throw new Error(`A workload needs more than ${merchants} accounts: ${accounts} given.`);
  }
  const draw = participants(name, accounts, randomNumbers(seed));
  for (;;) {
    const payment = draw();
    if (payment.from !== payment.to) yield payment;
  }
}

function participants(
  name: WorkloadName,
  accounts: number,
  random: (bound: number) => number,
): () => Payment {
  switch (name) {
    case "random":
      return () => ({ from: random(accounts), to: random(accounts) });
    case "zipf": {
      const rank = zipfRanks(accounts, random);
      const indexOfRank = shuffled(accounts, random);
      return () => ({ from: indexOfRank[rank()] as number, to: indexOfRank[rank()] as number });
    }
    case "merchant":
      return () => ({ from: merchants + random(accounts - merchants), to: random(merchants) });
  }
}

/** Ranks from 0 on, the one of rank `k` with weight `1 / (k + 1)`. */
function zipfRanks(count: number, random: (bound: number) => number): () => number {
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1);
    upTo[rank] = sum;
  }
  return () => {
    const target = (random(2 ** 32) / 2 ** 32) * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] as number) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** Ranks do not follow indices, so that popular accounts are spread over the tree. */
function shuffled(count: number, random: (bound: number) => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random(last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}
