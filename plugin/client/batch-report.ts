import { packBatch } from "../protocol/batch-data.ts";
import type { ProofSystemName } from "../prover/proof-system.ts";
import type { ProofRecord, SealedRecord, SettlementRecord } from "../sequencer/records.ts";

/** What became of a sealed batch, in figures. */
export type BatchReport = {
  readonly batchNumber: number;
  readonly shapeName: string;
  /** What proves it; `simulated`: nothing does. */
  readonly system: ProofSystemName;
  readonly operations: number;
  readonly transactions: number;
  /** Accounts touched: rows published. */
  readonly accounts: number;
  readonly exits: number;
  /** Bytes of operations, exits and rows in calldata. */
  readonly publishedBytes: number;
  /** Of the proof; undefined before it is there. */
  readonly constraints: number | undefined;
  readonly witnessSeconds: number | undefined;
  readonly proofSeconds: number | undefined;
  /** Largest resident size of the proof's process; 0 if its system does not tell. */
  readonly peakMemoryBytes: number | undefined;
  /** Of the settlement, of whose gas it is the batch's share; undefined before it is there. */
  readonly gasUsed: bigint | undefined;
  readonly transactionHash: string | undefined;
};

export function reportOf(
  system: ProofSystemName,
  batch: SealedRecord,
  proof: ProofRecord | undefined,
  settlement: SettlementRecord | undefined,
): BatchReport {
  const { sealed, shapeName, exits, rows } = batch;
  const packed = packBatch({ operations: sealed.operations, exits, rows });
  return {
    batchNumber: sealed.batchNumber,
    shapeName,
    system,
    operations: sealed.operations.length,
    transactions: sealed.transactions.length,
    accounts: rows.length,
    exits: exits.length,
    publishedBytes: Object.values(packed).reduce((sum, hex) => sum + (hex.length - 2) / 2, 0),
    constraints: proof?.constraints,
    witnessSeconds: proof?.witnessSeconds,
    proofSeconds: proof?.proofSeconds,
    peakMemoryBytes: proof?.peakMemoryBytes,
    gasUsed: settlement?.gasUsed,
    transactionHash: settlement?.transactionHash,
  };
}
