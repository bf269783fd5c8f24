// What a transaction pays for itself and its calldata, whatever it does.

import { getBytes } from "ethers";

/** Of every transaction. */
export const transactionGas = 21_000;

/** EIP-2028: what a byte of calldata costs. EIP-7623: what it costs at least, with all that is done with it. */
const gasOfByte = { standard: { zero: 4, other: 16 }, floor: { zero: 10, other: 40 } };

export interface CalldataGas {
  readonly bytes: number;
  readonly zeroBytes: number;
  /** At the standard price. */
  readonly gas: number;
  /** What a transaction with this calldata is charged at least, its 21,000 included (EIP-7623). */
  readonly floorGas: number;
}

/** @param data - `0x` hexadecimal. */
export function calldataGas(data: string): CalldataGas {
  const bytes = getBytes(data);
  const zeroBytes = bytes.filter((byte) => byte === 0).length;
  const price = ({ zero, other }: typeof gasOfByte.floor): number =>
    zero * zeroBytes + other * (bytes.length - zeroBytes);
  return {
    bytes: bytes.length,
    zeroBytes,
    gas: price(gasOfByte.standard),
    floorGas: transactionGas + price(gasOfByte.floor),
  };
}
