import { expect } from "chai";
import fc from "fast-check";
import { subgroupOrder } from "../../../plugin/protocol/babyjubjub.ts";
import { SigningKey } from "../../../plugin/protocol/eddsa.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { signTransaction } from "../../../plugin/protocol/transaction.ts";
import { PlainSignatureChecker } from "../../../plugin/sequencer/signatures/plain-signature-checker.ts";
import type { SignatureCheck } from "../../../plugin/sequencer/signatures/signature-checker.ts";
import { signatureModule } from "../../../plugin/sequencer/signatures/signature-kernel.ts";
import { signatureRecords } from "../../../plugin/sequencer/signatures/signature-records.ts";
import { largestBatch, SignatureVerifier } from "../../../plugin/sequencer/signatures/signature-verifier.ts";
import { fields } from "../hashing/fields.ts";
import { domain, forge, torsion, transaction } from "./forged-signatures.ts";

const plain = new PlainSignatureChecker(domain);
const keys = Array.from({ length: 5 }, (_, index) => SigningKey.fromSeed(new Uint8Array(32).fill(index + 1)));
const valid = Array.from({ length: 400 }, (_, nonce): SignatureCheck => {
  const key = keys[nonce % keys.length] as SigningKey;
  return { transaction: signTransaction(domain, transaction(nonce), key), key: key.publicKey };
});
const honest = (index: number): SignatureCheck => valid[index % valid.length] as SignatureCheck;

type Part = Partial<SignatureCheck["transaction"]["signature"]>;

function withSignature(check: SignatureCheck, part: Part): SignatureCheck {
  const { transaction: signed } = check;
  return { ...check, transaction: { ...signed, signature: { ...signed.signature, ...part } } };
}

