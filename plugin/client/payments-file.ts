import { parse } from "csv-parse/sync";
import { ClientError } from "./errors.ts";

const kinds = ["deposit", "transfer", "withdraw"] as const;

/** A line of a file of payments: names and amounts as they are written, not looked up yet. */
export type PaymentLine = {
  /** In the file, from 1. */
  readonly line: number;
  readonly kind: (typeof kinds)[number];
  /** Who pays; for a deposit, whose account it is. */
  readonly from: string;
  /** Who is paid; undefined for deposits, and for withdrawals to the payer's own L1 address. */
  readonly to: string | undefined;
  readonly asset: string;
  /** In whole units of the asset, such as `1.5`. */
  readonly amount: string;
  /** As `amount`. */
  readonly fee: string;
};

type CsvRecord = {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
};

/**
 * Reads a CSV file with a header line and the columns kind, from, to, asset, amount and, if there are any, fee.
 *
 * @param file - For errors.
 * @throws ClientError that says which line is wrong
 */
export function parsePayments(text: string, file: string): PaymentLine[] {
  let records: CsvRecord[];
  try {
    records = parse(text, { columns: true, info: true, trim: true, skip_empty_lines: true, bom: true });
  } catch (error) {
    throw new ClientError("The file is not CSV with a header line.", {
      file,
      problem: (error as Error).message,
    });
  }
  return records.map(({ record, info }) => {
    const { kind = "", from = "", to = "", asset = "", amount = "", fee = "" } = record;
    const known = kinds.find((name) => name === kind);
    const wrong = (column: string, expected: string): ClientError =>
      new ClientError("A payment cannot be read.", {
        file,
        line: info.lines,
        column,
        expected,
        given: record[column] ?? "",
      });
    if (known === undefined) throw wrong("kind", kinds.join(", "));
    if (from === "") throw wrong("from", "a name");
    if (to === "" && known === "transfer") throw wrong("to", "a name");
    if (asset === "") throw wrong("asset", "ETH, or the symbol or address of a token");
    if (amount === "") throw wrong("amount", "an amount, such as 1.5");
    return {
      line: info.lines,
      kind: known,
      from,
      to: to === "" ? undefined : to,
      asset,
      amount,
      fee: fee === "" ? "0" : fee,
    };
  });
}
