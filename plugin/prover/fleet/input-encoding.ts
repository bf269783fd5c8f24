// A circuit's input on its way to another machine. JSON has no big integers, and a tag for them could be confused with
// a bus that has a field of that name. A circuit takes integers only, though: every leaf becomes a decimal string.

import { z } from "zod";
import type { CircuitInput, InputValue } from "../../circuits/calculate-witness.ts";
import { canonicalJson, type JsonValue } from "./canonical-json.ts";
import { FleetError } from "./errors.ts";

/** The same bytes for the same input, in whatever order its signals are named. */
export function encodeInput(input: CircuitInput): Uint8Array {
  return new TextEncoder().encode(canonicalJson(encodeValue(input)));
}

/**
 * The input, its values as big integers.
 *
 * @throws FleetError if it is not what encodeInput makes
 */
export function decodeInput(bytes: Uint8Array): CircuitInput {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new FleetError("The input of a circuit is damaged.", { problem: (error as Error).message });
  }
  const parsed = z.record(encodedValue).safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new FleetError("The input of a circuit is damaged.", {
    signal: issue?.path.join(".") ?? "",
    problem: issue?.message ?? "unknown",
  });
}

const encodedValue: z.ZodType<InputValue, z.ZodTypeDef, unknown> = z.lazy(() =>
  z.union([
    z
      .string()
      .regex(/^-?(0|[1-9]\d*)$/, "Expected a decimal integer")
      .transform(BigInt),
    z.array(encodedValue),
    z.record(encodedValue),
  ]),
);

function encodeValue(value: InputValue): JsonValue {
  if (isList(value)) return value.map(encodeValue);
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, encodeValue(field)]));
  }
  return BigInt(value).toString();
}

function isList(value: InputValue): value is readonly InputValue[] {
  return Array.isArray(value);
}
