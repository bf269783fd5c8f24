import { keccak_256 } from "@noble/hashes/sha3.js";

/**
 * keccak-256 of 32-byte big-endian words, one after another, as an integer. For values that are all of static
 * type this is `keccak256(abi.encode(...))`.
 *
 * @param words - Each in `0 … 2^256 - 1`, checked by the caller.
 */
export function keccakWords(words: readonly bigint[]): bigint {
  const bytes = new Uint8Array(32 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, position) => {
    for (let limb = 0; limb < 4; limb++) {
      view.setBigUint64(32 * position + 8 * limb, BigInt.asUintN(64, word >> BigInt(192 - 64 * limb)));
    }
  });
  return integer(keccak_256(bytes));
}

function integer(digest: Uint8Array): bigint {
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  let value = 0n;
  for (let limb = 0; limb < 4; limb++) value = (value << 64n) | view.getBigUint64(8 * limb);
  return value;
}
