import { ProtocolError } from "./errors.ts";
import {
  assertSignatureElements,
  assertTransaction,
  type SignedTransaction,
  transactionKind,
} from "./transaction.ts";

/**
 * A signed transaction for files and JSON-RPC. Amounts and elements are decimal strings, because JSON's numbers are
 * exact to 53 bits only; `to` is one as well, for a withdrawal the L1 address as an integer.
 */
export type TransactionJson = {
  readonly kind: keyof typeof transactionKind;
  readonly from: number;
  readonly nonce: number;
  readonly expiry: number;
  readonly to: string;
  readonly amount: string;
  readonly fee: string;
  readonly payload: string;
  readonly signature: { readonly r8x: string; readonly r8y: string; readonly s: string };
};

const transactionFields = ["kind", "from", "nonce", "expiry", "to", "amount", "fee", "payload", "signature"];
const signatureFields = ["r8x", "r8y", "s"];

/** @throws ProtocolError as encodeTransaction */
export function transactionToJson(tx: SignedTransaction): TransactionJson {
  assertTransaction(tx);
  assertSignatureElements(tx.signature);
  return {
    kind: kindName(tx.kind),
    from: tx.from,
    nonce: tx.nonce,
    expiry: tx.expiry,
    to: tx.to.toString(),
    amount: tx.amount.toString(),
    fee: tx.fee.toString(),
    payload: tx.payload.toString(),
    signature: {
      r8x: tx.signature.r8x.toString(),
      r8y: tx.signature.r8y.toString(),
      s: tx.signature.s.toString(),
    },
  };
}

/**
 * Reads parsed JSON from a stranger: exactly the fields of TransactionJson, in any order, all in range. The signature
 * is not verified.
 *
 * @throws ProtocolError `MALFORMED` naming the field, as decodeTransaction
 */
export function transactionFromJson(json: unknown): SignedTransaction {
  const fields = record("transaction", json, transactionFields);
  const signature = record("signature", fields.signature, signatureFields);
  const tx: SignedTransaction = {
    kind: kindOf(fields.kind),
    from: number("from", fields.from),
    nonce: number("nonce", fields.nonce),
    expiry: number("expiry", fields.expiry),
    to: integer("to", fields.to),
    amount: integer("amount", fields.amount),
    fee: integer("fee", fields.fee),
    payload: integer("payload", fields.payload),
    signature: {
      r8x: integer("signature.r8x", signature.r8x),
      r8y: integer("signature.r8y", signature.r8y),
      s: integer("signature.s", signature.s),
    },
  };
  assertTransaction(tx);
  assertSignatureElements(tx.signature);
  return tx;
}

function kindName(kind: SignedTransaction["kind"]): TransactionJson["kind"] {
  if (kind === transactionKind.transfer) return "transfer";
  return kind === transactionKind.withdraw ? "withdraw" : "call";
}

function kindOf(value: unknown): SignedTransaction["kind"] {
  if (value === "transfer" || value === "withdraw" || value === "call") return transactionKind[value];
  throw malformed("kind", "transfer, withdraw or call", value);
}

function number(field: string, value: unknown): number {
  if (typeof value !== "number") throw malformed(field, "a number", value);
  return value;
}

function integer(field: string, value: unknown): bigint {
  // 78 digits hold every 256-bit integer; no reason to parse a megabyte of them.
  if (typeof value !== "string" || !/^(?:0|[1-9]\d{0,77})$/.test(value)) {
    throw malformed(field, "an integer as a decimal string", value);
  }
  return BigInt(value);
}

function record(what: string, value: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed(what, "an object", value);
  }
  const given = Object.keys(value);
  const missing = names.find((name) => !given.includes(name));
  if (missing !== undefined) throw malformed(what, `a field ${missing}`, given.join(", "));
  const unknown = given.find((name) => !names.includes(name));
  if (unknown !== undefined) throw malformed(what, `only ${names.join(", ")}`, unknown);
  return value as Record<string, unknown>;
}

function malformed(field: string, expected: string, given: unknown): ProtocolError {
  const text = typeof given === "string" ? JSON.stringify(given) : String(given);
  return new ProtocolError("MALFORMED", `The transaction's JSON is malformed at ${field}.`, {
    expected,
    given: text.length > 100 ? `${text.slice(0, 100)}…` : text,
  });
}