for (const { name, field } of fields()) {
  const module = signatureModule(field);
  const verifier = new SignatureVerifier(field, module);
  const resultsOf = (batch: readonly SignatureCheck[], by: SignatureVerifier): boolean[] =>
    [...by.check(signatureRecords(domain, batch)).valid].map((each) => each === 1);
  /** What is said of a batch by itself, and the same among so many others that their combination is checked. */
  const validOf = (batch: readonly SignatureCheck[], by = verifier): boolean[] => {
    const alone = resultsOf(batch, by);
    const others = Array.from({ length: 70 }, (_, index) => honest(index));
    const among = resultsOf([...others, ...batch], by);
    expect(among.slice(0, others.length)).not.to.include(false);
    expect(among.slice(others.length)).to.deep.equal(alone);
    return alone;
  };

  describe(`SignatureVerifier, ${name}`, () => {
    it("says of every signature in a batch what the protocol's own code says", async () => {
      const breakings: ((check: SignatureCheck) => SignatureCheck)[] = [
        (check) => check,
        (check) => ({ ...check, key: (keys[0] as SigningKey).publicKey }),
        (check) => ({ ...check, transaction: { ...check.transaction, amount: 6n } }),
        (check) => withSignature(check, { s: (check.transaction.signature.s + 1n) % subgroupOrder }),
        (check) => withSignature(check, { r8x: honest(0).transaction.signature.r8x }),
      ];
      const batches = fc.array(fc.tuple(fc.nat(399), fc.nat(2 * breakings.length)), { maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(batches, async (choices) => {
          const batch = choices.map(
            ([index, way]) => (breakings[way] ?? breakings[0])?.(honest(index)) ?? honest(0),
          );
          const { messages, valid: found } = verifier.check(signatureRecords(domain, batch));
          const expected = await plain.check(batch);
          expect([...found]).to.deep.equal(expected.map((each) => (each.valid ? 1 : 0)));
          const words = Buffer.from(messages).reverse().toString("hex");
          const inOrder = expected.map(({ message }) => message.toString(16).padStart(64, "0")).toReversed();
          expect(words).to.equal(inOrder.join(""));
        }),
        { numRuns: 25 },
      );
    });

    it("finds the only wrong signature wherever it is, in batches of every size", () => {
      for (const [size, wrong] of [
        [1, 0],
        [2, 1],
        [3, 0],
        [149, 148],
        [150, 75],
        [399, 0],
        [largestBatch, largestBatch - 1],
        [largestBatch + 3, largestBatch + 1],
      ] as const) {
        const batch = Array.from({ length: size }, (_, index) => honest(index));
        expect(resultsOf(batch, verifier).every(Boolean), `${size}`).to.equal(true);
        const { s } = honest(wrong).transaction.signature;
        batch[wrong] = withSignature(honest(wrong), { s: s === 0n ? 1n : s - 1n });
        const found = resultsOf(batch, verifier);
        expect(found.indexOf(false), `${size}`).to.equal(wrong);
        expect(found.filter((each) => !each)).to.have.length(1);
      }
    });

    it("takes nothing for nothing", () => {
      expect(validOf([])).to.deep.equal([]);
    });

    it("refuses R8 outside the subgroup, whatever multiple of 8 the coefficient is", async () => {
      for (const [index, r8Torsion] of torsion.entries()) {
        const forgery = forge({ secret: 123n, r: 456n, nonce: index, r8Torsion });
        // A random coefficient is a multiple of the torsion's order in every second case at least.
        for (let attempt = 0; attempt < 8; attempt++) {
          expect(validOf([honest(1), forgery, honest(2)])).to.deep.equal([true, index === 0, true]);
        }
        expect((await plain.check([forgery]))[0]?.valid).to.equal(index === 0);
      }
    });

    it("refuses two R8 whose parts outside the subgroup cancel", () => {
      const [first, second] = [torsion[3], torsion[5]].map((r8Torsion, index) =>
        forge({ secret: 5n, r: 6n + BigInt(index), nonce: index, ...(r8Torsion && { r8Torsion }) }),
      ) as [SignatureCheck, SignatureCheck];
      for (let attempt = 0; attempt < 8; attempt++)
        expect(validOf([first, second])).to.deep.equal([false, false]);
    });

    it("takes keys outside the subgroup as the protocol's own code does, but no key of small order", async () => {
      const secrets = [999n, 0n];
      const batch = secrets.flatMap((secret) =>
        torsion.map((keyTorsion, nonce) => forge({ secret, r: 11n, nonce, keyTorsion })),
      );
      const expected = (await plain.check(batch)).map((each) => each.valid);
      expect(expected).to.deep.equal(batch.map((_, index) => index < torsion.length));
      expect(validOf(batch)).to.deep.equal(expected);
    });

    it("takes a neutral R8, which is in the subgroup, and an S of 0, if the equation holds", async () => {
      const neutralR8 = forge({ secret: 31n, r: 0n, nonce: 1 });
      const r8 = { r8x: neutralR8.transaction.signature.r8x, r8y: neutralR8.transaction.signature.r8y };
      expect(r8).to.deep.equal({ r8x: 0n, r8y: 1n });
      const zero = withSignature(honest(4), { s: 0n });
      const wrong = forge({ secret: 31n, r: 0n, nonce: 1, error: 1n });
      const batch = [neutralR8, zero, wrong];
      expect(validOf(batch)).to.deep.equal([true, false, false]);
      expect((await plain.check(batch)).map((each) => each.valid)).to.deep.equal([true, false, false]);
    });

    it("refuses signatures whose errors cancel in a plain sum", () => {
      const pair = [1n, -1n].map((error, nonce) =>
        forge({ secret: 71n, r: 5n + BigInt(nonce), nonce, error }),
      );
      expect(validOf(pair)).to.deep.equal([false, false]);
      expect(validOf([honest(0), ...pair, honest(1), ...pair])).to.deep.equal([
        true,
        false,
        false,
        true,
        false,
        false,
      ]);
      // Whoever knows the coefficients beforehand has them accepted: nothing but chance stands against that.
      const foreseen = new SignatureVerifier(field, module, (bytes) => bytes.fill(1));
      const others = Array.from({ length: 70 }, (_, index) => honest(index));
      expect(resultsOf([...others, ...pair], verifier).slice(-2)).to.deep.equal([false, false]);
      expect(resultsOf([...others, ...pair], foreseen).slice(-2)).to.deep.equal([true, true]);
    });

    it("refuses a wrong signature however often it is repeated, and takes a right one as often", () => {
      const wrong = forge({ secret: 71n, r: 5n, nonce: 0, error: 1n });
      for (const times of [2, 8, 16]) {
        expect(validOf(Array.from({ length: times }, () => wrong)).some(Boolean)).to.equal(false);
        expect(validOf(Array.from({ length: times }, () => honest(7))).every(Boolean)).to.equal(true);
      }
    });

    it("draws new coefficients of 128 bits for every signature and every check", () => {
      const drawn: string[] = [];
      const counting = new SignatureVerifier(field, module, (bytes) => {
        crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
        for (let at = 0; at < bytes.length; at += 16)
          drawn.push(Buffer.from(bytes.subarray(at, at + 16)).toString("hex"));
      });
      const batch = Array.from({ length: 20 }, (_, index) => honest(index % 3));
      resultsOf(batch, counting);
      resultsOf(batch, counting);
      expect(drawn).to.have.length(40);
      expect(new Set(drawn)).to.have.length(40);
    });

    it("holds for coefficients of any size", () => {
      for (const byte of [0xff, 0x80, 0x7f, 0x01]) {
        const extreme = new SignatureVerifier(field, module, (bytes) => bytes.fill(byte));
        expect(validOf([honest(0), honest(1)], extreme)).to.deep.equal([true, true]);
        const wrong = forge({ secret: 71n, r: 5n, nonce: 0, error: 1n });
        expect(validOf([honest(0), wrong], extreme)).to.deep.equal([true, false]);
      }
    });

    it("refuses second forms of signatures, points off the curve and what is not canonical", async () => {
      const check = honest(3);
      const { r8x, r8y, s } = check.transaction.signature;
      const { ax, ay } = check.key;
      const batch = [
        withSignature(check, { s: s + subgroupOrder }),
        withSignature(check, { s: s - subgroupOrder }),
        withSignature(check, { r8x: r8x + fieldOrder }),
        withSignature(check, { r8y: r8y - fieldOrder }),
        withSignature(check, { r8x: 0n, r8y: 0n }),
        withSignature(check, { r8x: (r8x + 1n) % fieldOrder }),
        withSignature(check, { r8y: fieldOrder - 1n, r8x: 0n }),
        withSignature(check, { r8x: fieldOrder - r8x }),
        { ...check, key: { ax: ax + fieldOrder, ay } },
        { ...check, key: { ax, ay: fieldOrder - ay } },
        { ...check, key: { ax: 0n, ay: 0n } },
        { ...check, key: { ax: 1n, ay: 1n } },
      ];
      expect((await plain.check(batch)).some((each) => each.valid)).to.equal(false);
      expect(validOf([check, ...batch, check])).to.deep.equal([true, ...batch.map(() => false), true]);
    });
  });
}
