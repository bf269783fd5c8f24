import { expect } from "chai";
import fc from "fast-check";
import { feeOf, gasOfEntry, QueueModel, surchargeOf } from "../../bench/measure/queue-model.ts";
import { ethers, networkHelpers } from "./connection.ts";
import {
  defaultRollup,
  deployRollup,
  deployScriptedAccount,
  key,
  noAddress,
  shapes,
  spare,
  times,
} from "./fixture.ts";
import { depositOperation, exitOperation, postedBatch, settle, settleBatch } from "./posted-batch.ts";
import { as, type RollupContract } from "./rollup-contract.ts";

const { ax, ay } = key(1);
const gas = gasOfEntry(shapes.large.operations);
const deployed = () => networkHelpers.loadFixture(defaultRollup);

// An estimate of gas is made as if the base fee were 0: a call whose exact fee matters says itself what gas it gets.
const gasLimit = 500_000;

/** The next block has this base fee. */
const setBaseFee = (wei: bigint) => networkHelpers.setNextBlockBaseFeePerGas(wei);

async function feeAndSurcharge(rollup: RollupContract, baseFee: bigint): Promise<[bigint, bigint]> {
  const [fee, surcharge] = await rollup.requestFee(baseFee);
  return [fee, surcharge];
}

describe("Rollup: fees of requests", () => {
  it("pay for the gas of processing, whatever gas costs", async () => {
    const { rollup } = await deployed();
    expect(await rollup.gasOfEntry()).to.equal(gas);
    await fc.assert(
      fc.asyncProperty(fc.bigInt(0n, 2n ** 50n), async (baseFee) => {
        const [fee, surcharge] = await feeAndSurcharge(rollup, baseFee);
        expect(fee).to.equal(BigInt(feeOf(gas, Number(baseFee))));
        const least = BigInt(gas) * (baseFee > 10n ** 8n ? baseFee : 10n ** 8n);
        expect(fee >= least && 16n * fee <= 17n * least).to.equal(true);
        expect(surcharge).to.equal(0n);
      }),
      { numRuns: 40 },
    );
  });

  it("stay what they are at the edges of their encoding", async () => {
    const { rollup } = await deployed();
    for (let exponent = 27n; exponent <= 60n; exponent += 3n) {
      // Just below a power of 2, and just above.
      const baseFee = 2n ** exponent / BigInt(gas);
      for (const wei of [baseFee, baseFee + 1n]) {
        const [fee] = await feeAndSurcharge(rollup, wei);
        expect(fee).to.equal(BigInt(feeOf(gas, Number(wei))));
      }
    }
    const [highest] = await feeAndSurcharge(rollup, 2n ** 200n);
    expect(highest).to.equal(31n << 63n);
  });

  it("are taken by the base fee of the block, and the rest comes back", async () => {
    const { rollup, alice } = await deployed();
    for (const baseFee of [2_000_000_000n, 7n, 123_456_789_012n]) {
      const [fee] = await feeAndSurcharge(rollup, baseFee);
      await setBaseFee(baseFee);
      const request = as(rollup, alice).requestExit(0, { value: spare });
      await expect(request).to.changeEtherBalances(ethers, [alice, rollup], [-fee, fee]);
    }
  });

  it("may be paid exactly, not less", async () => {
    const { rollup, token, alice } = await deployed();
    const baseFee = 2_000_000_000n;
    const [fee] = await feeAndSurcharge(rollup, baseFee);
    const requests = [
      { own: 0n, send: (value: bigint) => as(rollup, alice).requestExit(0, { value, gasLimit }) },
      {
        own: 70n,
        send: (value: bigint) =>
          as(rollup, alice).deposit(noAddress, 70n, ax, ay, alice, { value, gasLimit }),
      },
      {
        own: 0n,
        send: (value: bigint) => as(rollup, alice).deposit(token, 70n, ax, ay, alice, { value, gasLimit }),
      },
    ];
    for (const { own, send } of requests) {
      for (const value of [0n, own + fee - 1n]) {
        await setBaseFee(baseFee);
        await expect(send(value))
          .to.be.revertedWithCustomError(rollup, "RollupValueTooLow")
          .withArgs(own + fee, value);
      }
      await setBaseFee(baseFee);
      await send(own + fee);
    }
    expect(await ethers.provider.getBalance(rollup)).to.equal(70n + 3n * fee);
  });

  it("rise with what waits, and what is above the first price is burnt", async () => {
    const { rollup, alice } = await deployRollup();
    const baseFee = 2_000_000_000n;
    const [fee] = await feeAndSurcharge(rollup, baseFee);
    for (let waiting = 0; waiting <= 40; waiting++) {
      const surcharge = BigInt(surchargeOf(Number(fee), waiting));
      expect(await feeAndSurcharge(rollup, baseFee)).to.deep.equal([fee, surcharge]);
      expect(surcharge > 0n).to.equal(waiting > 32);
      await setBaseFee(baseFee);
      const request = as(rollup, alice).requestExit(0, { value: spare });
      await expect(request).to.changeEtherBalances(
        ethers,
        [alice, rollup, noAddress],
        [-fee - surcharge, fee, surcharge],
      );
      expect((await rollup.queueEntry(waiting))[2]).to.equal(fee);
    }
  });

  it("go back to a caller that takes them only", async () => {
    const { rollup } = await deployed();
    const account = await deployScriptedAccount();
    await account.behave(1);
    const data = rollup.interface.encodeFunctionData("requestExit", [0]);
    await expect(account.execute(rollup, data, { value: spare })).to.be.revertedWithCustomError(
      rollup,
      "RollupTransferFailed",
    );
    const [fee] = await feeAndSurcharge(rollup, 10n ** 9n);
    await setBaseFee(10n ** 9n);
    await account.execute(rollup, data, { value: fee, gasLimit });
    expect(await rollup.queueTail()).to.equal(1);
  });

  it("do not let a caller back in while they come back", async () => {
    const { rollup } = await deployed();
    const account = await deployScriptedAccount();
    const data = rollup.interface.encodeFunctionData("requestExit", [0]);
    await account.reenter(rollup, data);
    await expect(account.execute(rollup, data, { value: spare })).to.be.revertedWithCustomError(
      rollup,
      "RollupTransferFailed",
    );
  });
});

