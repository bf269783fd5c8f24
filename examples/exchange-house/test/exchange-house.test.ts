import { expect } from "chai";
import { parseEther } from "ethers";
import { network } from "hardhat";
import "hardhat-rollup/testing";

// An exchange house: 4 merchants, 8 customers, 500 payments. A batch publishes one row for each account that it touches,
// however often it moves, so the more a batch holds, the less L1 pays for a payment.

const merchants = ["Market", "Pharmacy", "Diner", "Cinema"];
const customers = ["ann", "ben", "cleo", "dan", "eve", "finn", "gus", "hana"];
const price = parseEther("0.001");

/** Payments that come in before each batch; the last size again and again. */
const bursts = [2, 4, 16, 43];
const total = Number(process.env.PAYMENTS ?? 500);

const { rollup } = await network.create();

/** One of a list, around and around. */
function nth(list: readonly string[], position: number): string {
  return list[position % list.length] ?? "";
}

describe("an exchange house", () => {
  before(async () => {
    for (const to of customers.slice(0, total)) await rollup.deposit({ to, amount: parseEther("1") });
    await rollup.settle();
  });

  it(`settles ${total} payments, publishing fewer rows for each the more there are in a batch`, async () => {
    const rowsPerPayment = new Map<number, number>();
    let paid = 0;
    for (let batch = 0; paid < total; batch++) {
      const size = Math.min(bursts[batch] ?? 43, total - paid);
      for (let i = 0; i < size; i++, paid++) {
        const from = nth(customers, paid);
        const to = nth(merchants, Math.floor(paid / customers.length));
        await rollup.transfer({ from, to, amount: price });
      }
      const reports = await rollup.settle();
      expect(reports.map(({ transactions }) => transactions)).to.deep.equal([size]);
      for (const { accounts } of reports) rowsPerPayment.set(size, accounts / size);
    }

    console.table([...rowsPerPayment].map(([payments, rows]) => ({ payments, "rows per payment": rows })));
    const rows = bursts.filter((size) => size <= total).map((size) => rowsPerPayment.get(size) ?? 0);
    expect(rows).to.deep.equal(rows.toSorted((a, b) => b - a));
    expect(new Set(rows)).to.have.length(rows.length);

    const income = await Promise.all(merchants.map((name) => rollup.balance(name)));
    const earned = income.reduce((sum, balance) => sum + balance, 0n);
    expect(earned).to.equal(price * BigInt(total));
  });

  it("is rebuilt from L1 by anybody", async () => {
    const { l1 } = await rollup.client();
    const { state } = await rollup.sync();
    expect(state.root).to.equal(await l1.root());
  });
});
