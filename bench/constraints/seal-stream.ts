import type { Shape } from "../../plugin/protocol/shape.ts";
import { type SignedTransaction, transactionKind } from "../../plugin/protocol/transaction.ts";
import type { FeeTakers } from "../../plugin/sequencer/filling.ts";
import type { RegisteredShape } from "../../plugin/sequencer/records.ts";
import { sealPending } from "../../plugin/sequencer/seal.ts";
import type { Payment } from "../workload/workload.ts";
import type { Backlog } from "./result.ts";
import { SimulatedLedger } from "./simulated-ledger.ts";

const signature = { r8x: 0n, r8y: 0n, s: 0n };
const expiry = 2 ** 32 - 1;
const asset = 1;

/** What the sequencer made of a stream. */
export interface SealedStream {
  readonly batches: number;
  readonly transfers: number;
  /** Account slots used, that of who takes the fees included. */
  readonly rows: number;
}

/**
 * Seals a stream of transfers as the sequencer does: what is pending is kept at `backlog` batches, as new transfers
 * arrive after every batch. Every transfer pays a fee.
 *
 * @param payments - Between accounts below `population`; as many as are needed are taken.
 * @param batches - How many are counted, after as many transfers as are pending at first have left.
 * @throws If payments run out or a transfer is refused.
 */
export function sealStream(
  payments: readonly Payment[],
  population: number,
  shape: Shape,
  backlog: Backlog,
  batches: number,
): SealedStream {
  const stream = new Stream(payments, population, shape, backlog);
  stream.settleIn();
  const counted = { batches: 0, transfers: 0, rows: 0 };
  while (counted.batches < batches) {
    const { transfers, rows } = stream.nextBatch();
    counted.batches++;
    counted.transfers += transfers;
    counted.rows += rows;
  }
  return counted;
}

class Stream {
  readonly #payments: readonly Payment[];
  readonly #shapes: readonly RegisteredShape[];
  readonly #pendingTransfers: number;
  readonly #feeTakers: FeeTakers;
  readonly #ledger = new SimulatedLedger();
  readonly #nonces = new Map<number, number>();
  readonly #pending = new Map<number, SignedTransaction>();
  #arrived = 0;
  #batchNumber = 1;

  constructor(payments: readonly Payment[], population: number, shape: Shape, backlog: Backlog) {
    this.#payments = payments;
    this.#shapes = [{ name: "simulated", id: `0x${"0".repeat(64)}`, shape }];
    this.#pendingTransfers = backlog * shape.transactions;
    this.#feeTakers = new Map([[asset, population]]);
  }

  /** Seals until what was pending at first has left, or nearly: passed over transfers gather meanwhile. */
  settleIn(): void {
    let sealed = 0;
    while (sealed < this.#pendingTransfers) sealed += this.nextBatch().transfers;
  }

  nextBatch(): { readonly transfers: number; readonly rows: number } {
    while (this.#pending.size < this.#pendingTransfers) this.#arrive();
    const pending = { entries: [], opens: new Map(), transactions: this.#pending };
    const { batches, sources, dropped } = sealPending(
      this.#ledger,
      pending,
      this.#shapes,
      this.#batchNumber++,
      this.#feeTakers,
      { batches: 1 },
    );
    const [batch] = batches;
    if (batch === undefined || dropped.length > 0) throw new Error("A transfer was refused that is valid.");
    for (const { transactions } of sources) for (const arrival of transactions) this.#pending.delete(arrival);
    return { transfers: batch.sealed.transactions.length, rows: batch.rows.length };
  }

  #arrive(): void {
    const payment = this.#payments[this.#arrived];
    if (payment === undefined) throw new Error(`${this.#arrived} payments are not enough.`);
    const { from, to } = payment;
    const nonce = this.#nonces.get(from) ?? 0;
    this.#nonces.set(from, nonce + 1);
    this.#pending.set(this.#arrived++, {
      kind: transactionKind.transfer,
      from,
      nonce,
      expiry,
      to: BigInt(to),
      amount: 1n,
      fee: 1n,
      payload: this.#ledger.identity(to),
      signature,
    });
  }
}
