import { expect } from "chai";
import { manyAccounts, manyTransfers } from "../../../bench/measure/many-accounts.ts";
import { accountIdentity } from "../../../plugin/protocol/account.ts";
import { verifySignature } from "../../../plugin/protocol/eddsa.ts";
import { decodeTransaction, transactionMessage } from "../../../plugin/protocol/transaction.ts";

describe("bench: many transfers", () => {
  const domain = 99n;
  const accounts = Array.from(manyAccounts(6), ([, account]) => account);
  const payments = [
    { from: 1, to: 2 },
    { from: 5, to: 0 },
    { from: 1, to: 5 },
  ];
  const transfers = [...manyTransfers(domain, accounts, payments, 3n)].map(decodeTransaction);

  it("are the payments, in their order, with nonces that follow each other", () => {
    expect(transfers.map(({ from, to, nonce, fee }) => [from, Number(to), nonce, fee])).to.deep.equal([
      [1, 2, 0, 3n],
      [5, 0, 0, 3n],
      [1, 5, 1, 3n],
    ]);
  });

  it("are signed by their senders for their recipients", () => {
    for (const transfer of transfers) {
      const sender = accounts[transfer.from];
      const recipient = accounts[Number(transfer.to)];
      if (sender === undefined || recipient === undefined) throw new Error("There is no such account.");
      expect(transfer.payload).to.equal(accountIdentity(recipient));
      expect(verifySignature(sender, transactionMessage(domain, transfer), transfer.signature)).to.equal(
        true,
      );
    }
  });
});
