import { ClientError } from "../client/errors.ts";
import type { Facts } from "../protocol/facts.ts";
import type { Refusal } from "../sequencer/refusal.ts";

/** Where a payment was written: on a line of a file, counted from 1, or in a command's options. */
export type Place = { readonly file: string; readonly line: number } | "options";

/** A field of a payment. */
export type Field = {
  /** The column's name. Options have the same names. */
  readonly column: string;
  readonly given: string;
};

/**
 * A field that is wrong, and so nothing is sent.
 *
 * @param facts - `expected` and whatever else helps; `what to do` if there is more to say than to correct it.
 */
export function paymentError(sentence: string, place: Place, field: Field, facts: Facts): ClientError {
  const { column, given } = field;
  const { "what to do": advice, ...others } = facts;
  const isOption = place === "options";
  return new ClientError(sentence, {
    ...(isOption ? { option: `--${column}` } : { ...place, column }),
    given: given === "" ? "nothing" : given,
    ...others,
    sent: isOption ? "nothing" : "nothing of the file",
    "what to do": advice ?? `correct the ${isOption ? "option" : "line"} and send again`,
  });
}

/** As paymentError, for a payment that the sequencer would refuse. */
export function refusedPayment({ code, reason }: Refusal, place: Place, field: Field): ClientError {
  const [sentence = "", ...lines] = reason.split("\n  ");
  const facts = lines.map((line): [string, string] => {
    const end = line.indexOf(": ");
    const name = line.slice(0, end);
    return [name === "to do" ? "what to do" : name, line.slice(end + 2)];
  });
  return paymentError(sentence, place, field, { ...Object.fromEntries(facts), refusal: code });
}