describe("Rollup: fees of settling", () => {
  async function queued() {
    const setting = await deployRollup();
    const { rollup, alice } = setting;
    const operations = [];
    for (const [index, baseFee] of [3_000_000_000n, 5_000_000_000n, 9_000_000_000n].entries()) {
      await setBaseFee(baseFee);
      await as(rollup, alice).requestExit(index, { value: spare });
      operations.push(exitOperation(alice.address, index));
    }
    await setBaseFee(2_000_000_000n);
    await as(rollup, alice).deposit(noAddress, 70n, ax, ay, alice, { value: 70n + spare });
    operations.push(depositOperation(alice.address, 70n));
    const fees: bigint[] = [];
    for (const entry of operations.keys()) fees.push((await rollup.queueEntry(entry))[2]);
    return { ...setting, operations, fees };
  }

  it("are those of the entries settled, for the whole call, credited to who settles them", async () => {
    const { rollup, sequencer, operations, fees } = await networkHelpers.loadFixture(queued);
    const [a = 0n, b = 0n, c = 0n] = fees;
    const first = await postedBatch(rollup, { operations: operations.slice(0, 2) });
    const header = { batchNumber: 2, oldRoot: first.batch.newRoot };
    const second = await postedBatch(rollup, { ...header, operations: operations.slice(2, 3) });
    await expect(settle(rollup, first, second))
      .to.emit(rollup, "FeesEarned")
      .withArgs(sequencer, a + b + c);
    expect(await rollup.credit(1, sequencer)).to.equal(a + b + c);
    await expect(rollup.withdraw(1, sequencer, noAddress)).to.changeEtherBalances(
      ethers,
      [sequencer, rollup],
      [a + b + c, -(a + b + c)],
    );
    expect(await ethers.provider.getBalance(rollup)).to.equal(70n + (fees[3] ?? 0n));
  });

  it("are nothing for batches without entries", async () => {
    const { rollup, sequencer } = await networkHelpers.loadFixture(queued);
    await expect(settleBatch(rollup)).not.to.emit(rollup, "FeesEarned");
    expect(await rollup.credit(1, sequencer)).to.equal(0n);
  });

  it("go to whoever settles in the sequencer's place", async () => {
    const { rollup, racer, operations, fees } = await networkHelpers.loadFixture(queued);
    await networkHelpers.time.increase(times.forcedInclusionPeriod);
    await settleBatch(as(rollup, racer), { shape: "large", operations });
    expect(await rollup.credit(1, racer)).to.equal(fees.reduce((sum, fee) => sum + fee));
  });

  it("add up to the wei with what is in escrow, whatever is queued, settled and withdrawn", async () => {
    const { rollup, alice, sequencer } = await deployRollup();
    const random = fc.sample(fc.nat({ max: 2 ** 30 }), { numRuns: 60, seed: 7 });
    const waiting: ReturnType<typeof exitOperation | typeof depositOperation>[] = [];
    for (const [step, number] of random.entries()) {
      await setBaseFee(BigInt(number) * 100n + 1n);
      const amount = BigInt(step + 1);
      if (number % 3 === 0 && waiting.length >= 2) {
        await settleBatch(rollup, {
          operations: waiting.splice(0, 2).map((entry) => ({ ...entry, creates: false })),
        });
      } else if (number % 3 === 1) {
        await as(rollup, alice).requestExit(step % 16, { value: spare });
        waiting.push(exitOperation(alice.address, step % 16));
      } else if (Number(await rollup.queuedDeposits()) < 10) {
        await as(rollup, alice).deposit(noAddress, amount, ax, ay, alice, { value: amount + spare });
        waiting.push(depositOperation(alice.address, amount));
      }
      if (number % 7 === 0 && (await rollup.credit(1, sequencer)) > 0n) {
        await rollup.withdraw(1, sequencer, noAddress);
      }
      let owed = (await rollup.escrow(1)) + (await rollup.credit(1, sequencer));
      const [head, tail] = [await rollup.queueHead(), await rollup.queueTail()];
      for (let entry = head; entry < tail; entry++) owed += (await rollup.queueEntry(entry))[2];
      expect(await ethers.provider.getBalance(rollup)).to.equal(owed);
    }
    expect(await rollup.batchCount()).to.be.greaterThan(5n);
  });
});

