// Reads the arguments of `settle` as the contract does, and not as the ABI's specification says.
//
// Whoever settles may write them in any way that the contract takes, and the contract takes more than ABI decoders do:
// offsets below the top level are signed and wrap around, sections may overlap or be shared, the padding behind the
// last one may be missing, and what is read beyond the end is zero. A batch settled in such a way is settled, and
// nobody shall be able to hide its data from us.

import { getBytes } from "ethers";
import { rollupInterface } from "./abi.ts";

/** A batch as it was posted, its sections packed (protocol section 9). */
export type PostedBatch = {
  readonly newRoot: bigint;
  readonly commitment: bigint;
  /** Id of its shape, `0x` and 64 digits. */
  readonly shape: string;
  /** `0x` hexadecimal, as the other sections. */
  readonly operations: string;
  readonly exits: string;
  readonly rows: string;
};

const settleSelector = rollupInterface.getFunction("settle")?.selector ?? "";
const selectorBytes = 4n;

/**
 * The first `count` batches of a call of `settle` that succeeded.
 *
 * @param data - The call's data, `0x` hexadecimal.
 * @returns undefined for a call of something else
 */
export function readSettleCalldata(data: string, count: number): PostedBatch[] | undefined {
  if (!data.startsWith(settleSelector)) return undefined;
  const calldata = new Calldata(data);
  const first = calldata.target(selectorBytes, 0n) + 32n; // Behind the array's length.
  return Array.from({ length: count }, (_, position) => {
    const batch = calldata.target(first, BigInt(position));
    return {
      newRoot: calldata.word(batch),
      commitment: calldata.word(batch + 32n),
      shape: calldata.hex(batch + 64n, 32n),
      operations: calldata.section(batch, 3n),
      exits: calldata.section(batch, 4n),
      rows: calldata.section(batch, 5n),
    };
  });
}

/** Calldata as the EVM reads it: positions are 256-bit integers that wrap around, beyond the end there are zeros. */
class Calldata {
  readonly #bytes: Buffer;

  constructor(data: string) {
    this.#bytes = Buffer.from(getBytes(data));
  }

  /** The bytes at a position, as `0x` hexadecimal. */
  hex(position: bigint, length: bigint): string {
    const start = BigInt.asUintN(256, position);
    const end = start + length;
    const size = BigInt(this.#bytes.length);
    const digits =
      start >= size ? "" : this.#bytes.toString("hex", Number(start), Number(end < size ? end : size));
    return `0x${digits.padEnd(2 * Number(length), "0")}`;
  }

  word(position: bigint): bigint {
    return BigInt(this.hex(position, 32n));
  }

  /** What the offset at word `field` of `base` points to; it counts from `base`. */
  target(base: bigint, field: bigint): bigint {
    return BigInt.asUintN(256, base + this.word(base + 32n * field));
  }

  /** The bytes that word `field` of a struct points to, behind their length. */
  section(struct: bigint, field: bigint): string {
    const start = this.target(struct, field);
    return this.hex(start + 32n, this.word(start));
  }
}
