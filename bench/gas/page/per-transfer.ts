import type { Settlement } from "../result.ts";

export function perTransfer({ gas, transfers }: Pick<Settlement, "gas" | "transfers">): number {
  return gas / transfers;
}

/** The settlement that takes least for a transfer. */
export function cheapest(settlements: readonly Settlement[]): Settlement | undefined {
  return settlements.toSorted((a, b) => perTransfer(a) - perTransfer(b))[0];
}
