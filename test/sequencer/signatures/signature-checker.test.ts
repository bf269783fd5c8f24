import { expect } from "chai";
import { SigningKey } from "../../../plugin/protocol/eddsa.ts";
import {
  signTransaction,
  type Transaction,
  transactionMessage,
} from "../../../plugin/protocol/transaction.ts";
import { PlainSignatureChecker } from "../../../plugin/sequencer/signatures/plain-signature-checker.ts";

const domain = 77n;
const key = SigningKey.fromSeed(new Uint8Array(32).fill(1));
const other = SigningKey.fromSeed(new Uint8Array(32).fill(2));
const transaction: Transaction = {
  kind: 0,
  from: 1,
  nonce: 2,
  expiry: 3,
  to: 4n,
  amount: 5n,
  fee: 6n,
  payload: 7n,
};

describe("PlainSignatureChecker", () => {
  it("tells valid signatures from others, in order, and says what was signed", async () => {
    const checker = new PlainSignatureChecker(domain);
    const signed = signTransaction(domain, transaction, key);
    const foreign = signTransaction(domain + 1n, transaction, key);
    const message = transactionMessage(domain, transaction);
    expect(
      await checker.check([
        { transaction: signed, key: key.publicKey },
        { transaction: signed, key: other.publicKey },
        { transaction: foreign, key: key.publicKey },
        { transaction: { ...signed, amount: 6n }, key: key.publicKey },
      ]),
    ).to.deep.equal([
      { message, valid: true },
      { message, valid: false },
      { message, valid: false },
      { message: transactionMessage(domain, { ...transaction, amount: 6n }), valid: false },
    ]);
    await checker.close();
  });
});
