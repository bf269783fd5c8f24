import type { BatchReport } from "../client/batch-report.ts";
import { type Column, formatCount, formatTable } from "./table.ts";

const columns: (Column & { readonly of: (batch: BatchReport) => string })[] = [
  { title: "batch", align: "right", of: ({ batchNumber }) => String(batchNumber) },
  { title: "shape", of: ({ shapeName }) => shapeName },
  { title: "proofs", of: ({ system }) => proofs(system) },
  { title: "operations", align: "right", of: ({ operations }) => String(operations) },
  { title: "transactions", align: "right", of: ({ transactions }) => String(transactions) },
  { title: "accounts", align: "right", of: ({ accounts }) => String(accounts) },
  { title: "exits", align: "right", of: ({ exits }) => String(exits) },
  { title: "constraints", align: "right", of: ({ constraints }) => figure(constraints) },
  { title: "witness s", align: "right", of: ({ witnessSeconds }) => seconds(witnessSeconds) },
  { title: "proof s", align: "right", of: ({ proofSeconds }) => seconds(proofSeconds) },
  { title: "peak MB", align: "right", of: ({ peakMemoryBytes }) => megabytes(peakMemoryBytes) },
  { title: "gas", align: "right", of: ({ gasUsed }) => figure(gasUsed) },
  { title: "gas/tx", align: "right", of: ({ gasUsed, transactions }) => each(gasUsed, transactions) },
  { title: "bytes/tx", align: "right", of: (batch) => each(batch.publishedBytes, batch.transactions) },
];

/** What is known of each batch, a row a batch; columns that no batch has a value for are left out. */
export function formatBatches(batches: readonly BatchReport[]): string {
  const cells = columns.map((column) => ({ column, values: batches.map(column.of) }));
  const shown = cells.filter(({ values }) => values.some((value) => value !== ""));
  return formatTable(
    shown.map(({ column }) => column),
    batches.map((_, row) => shown.map(({ values }) => values[row] ?? "")),
  );
}

/** Groth16 is what a reader expects. */
function proofs(system: BatchReport["system"]): string {
  if (system === "groth16") return "";
  return system === "simulated" ? "SIMULATED" : system;
}

function figure(value: number | bigint | undefined): string {
  return value === undefined ? "" : formatCount(value);
}

function seconds(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(1);
}

/** 0: unknown. */
function megabytes(bytes: number | undefined): string {
  return bytes === undefined || bytes === 0 ? "" : formatCount(Math.round(bytes / 1e6));
}

/** A share of one transaction, of which a batch of deposits has none. */
function each(total: number | bigint | undefined, transactions: number): string {
  return total === undefined || transactions === 0
    ? ""
    : formatCount(Math.round(Number(total) / transactions));
}
