import { expect } from "chai";
import fc from "fast-check";
import { absentAccount, accountIdentity } from "../../../plugin/protocol/account.ts";
import { transactionId } from "../../../plugin/protocol/transaction.ts";
import { holderIdentity } from "../../../plugin/sequencer/hashing/holder-identity.ts";
import { transactionIds } from "../../../plugin/sequencer/hashing/transaction-ids.ts";
import { account, element, signedTransaction } from "../../protocol/arbitraries.ts";
import { refusal } from "../../protocol/refusal.ts";

describe("holderIdentity", () => {
  it("is the account's identity", () => {
    fc.assert(
      fc.property(account, (each) => {
        expect(holderIdentity(each)).to.equal(accountIdentity(each));
      }),
      { numRuns: 30 },
    );
    expect(holderIdentity(absentAccount)).to.equal(0n);
  });

  it("refuses holders that cannot be", () => {
    expect(refusal(() => holderIdentity({ ...absentAccount, asset: 1 }))).to.equal("INVALID_ACCOUNT");
    expect(refusal(() => holderIdentity({ ax: -1n, ay: 0n, owner: 1n, asset: 1 }))).to.equal(
      "NOT_AN_ELEMENT",
    );
  });
});

describe("transactionIds", () => {
  it("are the transactions' ids, in order", () => {
    fc.assert(
      fc.property(element, fc.array(signedTransaction, { maxLength: 7 }), (domain, transactions) => {
        expect(transactionIds(domain, transactions)).to.deep.equal(
          transactions.map((transaction) => transactionId(domain, transaction)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it("refuse fields out of range", () => {
    const [transaction] = fc.sample(signedTransaction, 1);
    if (transaction === undefined) throw new Error("No transaction.");
    expect(refusal(() => transactionIds(1n, [{ ...transaction, from: -1 }]))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => transactionIds(-1n, [transaction]))).to.equal("NOT_AN_ELEMENT");
  });
});
