import { AssertionError, expect } from "chai";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import "../../plugin/testing/index.ts";
import { failureOf } from "./failure-of.ts";
import { simulatedEnvironment } from "./simulated-environment.ts";

describe("Matchers of rollups", () => {
  let hre: HardhatRuntimeEnvironment & { readonly remove: () => Promise<void> };
  let connection: NetworkConnection;
  let rollup: NetworkConnection["rollup"];

  before(async () => {
    hre = await simulatedEnvironment();
    connection = await hre.network.create();
    rollup = connection.rollup;
  });
  after(async () => {
    await connection.close();
    await hre.remove();
  });

  async function funded() {
    await rollup.deposit({ to: "alice", amount: 1_000n });
    await rollup.deposit({ to: "bob", amount: 10n });
    await rollup.settle();
  }
  beforeEach(() => connection.networkHelpers.loadFixture(funded));

  const pay = (amount: bigint, fee = 0n) => rollup.transfer({ from: "alice", to: "bob", amount, fee });

  describe("changeL2Balance", () => {
    it("holds for payments and deposits by their promise, for anything by a function", async () => {
      await expect(pay(5n, 2n)).to.changeL2Balance(rollup, "alice", -7n);
      await expect(pay(5n)).to.changeL2Balance(rollup, "bob", 5);
      await expect(pay(5n)).to.changeL2Balance(rollup, "carol", 0n);
      await expect(rollup.withdraw({ from: "alice", amount: 3n })).to.changeL2Balance(rollup, "alice", -3n);
      await expect(rollup.deposit({ to: "alice", amount: 4n })).to.changeL2Balance(rollup, "alice", 4n);
      await expect(async () => {
        await pay(5n);
        await pay(6n);
      }).to.changeL2Balance(rollup, "bob", (change) => change === 11n);
    });

    it("tells payments that are under way at the same time apart", async () => {
      const [first, second] = [pay(5n), rollup.transfer({ from: "bob", to: "alice", amount: 1n })];
      await Promise.all([
        expect(first).to.changeL2Balance(rollup, "bob", 5n),
        expect(second).to.changeL2Balance(rollup, "bob", -1n),
      ]);
    });

    it("fails with both sides", async () => {
      expect(await failureOf(expect(pay(5n)).to.changeL2Balance(rollup, "bob", 6n))).to.equal(
        'Expected the ETH balance of "bob" on L2 to change by 6, but it changed by 5',
      );
      expect(
        await failureOf(expect(() => pay(5n)).to.changeL2Balance(rollup, "bob", (c) => c > 5n)),
      ).to.equal(
        'Expected the ETH balance of "bob" on L2 to change as the predicate says, but it changed by 5',
      );
    });

    it("can be negated", async () => {
      await expect(pay(5n)).to.not.changeL2Balance(rollup, "bob", 6n);
      expect(await failureOf(expect(pay(5n)).to.not.changeL2Balance(rollup, "bob", 5n))).to.equal(
        'Expected the ETH balance of "bob" on L2 NOT to change by 5, but it did',
      );
    });

    it("does not guess what another promise does, and passes on what a call throws", async () => {
      await expect(expect(rollup.settle()).to.changeL2Balance(rollup, "bob", 0n)).to.be.rejectedWith(
        TypeError,
        "expect(() => …)",
      );
      for (const negated of [false, true]) {
        const assertion = negated ? expect(pay(2_000n)).to.not : expect(pay(2_000n)).to;
        await expect(assertion.changeL2Balance(rollup, "bob", 5n)).to.be.rejectedWith("OVERDRAFT");
      }
    });
  });

  describe("changeL2Balances", () => {
    it("holds for every party, in an asset", async () => {
      const token = await connection.ethers.deployContract("SampleToken");
      const [signer] = await connection.ethers.getSigners();
      await token.getFunction("mint")(signer, 100n);
      const { symbol } = await rollup.registerToken(await token.getAddress());
      await expect(pay(5n, 1n)).to.changeL2Balances(rollup, ["alice", "bob", "carol"], [-6n, 5n, 0n]);
      const deposit = rollup.deposit({ to: "bob", amount: 9n, asset: symbol });
      await expect(deposit).to.changeL2Balances(rollup, ["alice", "bob"], [0n, 9n], { asset: symbol });
      await expect(pay(5n)).to.changeL2Balances(rollup, ["alice", "bob"], [0n, 0n], { asset: symbol });
    });

    it("names each that is wrong, and can be negated", async () => {
      const changes = ["alice", "bob"] as const;
      expect(await failureOf(expect(pay(5n)).to.changeL2Balances(rollup, changes, [-4n, 6n]))).to.equal(
        'Expected the ETH balance of "alice" on L2 to change by -4, but it changed by -5\n' +
          'and the ETH balance of "bob" on L2 to change by 6, but it changed by 5',
      );
      await expect(pay(5n)).to.not.changeL2Balances(rollup, changes, [-5n, 6n]);
      expect(await failureOf(expect(pay(5n)).to.not.changeL2Balances(rollup, changes, [-5n, 5n]))).to.match(
        /"alice" on L2 NOT to change by -5, but it did\nand .*"bob"/,
      );
      await expect(expect(pay(5n)).to.changeL2Balances(rollup, changes, [1n])).to.be.rejectedWith(
        "2 parties, 1 changes",
      );
    });
  });

  describe("haveL2Balance", () => {
    it("holds, fails with both sides, and can be negated", async () => {
      await expect("alice").to.haveL2Balance(rollup, 1_000n);
      await expect("nobody").to.haveL2Balance(rollup, 0);
      await expect("bob").to.haveL2Balance(rollup, (balance) => balance > 9n);
      await expect("bob").to.not.haveL2Balance(rollup, 11n);
      expect(await failureOf(expect("bob").to.haveL2Balance(rollup, 11n))).to.equal(
        'Expected "bob" to have 11 ETH on L2, in base units, but it has 10',
      );
      expect(await failureOf(expect("bob").to.not.haveL2Balance(rollup, 10n))).to.equal(
        'Expected "bob" NOT to have 10 ETH on L2, in base units, but it has',
      );
      const error = await expect("bob")
        .to.haveL2Balance(rollup, 11n)
        .catch((thrown: unknown) => thrown);
      expect(error).to.include({ actual: "10", expected: "11" });
    });

    it("knows signers by their address", async () => {
      const [, signer] = await connection.ethers.getSigners();
      if (signer === undefined) throw new Error("The chain has too few accounts.");
      await expect(signer).to.haveL2Balance(rollup, 0n);
      const failure = await failureOf(expect(signer).to.haveL2Balance(rollup, 1n));
      expect(failure.toLowerCase()).to.include(signer.address.toLowerCase());
    });
  });

  describe("beSettled", () => {
    it("holds for batches, transactions and entries of the queue", async () => {
      const id = await pay(5n);
      const entry = await rollup.deposit({ to: "bob", amount: 1n });
      await expect(id).to.not.beSettled(rollup);
      await expect(entry).to.not.beSettled(rollup);
      const reports = rollup.settle();
      await expect(reports).to.beSettled(rollup);
      await expect(id).to.beSettled(rollup);
      await expect(entry).to.beSettled(rollup);
      await expect(2).to.beSettled(rollup);
      await expect([1, 2, id]).to.beSettled(rollup);
    });

    it("says how far it has come", async () => {
      const id = await pay(5n);
      const failure = (): Promise<string> => failureOf(expect(id).to.beSettled(rollup));
      expect(await failure()).to.equal(
        `Expected transaction ${id} to be settled, but it is not:\ntransaction ${id}: it is in no batch yet`,
      );
      await rollup.commitBatch();
      expect(await failure()).to.include("batch 2, which has it, is sealed and has no proof");
      await rollup.proveBatch();
      expect(await failure()).to.include("batch 2, which has it, is proven and has not settled");
      await rollup.settleProven();
      expect(await failureOf(expect(id).to.not.beSettled(rollup))).to.equal(
        `Expected transaction ${id} NOT to be settled, but it is:\ntransaction ${id}: batch 2, which has it, has settled`,
      );
      expect(await failureOf(expect(7).to.beSettled(rollup))).to.include("there is no such sealed batch");
      expect(await failureOf(expect([]).to.beSettled(rollup))).to.include("there is no batch");
      await expect(expect({ a: 1 }).to.beSettled(rollup)).to.be.rejectedWith(TypeError, "an object with a");
    });
  });

  describe("settleInBatch", () => {
    it("holds, fails with both sides, and can be negated", async () => {
      const id = await pay(5n);
      expect(await failureOf(expect(id).to.settleInBatch(rollup, 2))).to.include(
        "to settle in batch 2, but its batch is none: it is in no batch yet",
      );
      await rollup.settle();
      await expect(id).to.settleInBatch(rollup, 2);
      await expect(id).to.not.settleInBatch(rollup, 3);
      expect(await failureOf(expect(id).to.settleInBatch(rollup, 3))).to.equal(
        `Expected transaction ${id} to settle in batch 3, but its batch is 2: batch 2, which has it, has settled`,
      );
      expect(await failureOf(expect(id).to.not.settleInBatch(rollup, 2))).to.equal(
        `Expected transaction ${id} NOT to settle in batch 2, but it has`,
      );
    });
  });

  describe("beRejectedWith", () => {
    it("knows the sequencer's codes, the contract's errors, and messages", async () => {
      await expect(pay(2_000n)).to.beRejectedWith("OVERDRAFT");
      await expect(() => pay(2_000n)).to.beRejectedWith(/balance: \d+/);
      await expect(pay(2_000n)).to.beRejectedWith();
      await expect(rollup.transfer({ from: "nobody", to: "bob", amount: 1n })).to.beRejectedWith(
        "There is no such account",
      );
      await expect(rollup.deposit({ to: "bob", amount: 0n })).to.beRejectedWith("RollupDepositEmpty");
    });

    it("fails with both sides", async () => {
      expect(await failureOf(expect(pay(2_000n)).to.beRejectedWith("WRONG_NONCE"))).to.match(
        /^Expected the call to be rejected with "WRONG_NONCE", but it was rejected with OVERDRAFT:\nTransaction refused/,
      );
      expect(await failureOf(expect(pay(1n)).to.beRejectedWith("OVERDRAFT"))).to.match(
        /^Expected the call to be rejected with "OVERDRAFT", but it succeeded with 0x[0-9a-f]{64}$/,
      );
    });

    it("can be negated", async () => {
      await expect(pay(1n)).to.not.beRejectedWith("OVERDRAFT");
      await expect(pay(2_000n)).to.not.beRejectedWith("WRONG_NONCE");
      expect(await failureOf(expect(pay(2_000n)).to.not.beRejectedWith("OVERDRAFT"))).to.match(
        /^Expected the call NOT to be rejected with "OVERDRAFT", but it was:\nTransaction refused/,
      );
    });
  });

  describe("publishRows", () => {
    it("holds for their number, and for exactly the accounts given", async () => {
      await pay(5n);
      await pay(6n);
      const reports = await rollup.settle();
      await expect(reports).to.publishRows(rollup, 2);
      await expect(2).to.publishRows(rollup, [
        { party: "bob", balance: 21n, nonceIncrease: 0 },
        { party: "alice", nonceIncrease: 2 },
      ]);
    });

    it("fails with every difference, and can be negated", async () => {
      await pay(5n);
      const [report] = await rollup.commitBatch();
      expect(await failureOf(expect(report).to.publishRows(rollup, 1))).to.equal(
        "Expected batch 2 to publish 1 row, but it publishes 2",
      );
      expect(
        await failureOf(
          expect(report).to.publishRows(rollup, [{ party: "alice", balance: 994n }, { party: "carol" }]),
        ),
      ).to.equal(
        'Expected batch 2 to publish the rows given, but the ETH account of "alice" has a balance of 995, not of 994\n' +
          'and there is none of the ETH account of "carol"\nand there is one of account 1, with balance 15',
      );
      await expect(report).to.not.publishRows(rollup, 3);
      await expect(report).to.not.publishRows(rollup, [{ party: "alice" }]);
      expect(
        await failureOf(expect(report).to.not.publishRows(rollup, [{ party: "alice" }, { party: "bob" }])),
      ).to.include("NOT to publish the rows given, but it publishes exactly these");
      await expect(expect(9).to.publishRows(rollup, 1)).to.be.rejectedWith("in no sealed batch");
    });
  });

  describe("proveWithin", () => {
    it("holds, fails with both sides and what has proven, and can be negated", async () => {
      await pay(5n);
      const [committed] = await rollup.commitBatch();
      expect(await failureOf(expect(committed).to.proveWithin(60))).to.equal(
        "Expected batches to be proven within 60 s each, but batch 2 has no proof",
      );
      await expect(() => rollup.proveBatch()).to.proveWithin(60);
      const settled = await rollup.settleProven();
      await expect(settled).to.not.proveWithin(0);
      expect(await failureOf(expect(settled).to.proveWithin(0))).to.match(
        /^Expected batches to be proven within 0 s each, but batch 2 took \d+\.\d{3} s \(simulated\)$/,
      );
      expect(await failureOf(expect(settled).to.not.proveWithin(60))).to.match(/NOT .* within 60 s.*took/);
      await expect(expect("batch").to.proveWithin(1)).to.be.rejectedWith(TypeError, "report of a batch");
    });
  });

  it("cannot be chained, neither with each other nor after Hardhat's", () => {
    const chained = "cannot be chained after";
    const first = expect("alice").to.haveL2Balance(rollup, 1_000n) as unknown as Chai.Assertion;
    expect(() => first.and.haveL2Balance(rollup, 1_000n)).to.throw(AssertionError, chained);
    const hardhats = expect(Promise.resolve()).to.not.revert(connection.ethers);
    expect(() => hardhats.and.changeL2Balance(rollup, "bob", 1n)).to.throw(
      AssertionError,
      'The matcher "changeL2Balance" cannot be chained after "revert"',
    );
    return hardhats.catch(() => undefined);
  });

  it("begin with the explanation that expect was given", async () => {
    expect(await failureOf(expect("bob", "after lunch").to.haveL2Balance(rollup, 1n))).to.match(
      /^after lunch: Expected "bob" to have/,
    );
  });
});
