// A batch that fills every slot of a shape, as the sequencer seals it: deposits to new accounts, payments, withdrawals.

import type { CircuitInput } from "../../plugin/circuits/calculate-witness.ts";
import { type BatchTrace, traceBatch } from "../../plugin/circuits/trace.ts";
import { batchWitness } from "../../plugin/circuits/witness-input.ts";
import { type Account, accountIdentity } from "../../plugin/protocol/account.ts";
import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import type { Deposit } from "../../plugin/protocol/operation.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import { State } from "../../plugin/protocol/state.ts";
import {
  rollupDomain,
  type SignedTransaction,
  signTransaction,
  transactionKind,
} from "../../plugin/protocol/transaction.ts";
import { sealPending } from "../../plugin/sequencer/seal.ts";

const domain = rollupDomain(31_337n, "0x5FbDB2315678afecb367f032d93F642f64180aa3");
const asset = 1;
const balance = 10n ** 18n;
const fee = 1_000n;
const batchNumber = 1;

/** Runs the batch as the circuit does. */
export function traceFullBatch(shape: Shape): BatchTrace {
  const keys = Array.from({ length: shape.accounts }, (_, index) =>
    SigningKey.fromSeed(Uint8Array.of(...new Uint8Array(31).fill(0x5e), index)),
  );
  const accounts = keys.map(({ publicKey }, index): Account => {
    return { ...publicKey, owner: BigInt(0xa000 + index), asset, nonce: 0, balance, data: 0n };
  });
  const present = accounts.length - shape.operations;
  const state = new State(shape.depth);
  for (const [index, account] of accounts.slice(0, present).entries()) state.set(index, account);
  const entries = accounts.slice(present).map((account, position): Deposit => {
    const { ax, ay, owner } = account;
    return { kind: 1, index: present + position, creates: true, asset, owner, amount: balance, ax, ay };
  });
  const transactions = new Map(signedTransactions(shape, keys, accounts).entries());
  const { batches } = sealPending(
    state.copy(),
    { entries, opens: new Map(), transactions },
    [{ name: "full", id: `0x${"00".repeat(32)}`, shape }],
    batchNumber,
    new Map([[asset, 0]]),
  );
  const [batch] = batches;
  if (batch === undefined || batches.length > 1 || batch.rows.length !== shape.accounts) {
    throw new Error(`The work does not fill one batch: ${batches.length} were sealed.`);
  }
  return traceBatch(shape, state, batch.sealed);
}

/** What the circuit takes for it. */
export function fullBatchInput(shape: Shape, shapeId: string): CircuitInput {
  return batchWitness(shape, shapeId, domain, traceFullBatch(shape)).input;
}

/** Payments round all accounts, from the first on; up to a quarter of them, rounded up, are withdrawals, at the end. */
function signedTransactions(
  { transactions: count, exits }: Shape,
  keys: readonly SigningKey[],
  accounts: readonly Account[],
): SignedTransaction[] {
  const withdrawals = Math.min(exits, Math.ceil(count / 4));
  const nonces = accounts.map(() => 0);
  return Array.from({ length: count }, (_, number) => {
    const from = number % accounts.length;
    const to = (number + 1) % accounts.length;
    const nonce = nonces[from] as number;
    nonces[from] = nonce + 1;
    const common = { from, nonce, expiry: batchNumber + 100, amount: BigInt(1_000_003 * (number + 1)), fee };
    const transaction =
      number >= count - withdrawals
        ? { kind: transactionKind.withdraw, to: 0xb0bn, payload: BigInt(asset), ...common }
        : {
            kind: transactionKind.transfer,
            to: BigInt(to),
            payload: accountIdentity(accounts[to] as Account),
            ...common,
          };
    return signTransaction(domain, transaction, keys[from] as SigningKey);
  });
}
