import { expect } from "chai";
import { accountIdentity } from "../../plugin/protocol/account.ts";
import { wordHex } from "../../plugin/protocol/hex.ts";
import type { SignedTransaction } from "../../plugin/protocol/transaction.ts";
import type { Store } from "../../plugin/sequencer/store.ts";
import { View } from "../../plugin/sequencer/view.ts";
import { alice, bob, cleanUp, openStore, shapes, treasury } from "./fixture.ts";

// A view does not look at signatures.
const signature = { r8x: 0n, r8y: 0n, s: 0n };

describe("A view", () => {
  let store: Store;

  beforeEach(async () => {
    store = await openStore();
  });

  afterEach(cleanUp);

  async function change<T>(view: View, change: () => T): Promise<T> {
    return await store.write(() => {
      view.begin();
      const value = change();
      view.finish();
      return value;
    });
  }

  /** Alice pays bob, with a fee every third time. */
  function payment(nonce: number): SignedTransaction {
    const payload = accountIdentity(bob.holder());
    const fee = nonce % 3 === 0 ? 1n : 0n;
    return { kind: 0, from: 0, nonce, expiry: 2 ** 32 - 1, to: 1n, amount: 2n, fee, payload, signature };
  }

  it("that seals the first of a long queue knows what a new view would, fees included", async () => {
    const view = new View(store);
    const count = 4_200;
    await change(view, () => {
      for (const entry of [alice.deposit(0, 50_000n), bob.deposit(1, 5n), treasury.deposit(2, 7n)]) {
        view.addEntry(entry);
      }
      view.setFeeAccount(1, 2);
      for (let nonce = 0; nonce < count; nonce++) {
        view.addTransaction({ id: wordHex(BigInt(nonce)), transaction: payment(nonce), admittedAt: nonce });
      }
    });
    const seal = (): Promise<number> =>
      change(
        view,
        () => view.seal(shapes, { batches: 16 }, 1).flatMap(({ sealed }) => sealed.transactions).length,
      );
    for (const left of [count - 31, count - 63, count - 95, count - 127]) {
      await seal();
      expect(view.pool.ready.size).to.be.within(left - 3, left + 3);
      const anew = new View(store);
      expect(anew.pool.ready).to.deep.equal(view.pool.ready);
      for (const index of [0, 1, 2, 3]) {
        expect(view.draft.account(index), `account ${index}`).to.deep.equal(anew.draft.account(index));
      }
      expect(view.progress).to.deep.equal(anew.progress);
    }
    expect(view.draft.account(2).balance > 7n).to.equal(true);
  });
});
