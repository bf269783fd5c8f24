import type { CircuitInput } from "../circuits/calculate-witness.ts";
import type { RollupConnection } from "../client/connection.ts";
import type { Party } from "../client/rollup.ts";
import type { BalanceOptions, ExpectedChange } from "./balance-change.ts";
import type { ExpectedRow } from "./published-rows.ts";
import type { TestWitness } from "./test-circuit.ts";

declare global {
  namespace Chai {
    /** An assertion to wait for. Nothing can be chained to it. */
    interface RollupAssertion extends Promise<void> {}

    interface Assertion {
      /**
       * That an action changes what a party holds on L2, after all that is pending. Of a function, what it was before
       * and after; of a promise, what the payment or deposit does that it is of.
       *
       * @example
       * await expect(rollup.transfer({ from: "alice", to: "bob", amount: 5n })).to.changeL2Balance(rollup, "bob", 5n);
       */
      changeL2Balance(
        rollup: RollupConnection,
        party: Party,
        change: ExpectedChange,
        options?: BalanceOptions,
      ): RollupAssertion;

      /** The same for several parties, with a change for each. */
      changeL2Balances(
        rollup: RollupConnection,
        parties: readonly Party[],
        changes: readonly ExpectedChange[],
        options?: BalanceOptions,
      ): RollupAssertion;

      /**
       * That a party holds an amount on L2, in base units, after all that is pending.
       *
       * @example
       * await expect("alice").to.haveL2Balance(rollup, parseEther("1"));
       */
      haveL2Balance(
        rollup: RollupConnection,
        amount: bigint | number | ((balance: bigint) => boolean),
        options?: BalanceOptions,
      ): RollupAssertion;

      /**
       * That L1 has settled a batch (its number or report), a transaction (its id), an entry of the L1 queue (as
       * `deposit` returns it), or several of them.
       *
       * @example
       * await expect(rollup.settle()).to.beSettled(rollup);
       */
      beSettled(rollup: RollupConnection): RollupAssertion;

      /** That L1 has settled it in exactly this batch. */
      settleInBatch(rollup: RollupConnection, batchNumber: number): RollupAssertion;

      /**
       * That a call is refused: by the sequencer with a code, by the contract with an error, or with a message that has
       * this in it.
       *
       * @example
       * await expect(rollup.transfer({ from: "alice", to: "bob", amount })).to.beRejectedWith("OVERDRAFT");
       */
      beRejectedWith(reason?: string | RegExp): RollupAssertion;

      /**
       * That a batch publishes so many rows, or exactly the rows of these accounts.
       *
       * @example
       * await expect(rollup.settle()).to.publishRows(rollup, [{ party: "alice", balance: 5n }, { party: "bob" }]);
       */
      publishRows(rollup: RollupConnection, rows: number | readonly ExpectedRow[]): RollupAssertion;

      /** That each batch of the reports has its witness and proof within so many seconds. */
      proveWithin(seconds: number): RollupAssertion;

      /**
       * That a circuit's constraints hold for what it computes from an input, and that it gives these outputs.
       *
       * @example
       * await expect(circuit).to.accept({ a: 3, b: 4 }, { product: 12 });
       */
      accept(input: CircuitInput, outputs?: Readonly<Record<string, bigint | number>>): RollupAssertion;

      /**
       * That a circuit's constraints refuse a witness: one that a cheating prover has changed, or that of an input.
       *
       * @example
       * await expect(circuit).to.rejectWitness(circuit.witness({ a: 3, b: 4 }, { product: 13 }));
       */
      rejectWitness(witness: CircuitInput | TestWitness): RollupAssertion;
    }
  }
}
