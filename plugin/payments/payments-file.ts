// Files of payments: CSV with a header line, or JSON lines with the same fields. Here they are only read, as they are
// written; what names, assets and amounts mean, the rollup has to say (payment-plan.ts).

import { readFile } from "node:fs/promises";
import path from "node:path";
import { CsvError, parse } from "csv-parse/sync";
import { ClientError } from "../client/errors.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { decodeTransaction, type SignedTransaction } from "../protocol/transaction.ts";
import { transactionFromJson } from "../protocol/transaction-json.ts";
import { parseParty, partyForms } from "./parties.ts";
import { type Place, paymentError } from "./payment-error.ts";

export const paymentKinds = ["deposit", "transfer", "withdraw", "exit"] as const;
export type PaymentKind = (typeof paymentKinds)[number];

/** A payment as it is written, each field in its form. */
export type PaymentLine = {
  /** In the file, from 1. */
  readonly line: number;
  readonly kind: PaymentKind;
  /** Who pays. Of a deposit, who pays on L1, and whose account it is unless `to` says otherwise. */
  readonly from: string;
  /** Who is paid. Undefined: of deposits the payer's account, of withdrawals its L1 address; exits have none. */
  readonly to: string | undefined;
  readonly asset: string;
  /** In whole units of the asset, such as `1.5`. Empty for exits, which pay out all there is. */
  readonly amount: string;
  /** As `amount`. */
  readonly fee: string;
  /** The sender's nonce, for who wants to be sure of it. Undefined: its next one. */
  readonly nonce: number | undefined;
};

/** A transaction that somebody has signed elsewhere. */
export type SignedLine = { readonly line: number; readonly transaction: SignedTransaction };

const columns = ["kind", "from", "to", "asset", "amount", "fee", "nonce"] as const;
type Column = (typeof columns)[number];
type Fields = Readonly<Partial<Record<Column, string>>>;

const requiredColumns: readonly Column[] = ["kind", "from", "amount"];

/**
 * Reads a file of payments: JSON lines if its name ends in `.jsonl` or `.ndjson`, else CSV.
 *
 * @throws ClientError that says which line and column is wrong, and what belongs there
 */
export async function readPayments(file: string): Promise<(PaymentLine | SignedLine)[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new ClientError("The file of payments cannot be read.", {
      file,
      problem: (error as Error).message,
      "what to do": "correct the path; npx hardhat rollup:send --help says what such a file is",
    });
  }
  const isJson = [".jsonl", ".ndjson"].includes(path.extname(file).toLowerCase());
  const lines = isJson ? parseJsonLines(text, file) : parsePayments(text, file);
  if (lines.length > 0) return lines;
  throw new ClientError("The file has no payments.", {
    file,
    expected: isJson ? "an object a line" : `a header line (${columns.join(",")}), then a payment a line`,
  });
}

/**
 * Reads CSV with a header line and the columns kind, from, to, asset, amount, fee and nonce, in any order; of those,
 * kind, from and amount have to be there.
 *
 * @param file - For errors.
 * @throws ClientError as readPayments
 */
export function parsePayments(text: string, file: string): PaymentLine[] {
  return csvRecords(text, file).map(({ record, info }) => toPayment(record, { file, line: info.lines }));
}

/**
 * Reads an object a line, its fields the columns of CSV, all strings but for the nonce; or only `transaction`, which
 * is a signed one: its encoding in hexadecimal, or the object of transactionToJson.
 *
 * @param file - For errors.
 * @throws ClientError as readPayments
 */
export function parseJsonLines(text: string, file: string): (PaymentLine | SignedLine)[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  return lines.flatMap((content, position) => {
    if (content.trim() === "") return [];
    return [toLine(content, { file, line: position + 1 })];
  });
}

/**
 * A payment from fields that are not read from a file, such as a command's options.
 *
 * @throws ClientError that says which field is wrong
 */
