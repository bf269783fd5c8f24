import { ProtocolError } from "./errors.ts";
import { fixedHex } from "./hex.ts";
import { assertBits } from "./range.ts";

/**
 * The integer of an L1 address. Any mix of cases is taken: EIP-55 checksums belong to whoever reads user input.
 *
 * @throws ProtocolError `MALFORMED`
 */
export function parseAddress(address: string): bigint {
  if (typeof address !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(address)) {
    throw new ProtocolError("MALFORMED", "Not an L1 address.", {
      expected: "0x and 40 hexadecimal digits",
      given: String(address),
    });
  }
  return BigInt(address);
}

/** An L1 address in lower case, `0x` and 40 digits. Throws ProtocolError `OUT_OF_RANGE` beyond 160 bits. */
export function formatAddress(address: bigint): string {
  assertBits("An L1 address", address, 160);
  return `0x${fixedHex(address, 20)}`;
}
