import { assertBits, assertInteger } from "./range.ts";

/** What a batch did to one account: by how much its nonce rose (16 bits) and its new balance (128 bits). */
export type Row = { readonly index: number; readonly nonceIncrease: number; readonly balance: bigint };

/** Refuses a row out of range. Throws ProtocolError `OUT_OF_RANGE`. */
export function assertRow(row: Row): void {
  assertInteger("A row's index", row.index, 32);
  assertInteger("A row's nonce increase", row.nonceIncrease, 16);
  assertBits("A row's balance", row.balance, 128);
}
