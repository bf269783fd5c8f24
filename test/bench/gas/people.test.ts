import { expect } from "chai";
import { type AmountName, amounts } from "../../../bench/gas/amounts.ts";
import { accountOf, type Crowd, pendingPayments, unsigned } from "../../../bench/gas/people.ts";
import { randomNumbers } from "../../../bench/workload/random-numbers.ts";

describe("Bench gas: people", () => {
  const crowd: Crowd = { workload: "zipf", amounts: "round", accounts: 50 };
  const digits = (value: bigint): number => value.toString().replace(/0+$/, "").length;

  it("pay amounts of two digits, or to the last of 18 decimals, of about the same size", () => {
    const drawn = (name: AmountName): bigint[] => {
      const { payment } = amounts(name, randomNumbers(3));
      return Array.from({ length: 200 }, payment);
    };
    for (const payment of drawn("round")) {
      expect(digits(payment)).to.be.at.most(2);
      expect(Number(payment)).to.be.within(1e15, 1e18);
    }
    const full = drawn("full");
    expect(full.filter((payment) => digits(payment) >= 14)).to.have.length.above(180);
    for (const payment of full) expect(Number(payment)).to.be.within(1e15, 1.1e18);
  });

  it("have accounts up to the one that takes the fees, always the same", () => {
    expect(accountOf(crowd, 50).asset).to.equal(1);
    expect(accountOf(crowd, 51).asset).to.equal(0);
    expect(accountOf(crowd, 7)).to.deep.equal(accountOf({ ...crowd, workload: "random" }, 7));
    expect(digits(accountOf(crowd, 7).balance)).to.be.at.most(2);
  });

  it("never pay what they do not have, and sign with one nonce after another", () => {
    const balances = new Map<number, bigint>();
    const nonces = new Map<number, number>();
    const balanceOf = (index: number) => balances.get(index) ?? accountOf(crowd, index).balance;
    const pending = pendingPayments(crowd, 5_000, unsigned(crowd));
    expect(pending.size).to.equal(5_000);
    for (const { from, to, amount, fee, nonce } of pending.values()) {
      expect(nonce).to.equal(nonces.get(from) ?? accountOf(crowd, from).nonce);
      nonces.set(from, nonce + 1);
      balances.set(from, balanceOf(from) - amount - fee);
      expect(balanceOf(from) >= 0n).to.equal(true);
      balances.set(Number(to), balanceOf(Number(to)) + amount);
    }
  });
});
