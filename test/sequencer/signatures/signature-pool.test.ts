import { expect } from "chai";
import { SigningKey } from "../../../plugin/protocol/eddsa.ts";
import { signTransaction } from "../../../plugin/protocol/transaction.ts";
import { PlainSignatureChecker } from "../../../plugin/sequencer/signatures/plain-signature-checker.ts";
import type { SignatureCheck } from "../../../plugin/sequencer/signatures/signature-checker.ts";
import { SignaturePool } from "../../../plugin/sequencer/signatures/signature-pool.ts";
import { domain, transaction } from "./forged-signatures.ts";

const key = SigningKey.fromSeed(new Uint8Array(32).fill(9));
const batch = Array.from({ length: 150 }, (_, nonce): SignatureCheck => {
  const signed = signTransaction(domain, transaction(nonce), key);
  return { key: key.publicKey, transaction: nonce % 13 === 5 ? { ...signed, fee: 1n } : signed };
});

describe("SignaturePool", () => {
  it("checks few signatures and many, in one thread and in several, in order", async () => {
    const expected = await new PlainSignatureChecker(domain).check(batch);
    expect(expected.filter(({ valid }) => !valid)).to.have.length(12);
    for (const threads of [1, 2]) {
      const pool = new SignaturePool({ domain, threads });
      const [many, few, none, again] = await Promise.all([
        pool.check(batch),
        pool.check(batch.slice(4, 7)),
        pool.check([]),
        pool.check(batch.slice(20)),
      ]);
      expect(many).to.deep.equal(expected);
      expect(few).to.deep.equal(expected.slice(4, 7));
      expect(none).to.deep.equal([]);
      expect(again).to.deep.equal(expected.slice(20));
      await pool.close();
    }
  });

  it("fails what is under way when it is closed, and what comes after", async () => {
    const pool = new SignaturePool({ domain, threads: 1 });
    const underWay = pool.check(batch);
    const failure = underWay.then(
      () => undefined,
      (error: unknown) => error,
    );
    await pool.close();
    await pool.close();
    expect(await failure).to.have.property("code", "CLOSED_CHECKER");
    for (const asked of [batch, batch.slice(0, 1)]) {
      const late = await pool.check(asked).catch((error: unknown) => error);
      expect(late).to.have.property("code", "CLOSED_CHECKER");
    }
  });

  it("refuses fields out of range, which nobody can have signed", async () => {
    const pool = new SignaturePool({ domain });
    const [first] = batch as [SignatureCheck];
    const wrong = { ...first, transaction: { ...first.transaction, from: -1 } };
    const refusal = await pool.check([wrong]).catch((error: unknown) => error);
    expect(refusal).to.have.property("code", "OUT_OF_RANGE");
    await pool.close();
  });
});
