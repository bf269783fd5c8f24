import { type Account, createAccount, isAbsent } from "../../protocol/account.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { wordHex } from "../../protocol/hex.ts";
import { createsAccount, operationKind } from "../../protocol/operation.ts";
import type { Row } from "../../protocol/row.ts";
import type { State } from "../../protocol/state.ts";
import { SettlementError } from "../errors.ts";
import type { SettledBatch } from "../settled-batches.ts";

/**
 * Brings the state forward by a batch's published data (protocol section 6): keys from operations, balances and nonces
 * from rows.
 *
 * @throws SettlementError unless the data leads to the batch's root; the state is then spoilt
 */
export function replayBatch(state: State, batch: SettledBatch): void {
  try {
    for (const operation of batch.operations) {
      if (operation.kind === operationKind.exit || !createsAccount(operation)) continue;
      if (!isAbsent(state.account(operation.index))) {
        throw contradiction(batch, "an account is created that exists", operation.index);
      }
      state.set(operation.index, createAccount(operation));
    }
    for (const row of batch.rows) state.set(row.index, afterRow(state.account(row.index), row, batch));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw differs(batch, { problem: error.message }, error);
  }
  if (state.root !== batch.newRoot) {
    throw differs(batch, {
      "root rebuilt": wordHex(state.root),
      "root settled": wordHex(batch.newRoot),
    });
  }
}

function afterRow(account: Account, row: Row, batch: SettledBatch): Account {
  // An exit of an account that nobody has touches an empty place and leaves it empty.
  if (isAbsent(account)) {
    if (row.balance === 0n && row.nonceIncrease === 0) return account;
    throw contradiction(batch, "an account changes that nobody has", row.index);
  }
  return { ...account, balance: row.balance, nonce: account.nonce + row.nonceIncrease };
}

function contradiction(batch: SettledBatch, problem: string, index: number): SettlementError {
  return differs(batch, { problem, account: index });
}

function differs(
  batch: SettledBatch,
  facts: Readonly<Record<string, string | number>>,
  cause?: Error,
): SettlementError {
  return new SettlementError(
    `The data of batch ${batch.batchNumber} does not lead to its root.`,
    {
      ...facts,
      transaction: batch.transactionHash,
      block: batch.blockNumber,
      "what to do":
        "ask another node; if all say the same, the rollup's verifier has accepted a false batch: stop using it",
    },
    cause,
  );
}
