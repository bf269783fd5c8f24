import { ProtocolError } from "./errors.ts";

/**
 * `value` as big-endian hexadecimal of exactly `bytes` bytes, without a prefix. The caller has checked that
 * it fits.
 */
export function fixedHex(value: bigint | number, bytes: number): string {
  return value.toString(16).padStart(2 * bytes, "0");
}

/** `value` as a 32-byte word, `0x` and 64 lower-case digits. */
export function wordHex(value: bigint): string {
  return `0x${fixedHex(value, 32)}`;
}

/**
 * The digits of a `0x` string of whole bytes, in lower case and without the prefix.
 *
 * @param name - What the string is, for the message.
 * @param bytes - Its exact length, where there is one.
 * @throws ProtocolError `MALFORMED`
 */
export function hexDigits(name: string, hex: string, bytes?: number): string {
  if (typeof hex !== "string" || !/^0x(?:[0-9a-fA-F]{2})*$/.test(hex)) {
    throw new ProtocolError("MALFORMED", `${name} is not hexadecimal.`, {
      expected: "0x and an even number of hexadecimal digits",
      given: abbreviate(String(hex)),
    });
  }
  if (bytes !== undefined && hex.length !== 2 + 2 * bytes) {
    throw new ProtocolError("MALFORMED", `${name} has the wrong length.`, {
      expected: `${bytes} bytes`,
      given: `${hex.length / 2 - 1} bytes`,
    });
  }
  return hex.slice(2).toLowerCase();
}

/** The value of a 32-byte word given as `0x` and 64 digits. Throws ProtocolError `MALFORMED`. */
export function wordValue(name: string, hex: string): bigint {
  return BigInt(`0x${hexDigits(name, hex, 32)}`);
}

/** Reads fixed-width big-endian fields from a `0x` string, one after another. */
export class HexReader {
  readonly #name: string;
  readonly #digits: string;
  #position = 0;

  /** @throws ProtocolError `MALFORMED` when `hex` is not hexadecimal */
  constructor(name: string, hex: string) {
    this.#name = name;
    this.#digits = hexDigits(name, hex);
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#position / 2;
  }

  get atEnd(): boolean {
    return this.#position === this.#digits.length;
  }

  /** The next `bytes` bytes as an integer. Throws ProtocolError `MALFORMED` when they are not there. */
  bigint(bytes: number): bigint {
    const end = this.#position + 2 * bytes;
    if (end > this.#digits.length) {
      throw this.error("ends in the middle of a field", {
        expected: `${bytes} bytes`,
        given: `${(this.#digits.length - this.#position) / 2} bytes`,
      });
    }
    const value = BigInt(`0x${this.#digits.slice(this.#position, end)}`);
    this.#position = end;
    return value;
  }

  /** The next `bytes` bytes, at most 6, as a number. */
  number(bytes: number): number {
    return Number(this.bigint(bytes));
  }

  /** An error that says where in the string reading stopped. */
  error(what: string, facts: Readonly<Record<string, string | number | bigint>> = {}): ProtocolError {
    return new ProtocolError("MALFORMED", `${this.#name} ${what}.`, { "at byte": this.offset, ...facts });
  }
}

function abbreviate(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;
}
