import type { Account } from "../../plugin/protocol/account.ts";
import { State } from "../../plugin/protocol/state.ts";
import { signTransaction } from "../../plugin/protocol/transaction.ts";
import { proveBatches } from "../../plugin/prover/prove-batches.ts";
import type { ShapeSetup } from "../../plugin/prover/shape-setup.ts";
import type { RegisteredShape } from "../../plugin/sequencer/records.ts";
import type { BatchToSettle } from "../../plugin/settlement/batch-to-settle.ts";
import { keyOf } from "../measure/payments.ts";
import { settledBefore } from "./measured-rollup.ts";
import { accountOf, type Crowd, feeAccountsOf, pendingPayments } from "./people.ts";
import { enoughPayments, sealPayments } from "./sealed-batches.ts";

/** A crowd's accounts with keys, in a tree. */
export function signingState(crowd: Crowd, depth: number): State {
  const state = new State(depth);
  for (const index of [...Array(crowd.accounts).keys(), ...feeAccountsOf(crowd).values()]) {
    state.set(index, signingAccount(crowd, index));
  }
  return state;
}

/** Batches that the sequencer seals of what a crowd pays and signs, with their proofs. */
export async function provenBatches(
  crowd: Crowd,
  shape: RegisteredShape,
  setup: ShapeSetup,
  domain: bigint,
  batches: number,
  onProven: (batchNumber: number) => void,
): Promise<readonly (BatchToSettle & { readonly transfers: number })[]> {
  const state = signingState(crowd, shape.shape.depth);
  const pending = pendingPayments(crowd, enoughPayments(shape, batches), {
    account: (index) => signingAccount(crowd, index),
    identity: (index) => state.identity(index),
    sign: (transaction) => signTransaction(domain, transaction, keyOf(transaction.from)),
  });
  const records = sealPayments(state.copy(), pending, crowd, shape, batches, settledBefore + 1);
  const toProve = records.map(({ sealed }) => ({ sealed, setup, shapeId: shape.id, deadline: undefined }));
  const proven = new Map<number, BatchToSettle & { transfers: number }>();
  for await (const result of proveBatches(state, domain, toProve)) {
    const { batchNumber, newRoot, proof, publicInputs } = result;
    const record = records[batchNumber - settledBefore - 1];
    if (record === undefined)
      throw new Error(`There is a proof of batch ${batchNumber}, which nobody asked for.`);
    const { exits, rows, sealed } = record;
    proven.set(batchNumber, {
      ...{ batchNumber, newRoot, proof, exits, rows },
      commitment: publicInputs[0],
      shapeId: shape.id,
      operations: sealed.operations,
      transfers: sealed.transactions.length,
    });
    onProven(batchNumber);
  }
  return [...proven.values()].sort((a, b) => a.batchNumber - b.batchNumber);
}

function signingAccount(crowd: Crowd, index: number): Account {
  return { ...accountOf(crowd, index), ...keyOf(index).publicKey };
}
