import { inspect } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import {
  isOnCurve,
  isSmallOrder,
  isUsableKey,
  Point,
  type PublicKey,
  subgroupOrder,
} from "../../plugin/protocol/babyjubjub.ts";
import { type Signature, SigningKey, verifySignature } from "../../plugin/protocol/eddsa.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { poseidon } from "../../plugin/protocol/poseidon.ts";
import { element, seed } from "./arbitraries.ts";
import { reference } from "./reference.ts";
import { refusal } from "./refusal.ts";

const someSeed = Uint8Array.from({ length: 32 }, (_, position) => position);
const otherSeed = new Uint8Array(32).fill(7);
const identity: PublicKey = { ax: 0n, ay: 1n };
const ofOrderTwo: PublicKey = { ax: 0n, ay: fieldOrder - 1n };
const ofOrderEight = reference.multiply(reference.generator, reference.subgroupOrder);

describe("babyjubjub", () => {
  it("has circomlib's base point and subgroup order", () => {
    const { x, y } = Point.BASE.toAffine();
    expect({ ax: x, ay: y }).to.deep.equal(reference.base);
    expect(subgroupOrder).to.equal(reference.subgroupOrder);
  });

  it("knows points on the curve as circomlibjs does", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 256n }), fc.nat(1), fc.nat(1), (scalar, dx, dy) => {
        const point = reference.multiply(reference.generator, scalar);
        const moved = {
          ax: (point.ax + BigInt(dx)) % fieldOrder,
          ay: (point.ay + BigInt(dy)) % fieldOrder,
        };
        expect(isOnCurve(point)).to.equal(true);
        expect(isOnCurve(moved)).to.equal(reference.isOnCurve(moved));
      }),
      { numRuns: 20 },
    );
  });

  it("refuses coordinates that are not canonical", () => {
    expect(isOnCurve({ ax: reference.base.ax + fieldOrder, ay: reference.base.ay })).to.equal(false);
    expect(isOnCurve({ ax: reference.base.ax, ay: reference.base.ay - fieldOrder })).to.equal(false);
  });

  it("finds exactly the eight points of small order", () => {
    const smallOrder = Array.from({ length: 8 }, (_, multiple) =>
      reference.multiply(ofOrderEight, BigInt(multiple)),
    );
    expect(new Set(smallOrder.map(({ ax, ay }) => `${ax},${ay}`)).size).to.equal(8);
    expect(smallOrder).to.deep.include.members([identity, ofOrderTwo]);
    expect(smallOrder.every((point) => isOnCurve(point) && isSmallOrder(point))).to.equal(true);
    expect(isSmallOrder(reference.base)).to.equal(false);
    expect(isSmallOrder(reference.generator)).to.equal(false);
    expect(isSmallOrder(reference.add(reference.base, ofOrderEight))).to.equal(false);
  });

  it("allows for owners the keys on the curve that are not of small order", () => {
    expect(isUsableKey(reference.base)).to.equal(true);
    expect(isUsableKey(ofOrderEight)).to.equal(false);
    expect(isUsableKey({ ax: 1n, ay: 1n })).to.equal(false);
  });
});

describe("eddsa", () => {
  it("derives keys and signs exactly as circomlibjs", () => {
    fc.assert(
      fc.property(seed, element, (bytes, message) => {
        const key = SigningKey.fromSeed(bytes);
        expect(key.publicKey).to.deep.equal(reference.publicKey(bytes));
        expect(key.sign(message)).to.deep.equal(reference.sign(bytes, message));
      }),
      { numRuns: 20 },
    );
  });

  it("makes signatures that circomlibjs accepts, and accepts those that it makes", () => {
    fc.assert(
      fc.property(seed, element, (bytes, message) => {
        const key = SigningKey.fromSeed(bytes);
        expect(reference.verify(key.publicKey, message, key.sign(message))).to.equal(true);
        const theirs = reference.sign(bytes, message);
        expect(verifySignature(reference.publicKey(bytes), message, theirs)).to.equal(true);
      }),
      { numRuns: 10 },
    );
  });

  it("derives the public key that circomlib's own tests have for their seed", () => {
    const bytes = Uint8Array.from(
      Buffer.from("0001020304050607080900010203040506070809000102030405060708090001", "hex"),
    );
    expect(SigningKey.fromSeed(bytes).publicKey).to.deep.equal({
      ax: 13277427435165878497778222415993513565335242147425444199013288855685581939618n,
      ay: 13622229784656158136036771217484571176836296686641868549125388198837476602820n,
    });
  });

  it("refuses seeds of another length and messages that are not elements", () => {
    expect(refusal(() => SigningKey.fromSeed(new Uint8Array(31)))).to.equal("MALFORMED");
    expect(refusal(() => SigningKey.fromSeed(new Uint8Array(33)))).to.equal("MALFORMED");
    expect(refusal(() => SigningKey.fromSeed("00".repeat(16) as unknown as Uint8Array))).to.equal(
      "MALFORMED",
    );
    const key = SigningKey.fromSeed(someSeed);
    expect(refusal(() => key.sign(fieldOrder))).to.equal("NOT_AN_ELEMENT");
    expect(refusal(() => key.sign(-1n))).to.equal("NOT_AN_ELEMENT");
  });

  it("shows the public key and nothing else when printed or serialised", () => {
    const key = SigningKey.fromSeed(someSeed);
    expect(Reflect.ownKeys(key)).to.deep.equal(["publicKey"]);
    const shown = inspect(key, { showHidden: true, depth: 9 }).match(/\d{20,}/g);
    expect(shown).to.deep.equal([`${key.publicKey.ax}`, `${key.publicKey.ay}`]);
    const json: unknown = JSON.parse(
      JSON.stringify(key, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value)),
    );
    expect(json).to.deep.equal({ publicKey: { ax: `${key.publicKey.ax}`, ay: `${key.publicKey.ay}` } });
  });

  it("does not change when the caller reuses the seed's bytes", () => {
    const bytes = someSeed.slice();
    const key = SigningKey.fromSeed(bytes);
    bytes.fill(0);
    expect(key.sign(1n)).to.deep.equal(reference.sign(someSeed, 1n));
  });
});