describe("The model of the queue that attacks are simulated with", () => {
  it("has the contract's deadlines, whatever is queued and settled when", async () => {
    const { rollup, alice } = await deployRollup();
    const model = new QueueModel({ period: times.forcedInclusionPeriod, spacing: times.deadlineSpacing });
    const random = fc.sample(fc.nat({ max: 2 ** 20 }), { numRuns: 80, seed: 11 });
    let head = 0;
    for (const number of random) {
      const now = (await networkHelpers.time.latest()) + 1 + (number % 90);
      await networkHelpers.time.setNextBlockTimestamp(now);
      const count = Math.min(model.waiting, (number >> 8) % 7);
      if ((number >> 16) % 4 === 0 && count > 0) {
        const operations = Array.from({ length: count }, () => exitOperation(alice.address, 0));
        const late = Array.from({ length: count }, () => model.deadline() ?? 0);
        expect(late[0]).to.be.greaterThan(now);
        await settleBatch(rollup, { shape: "large", operations });
        model.settle(now, count);
        head += count;
      } else {
        await as(rollup, alice).requestExit(0, { value: spare });
        model.push(now);
      }
      for (let place = 0; place < model.waiting; place++) {
        expect((await rollup.queueEntry(head + place))[1]).to.equal(model.deadline(place));
      }
    }
    expect(head).to.be.greaterThan(10);
  });
});
