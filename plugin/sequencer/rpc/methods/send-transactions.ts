import { z } from "zod/v4";
import { ProtocolError } from "../../../protocol/errors.ts";
import { decodeTransaction, type SignedTransaction } from "../../../protocol/transaction.ts";
import { transactionFromJson } from "../../../protocol/transaction-json.ts";
import type { Submission } from "../../admission.ts";
import type { Refusal } from "../../refusal.ts";
import type { AdmissionGate } from "../admission-gate.ts";
import { RpcError } from "../errors.ts";
import { defineMethod, type RpcMethod, rawParam } from "../method.ts";
import { refusalJson, signedTransaction, transactionIdType } from "../wire.ts";

/** Transactions of one call, at most. */
const maxTransactions = 1_000;

/** `rollup_sendTransaction` and `rollup_sendTransactions`. */
export function sendMethods(gate: AdmissionGate): RpcMethod[] {
  const one = defineMethod({
    name: "rollup_sendTransaction",
    summary: "Submits a signed transaction; answers once it is on the sequencer's disk",
    params: z.strictObject({ transaction: signedTransaction }),
    result: transactionIdType,
    async handle({ transaction }) {
      const decoded = decode(transaction);
      if ("code" in decoded) throw refused(decoded);
      const [outcome] = await gate.submit([decoded]);
      if (outcome === undefined) throw new Error("A transaction was submitted without an outcome.");
      if ("refusal" in outcome) throw refused(outcome.refusal);
      return outcome.id;
    },
  });
  const many = defineMethod({
    name: "rollup_sendTransactions",
    summary: "Submits up to 1,000 signed transactions, in order; each is taken or refused for itself",
    params: z.strictObject({ transactions: z.array(signedTransaction).max(maxTransactions) }),
    result: z.array(z.union([z.object({ id: transactionIdType }), z.object({ refusal: refusalJson })])),
    cost(params) {
      const transactions = rawParam(params, "transactions", 0);
      return Array.isArray(transactions) ? transactions.length : 1;
    },
    async handle({ transactions }) {
      const decoded = transactions.map(decode);
      const wellFormed = decoded.filter(
        (transaction): transaction is SignedTransaction => !("code" in transaction),
      );
      const outcomes = (await gate.submit(wellFormed)).values();
      return decoded.map((transaction): Submission => {
        if ("code" in transaction) return { refusal: transaction };
        const { value } = outcomes.next();
        if (value === undefined) throw new Error("A transaction was submitted without an outcome.");
        return value;
      });
    },
  });
  return [one, many];
}

function decode(transaction: z.output<typeof signedTransaction>): SignedTransaction | Refusal {
  try {
    return typeof transaction === "string"
      ? decodeTransaction(transaction)
      : transactionFromJson(transaction);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { code: "MALFORMED", reason: error.message };
  }
}

function refused({ code, reason }: Refusal): RpcError {
  return new RpcError("TRANSACTION_REFUSED", `Transaction refused (${code}). ${reason}`, {
    refusal: code,
    reason,
  });
}
