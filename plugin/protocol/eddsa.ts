import { blake512 } from "@noble/hashes/blake1.js";
import { isOnCurve, Point, type PublicKey, subgroupOrder, timesCofactor, toPoint } from "./babyjubjub.ts";
import { ProtocolError } from "./errors.ts";
import { assertElement, isElement } from "./field.ts";
import { poseidon } from "./poseidon.ts";

// EdDSA over BabyJubJub with Poseidon as the challenge hash, as circomlib's EdDSAPoseidonVerifier accepts it and
// circomlibjs' prv2pub and signPoseidon make it. Two conventions to get wrong: the key's scalar is clamped,
// then divided by 8 for the public key (A = (k/8)·B8) but not for the signature (S = r + h·k), so the
// equation has the factor 8 on A; and the hash is BLAKE-512, the SHA-3 finalist, not BLAKE2b.

const seedBytes = 32;

/** `(R8, S)` of a signature: a point and an integer below the order of the base point. */
export type Signature = { readonly r8x: bigint; readonly r8y: bigint; readonly s: bigint };

/** A secret signing key. The secret is in private fields, so that printing or serialising a key shows none of it. */
export class SigningKey {
  readonly publicKey: PublicKey;
  readonly #scalar: bigint;
  readonly #noncePrefix: Uint8Array;

  private constructor(publicKey: PublicKey, scalar: bigint, noncePrefix: Uint8Array) {
    this.publicKey = publicKey;
    this.#scalar = scalar;
    this.#noncePrefix = noncePrefix;
  }

  /**
   * The key that circomlibjs derives from the same bytes.
   *
   * @param seed - 32 secret bytes, uniformly random.
   * @throws ProtocolError `MALFORMED` for another length
   */
  static fromSeed(seed: Uint8Array): SigningKey {
    if (!(seed instanceof Uint8Array) || seed.length !== seedBytes) {
      throw new ProtocolError("MALFORMED", "The seed of a signing key has the wrong length.", {
        expected: `${seedBytes} bytes`,
        given: seed instanceof Uint8Array ? `${seed.length} bytes` : typeof seed,
      });
    }
    const digest = blake512(seed);
    const clamped = digest.slice(0, 32);
    clamped[0] = (clamped[0] ?? 0) & 0xf8;
    clamped[31] = ((clamped[31] ?? 0) & 0x7f) | 0x40;
    const scalar = littleEndian(clamped);
    const { x, y } = Point.BASE.multiply((scalar >> 3n) % subgroupOrder).toAffine();
    return new SigningKey({ ax: x, ay: y }, scalar, digest.slice(32));
  }

  /**
   * Signs one field element, deterministically.
   *
   * @throws ProtocolError `NOT_AN_ELEMENT`
   */
  sign(message: bigint): Signature {
    assertElement("The message to sign", message);
    const nonceInput = new Uint8Array(64);
    nonceInput.set(this.#noncePrefix);
    nonceInput.set(littleEndianBytes(message), 32);
    const r = littleEndian(blake512(nonceInput)) % subgroupOrder;
    const { x: r8x, y: r8y } = Point.BASE.multiply(r).toAffine();
    const { ax, ay } = this.publicKey;
    const h = poseidon([r8x, r8y, ax, ay, message]);
    return { r8x, r8y, s: (r + h * this.#scalar) % subgroupOrder };
  }
}

/**
 * Whether `S·B8 = R8 + 8h·A` with `h = H_5(R8, A, message)`. False also for `s` not below the order of the base
 * point (which would give every signature a second form), for points that are not canonical or not on the
 * curve, for a key of small order and for a message that is not an element: it never throws on what a
 * stranger sent.
 */
export function verifySignature(key: PublicKey, message: bigint, signature: Signature): boolean {
  const { r8x, r8y, s } = signature;
  const r8 = { ax: r8x, ay: r8y };
  if (!isElement(message) || !isOnCurve(key) || !isOnCurve(r8)) return false;
  if (typeof s !== "bigint" || s < 0n || s >= subgroupOrder) return false;
  const key8 = timesCofactor(toPoint(key));
  if (key8.is0()) return false;
  const h = poseidon([r8x, r8y, key.ax, key.ay, message]) % subgroupOrder;
  return Point.BASE.multiplyUnsafe(s).equals(toPoint(r8).add(key8.multiplyUnsafe(h)));
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function littleEndianBytes(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, position) => Number((value >> BigInt(8 * position)) & 0xffn));
}