describe("verifySignature", () => {
  const key = SigningKey.fromSeed(someSeed);
  const message = 12345n;
  const valid = key.sign(message);

  it("refuses another message, another key and another signature's parts", () => {
    const other = SigningKey.fromSeed(otherSeed);
    const otherSignature = key.sign(message + 1n);
    expect(verifySignature(key.publicKey, message, valid)).to.equal(true);
    expect(verifySignature(key.publicKey, message + 1n, valid)).to.equal(false);
    expect(verifySignature(other.publicKey, message, valid)).to.equal(false);
    expect(verifySignature(key.publicKey, message, { ...valid, s: otherSignature.s })).to.equal(false);
    expect(verifySignature(key.publicKey, message, { ...otherSignature, s: valid.s })).to.equal(false);
  });

  it("refuses the second form of a signature, s plus the subgroup's order", () => {
    const second = { ...valid, s: valid.s + subgroupOrder };
    const negative = { ...valid, s: valid.s - subgroupOrder };
    expect(verifySignature(key.publicKey, message, second)).to.equal(false);
    expect(verifySignature(key.publicKey, message, negative)).to.equal(false);
  });

  it("refuses values congruent to valid ones", () => {
    expect(verifySignature(key.publicKey, message + fieldOrder, valid)).to.equal(false);
    expect(verifySignature(key.publicKey, message, { ...valid, r8x: valid.r8x + fieldOrder })).to.equal(
      false,
    );
    const shifted = { ax: key.publicKey.ax - fieldOrder, ay: key.publicKey.ay };
    expect(verifySignature(shifted, message, valid)).to.equal(false);
  });

  it("refuses keys of small order, for which anyone can sign", () => {
    // With a small-order key 8h·A vanishes, so that S·B8 = R8 alone is left to satisfy.
    const forged: Signature = { r8x: reference.base.ax, r8y: reference.base.ay, s: 1n };
    for (const smallOrder of [identity, ofOrderTwo, ofOrderEight]) {
      expect(reference.verify(smallOrder, message, forged)).to.equal(true);
      expect(verifySignature(smallOrder, message, forged)).to.equal(false);
    }
  });

  it("refuses points off the curve", () => {
    expect(verifySignature(key.publicKey, message, { ...valid, r8x: valid.r8x + 1n })).to.equal(false);
    expect(verifySignature(key.publicKey, message, { ...valid, r8x: 0n, r8y: 0n })).to.equal(false);
    expect(verifySignature({ ax: 1n, ay: 1n }, message, valid)).to.equal(false);
    expect(verifySignature({ ax: 0n, ay: 0n }, message, valid)).to.equal(false);
  });

  it("agrees with circomlibjs on keys outside the subgroup, and on R8 outside it", () => {
    const scalar = 123456789n;
    const nonce = 987654321n;
    const inSubgroup = reference.multiply(reference.base, scalar);
    const r8InSubgroup = reference.multiply(reference.base, nonce);
    for (const keyTorsion of [identity, ofOrderTwo, ofOrderEight]) {
      for (const r8Torsion of [identity, ofOrderTwo, ofOrderEight]) {
        const mixedKey = reference.add(inSubgroup, keyTorsion);
        const r8 = reference.add(r8InSubgroup, r8Torsion);
        const h = poseidon([r8.ax, r8.ay, mixedKey.ax, mixedKey.ay, message]);
        const s = (nonce + 8n * h * scalar) % subgroupOrder;
        const signature = { r8x: r8.ax, r8y: r8.ay, s };
        const accepted = reference.verify(mixedKey, message, signature);
        expect(verifySignature(mixedKey, message, signature)).to.equal(accepted);
        expect(accepted).to.equal(r8Torsion === identity);
      }
    }
  });
});
