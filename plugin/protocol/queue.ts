import { fixedHex } from "./hex.ts";
import { keccakWords } from "./keccak.ts";
import { assertOperation, type Deposit, type Exit, operationKind } from "./operation.ts";

/** A deposit or a forced exit that L1 has queued, without what the sequencer decides of it. */
export type QueueEntry = {
  /** Its number in the queue, counted from 0 over deposits and exits. */
  readonly entry: number;
  /** Unix time until which it has to be settled. */
  readonly deadline: number;
} & (Omit<Deposit, "index" | "creates"> | Exit);

/**
 * What the contract keeps of a queue entry besides its deadline: the high 208 bits of
 * `keccak256(abi.encode(kind, asset, owner, amount, ax, ay))` for a deposit, of
 * `keccak256(abi.encode(kind, index, owner))` for an exit. A deposit's index and `creates` are the sequencer's choice
 * and not covered.
 *
 * @returns a `bytes26`: `0x` and 52 digits
 * @throws ProtocolError as assertOperation
 */
export function queueEntryHash(operation: Deposit | Exit): string {
  assertOperation(operation);
  const words =
    operation.kind === operationKind.exit
      ? [BigInt(operation.kind), BigInt(operation.index), operation.owner]
      : [
          BigInt(operation.kind),
          BigInt(operation.asset),
          operation.owner,
          operation.amount,
          operation.ax,
          operation.ay,
        ];
  return `0x${fixedHex(keccakWords(words) >> 48n, 26)}`;
}
