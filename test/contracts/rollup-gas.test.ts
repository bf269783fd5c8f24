import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { exitLeaf, exitPath } from "../../plugin/protocol/exit-tree.ts";
import type { Operation } from "../../plugin/protocol/operation.ts";
import { ethers, networkHelpers } from "./connection.ts";
import { deployRollup, key, noAddress, spare } from "./fixture.ts";
import {
  type Content,
  depositOperation,
  exitOperation,
  exitRow,
  openOperation,
  row,
  settleBatch,
} from "./posted-batch.ts";
import { as, type RollupContract } from "./rollup-contract.ts";

// What users and sequencers pay at most. The limits are close to what is measured, so that a change which costs more
// is noticed. Values are as wide as they get: every byte of calldata counts fully. Refunds are included.

const { ax, ay } = key(1);
const widest = { amount: 2n ** 128n - 1n, recipient: `0x${"f".repeat(40)}`, asset: 2 ** 32 - 1 };

/** A Groth16 proof with three public inputs: its pairing check, and 160 bytes more than the proofs of these tests. */
const proofGas = 205_000n + 160n * 16n;

async function gasOf(response: Promise<ContractTransactionResponse>): Promise<bigint> {
  return (await (await response).wait())?.gasUsed ?? 0n;
}

const settlingGas = (rollup: RollupContract, content: Content) =>
  gasOf(settleBatch(rollup, { shape: "large", ...content }));

/** A rollup after its first deposit and first batch: what is left to pay is paid every time. */
async function rollupInUse() {
  const setting = await deployRollup();
  const { rollup, alice } = setting;
  await as(rollup, alice).deposit(noAddress, 1_000_000n, ax, ay, alice, { value: 1_000_000n + spare });
  await settleBatch(rollup, { operations: [depositOperation(alice.address, 1_000_000n)] });
  return setting;
}

const inUse = () => networkHelpers.loadFixture(rollupInUse);

describe("Rollup: gas of settle", () => {
  it("is below 300,000 for a batch, apart from what it contains", async () => {
    const { rollup } = await inUse();
    const empty = await settlingGas(rollup, {});
    expect(empty).to.be.at.most(66_500n);
    expect(empty + proofGas).to.be.below(300_000n);
  });

  /** Of a row more, with gaps of four bytes. */
  async function rowGas(balance: bigint, nonceIncrease: number): Promise<bigint> {
    const { rollup } = await inUse();
    const rows = Array.from({ length: 12 }, (_, i) => row((i + 1) * 2 ** 28, balance, nonceIncrease));
    const one = await settlingGas(rollup, { rows: rows.slice(0, 1) });
    return ((await settlingGas(rollup, { rows })) - one) / 11n;
  }

  it("is below 750 for a row: half an ether, ether to the wei, a billion tokens to the last of 18 decimals", async () => {
    expect(await rowGas(5n * 10n ** 17n, 1)).to.be.at.most(600n);
    expect(await rowGas(1_234_567_890_123_456_789n, 1)).to.be.at.most(675n);
    expect(await rowGas(1_234_567_891_234_567_890_123_456_789n, 1)).to.be.at.most(730n);
  });

  it("is below 820 for a row of 16 bytes of balance, of which an asset can have a few", async () => {
    expect(await rowGas(widest.amount, 65_535)).to.be.at.most(830n);
  });

  it("is below 1,500 for an exit row, but for the first, which pays for storage", async () => {
    const { rollup } = await inUse();
    const exits = Array.from({ length: 7 }, () => exitRow(widest.recipient, widest.amount, widest.asset));
    const none = await settlingGas(rollup, {});
    const one = await settlingGas(rollup, { exits: exits.slice(0, 1) });
    const all = await settlingGas(rollup, { exits });
    expect(one - none).to.be.at.most(48_700n);
    expect((all - one) / 6n).to.be.at.most(1_240n);
  });

  it("is a few thousand for an operation", async () => {
    const { rollup, alice } = await inUse();
    const empty = await settlingGas(rollup, {});
    const each = async (operation: Operation) =>
      ((await settlingGas(rollup, { operations: Array.from({ length: 6 }, () => operation) })) - empty) / 6n;
    for (let entry = 0; entry < 6; entry++) {
      await as(rollup, alice).deposit(noAddress, 1n, ax, ay, alice, { value: 1n + spare });
    }
    expect(await each(depositOperation(alice.address, 1n, { creates: false }))).to.be.at.most(6_900n);
    for (let entry = 0; entry < 6; entry++) await as(rollup, alice).requestExit(1, { value: spare });
    expect(await each(exitOperation(alice.address, 1))).to.be.at.most(5_700n);
    expect(await each(openOperation(alice.address))).to.be.at.most(5_300n);
  });
});

describe("Rollup: gas of users", () => {
  it("is below 90,000 for a deposit of ETH, but for the first of a rollup", async () => {
    const { rollup, alice } = await deployRollup();
    const deposit = () =>
      gasOf(as(rollup, alice).deposit(noAddress, 1n, ax, ay, alice, { value: 1n + spare }));
    expect(await deposit()).to.be.at.most(110_000n);
    expect(await deposit()).to.be.at.most(78_000n);
  });

  it("is a queue entry for a forced exit", async () => {
    const { rollup, alice } = await inUse();
    expect(await gasOf(as(rollup, alice).requestExit(1, { value: spare }))).to.be.at.most(65_000n);
  });

  it("is below 75,000 for a claim of ETH", async () => {
    const { rollup, alice, racer } = await inUse();
    const exits = Array.from({ length: 7 }, (_, position) => exitRow(alice.address, BigInt(position)));
    await settleBatch(rollup, { shape: "large", exits });
    const leaves = exits.map((exit, position) => exitLeaf(2, position, exit));
    for (const position of [1, 2]) {
      const fields = [alice.address, BigInt(position), 1];
      const claim = as(rollup, racer).claim(2, position, fields, exitPath(3, leaves, position), noAddress);
      expect(await gasOf(claim)).to.be.at.most(56_000n);
    }
  });
});

describe("Rollup: code", () => {
  it("fits into a contract", async () => {
    const { rollup } = await inUse();
    expect(ethers.dataLength((await rollup.getDeployedCode()) ?? "0x")).to.be.within(1, 24_576);
  });
});