export function toPayment(fields: Fields, place: Place): PaymentLine {
  const { kind = "", from = "", to = "", asset = "", amount = "", fee = "", nonce = "" } = fields;
  const wrong = (column: Column, expected: string): ClientError =>
    paymentError("A payment cannot be read.", place, { column, given: fields[column] ?? "" }, { expected });

  const known = paymentKinds.find((name) => name === kind);
  if (known === undefined) throw wrong("kind", paymentKinds.join(", "));
  const isTransaction = known === "transfer" || known === "withdraw";
  const isPaidForByUs = known === "deposit" && from === "" && to !== "";
  if (!isPaidForByUs && parseParty(from) === undefined) throw wrong("from", partyForms);
  if (known === "exit" && to !== "") throw wrong("to", "nothing: an exit pays the account's owner");
  if (to === "" ? known === "transfer" : parseParty(to) === undefined) throw wrong("to", partyForms);
  if (known === "exit" && amount !== "") throw wrong("amount", "nothing: an exit pays out the whole balance");
  if (known !== "exit" && !/^\d+(\.\d+)?$/.test(amount)) {
    throw wrong("amount", "an amount in whole units, such as 1.5");
  }
  if (known === "deposit" && /^[0.]+$/.test(amount)) throw wrong("amount", "more than 0");
  if (fee !== "" && !/^\d+(\.\d+)?$/.test(fee)) throw wrong("fee", "an amount in whole units, such as 0.01");
  if (!isTransaction && !/^[0.]*$/.test(fee)) throw wrong("fee", "nothing: L1 takes its fee by itself");
  if (nonce !== "" && !(isTransaction && /^\d{1,15}$/.test(nonce))) {
    throw wrong(
      "nonce",
      isTransaction ? "an integer, or nothing" : "nothing: only transactions have a nonce",
    );
  }
  return {
    line: place === "options" ? 0 : place.line,
    kind: known,
    from: isPaidForByUs ? "#0" : from,
    to: to === "" ? undefined : to,
    asset: asset === "" ? "ETH" : asset,
    amount,
    fee: fee === "" ? "0" : fee,
    nonce: nonce === "" ? undefined : Number(nonce),
  };
}

type CsvRecord = { readonly record: Fields; readonly info: { readonly lines: number } };

function csvRecords(text: string, file: string): CsvRecord[] {
  try {
    return parse(text, {
      columns: (header: string[]) => checkHeader(header, file),
      info: true,
      trim: true,
      skip_empty_lines: true,
      bom: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new ClientError("The file of payments is not CSV.", {
      file,
      ...(typeof error.lines === "number" ? { line: error.lines } : {}),
      problem: error.message,
      expected: "a header line, then lines with as many fields",
      "what to do": "correct the line; nothing of the file was sent",
    });
  }
}

function checkHeader(header: string[], file: string): string[] {
  const unknown = header.find((name) => !columns.some((column) => column === name));
  const missing = requiredColumns.find((column) => !header.includes(column));
  const twice = header.find((name, position) => header.indexOf(name) !== position);
  const problem =
    (unknown !== undefined && `there is no column "${unknown}"`) ||
    (missing !== undefined && `the column "${missing}" is missing`) ||
    (twice !== undefined && `the column "${twice}" is there twice`);
  if (!problem) return header;
  throw new ClientError("The header of the file of payments is wrong.", {
    file,
    line: 1,
    problem,
    columns: columns.join(","),
    given: header.join(","),
    "what to do": "correct the first line; nothing of the file was sent",
  });
}

function toLine(content: string, place: { readonly file: string; readonly line: number }) {
  const fail = (problem: string): ClientError =>
    new ClientError("A line of the file of payments cannot be read.", {
      ...place,
      problem,
      expected: `an object with ${columns.join(", ")}, or with transaction alone`,
      "what to do": "correct the line; nothing of the file was sent",
    });
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw fail(`it is not JSON: ${(error as Error).message}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw fail("it is not an object");
  if ("transaction" in json) {
    if (Object.keys(json).length > 1) throw fail("there are fields beside the transaction");
    return { line: place.line, transaction: readTransaction(json.transaction, place) };
  }
  const fields: Partial<Record<Column, string>> = {};
  for (const [name, value] of Object.entries(json)) {
    const column = columns.find((known) => known === name);
    if (column === undefined) throw fail(`there is no field "${name}"`);
    if (typeof value === "string") fields[column] = value;
    else if (column === "nonce" && Number.isSafeInteger(value)) fields[column] = String(value);
    // A number of JSON has lost digits before anybody sees it.
    else throw fail(`${name} is not a string`);
  }
  return toPayment(fields, place);
}

function readTransaction(value: unknown, place: Place): SignedTransaction {
  try {
    return typeof value === "string" ? decodeTransaction(value) : transactionFromJson(value);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const given = JSON.stringify(value) ?? "";
    throw paymentError(
      "A signed transaction cannot be read.",
      place,
      {
        column: "transaction",
        given: given.length > 80 ? `${given.slice(0, 80)}… (${given.length} characters)` : given,
      },
      {
        expected: "a signed transaction, hexadecimal or an object",
        problem: error.message.replace(/\n\s*/g, "; "),
      },
    );
  }
}
