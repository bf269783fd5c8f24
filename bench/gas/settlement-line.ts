import type { Settlement } from "./result.ts";

/** A settlement as text. */
export function settlementLine(settlement: Settlement): string {
  const { shape, workload, amounts, batches, transfers, rows, rowBytes, gas, verifier } = settlement;
  const counted = `${batches} ${batches === 1 ? "batch" : "batches"}, ${transfers} transfers, ${rows} rows`;
  const costs = `${Math.round(gas / transfers)} gas a transfer, ${(rowBytes / rows).toFixed(2)} bytes a row`;
  return `${shape}, ${workload}, ${amounts} amounts: ${counted}: ${gas} gas, ${costs} (${verifier})`;
}
