import type { ContractTransactionResponse } from "ethers";
import { exitLeaf, exitPath } from "../../plugin/protocol/exit-tree.ts";
import type { Operation } from "../../plugin/protocol/operation.ts";
import { ethers, genesis, networkHelpers } from "./connection.ts";
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

/** Gas of one thing that somebody does, as measured; `limit` is what it may cost, where there is such a bar. */
export type GasFigure = { readonly what: string; readonly gas: bigint; readonly limit?: bigint };

const { ax, ay } = key(1);
const widest = { amount: 2n ** 128n - 1n, recipient: `0x${"f".repeat(40)}`, asset: 2 ** 32 - 1 };

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

/**
 * Measures on a chain that has just begun, so that every address and so every byte is the same each time. Proofs are
 * those of the tests' verifier: the pairings are not in it.
 */
export async function measureGas(): Promise<GasFigure[]> {
  await genesis.restore();
  await networkHelpers.clearSnapshots();
  return [
    { what: "settling an empty batch, without the verification of its proof", gas: await emptyBatch() },
    ...(await rows()),
    ...(await exits()),
    ...(await operations()),
    ...(await users()),
    { what: "bytes of the rollup's code", gas: await codeBytes(), limit: 24_576n },
  ];
}

async function emptyBatch(): Promise<bigint> {
  const { rollup } = await inUse();
  return settlingGas(rollup, {});
}

/** Of a row more, with gaps of four bytes. */
async function rows(): Promise<GasFigure[]> {
  const figures: GasFigure[] = [];
  for (const [what, balance, nonceIncrease, limit] of [
    ["half an ether", 5n * 10n ** 17n, 1, 750n],
    ["1.234567890123456789 ether", 1_234_567_890_123_456_789n, 1, 750n],
    ["a billion tokens to the last of 18 decimals", 1_234_567_891_234_567_890_123_456_789n, 1, 750n],
    ["the largest number of 128 bits, after 65,535 transactions", widest.amount, 65_535, undefined],
  ] as const) {
    const { rollup } = await inUse();
    const all = Array.from({ length: 12 }, (_, i) => row((i + 1) * 2 ** 28, balance, nonceIncrease));
    const one = await settlingGas(rollup, { rows: all.slice(0, 1) });
    const gas = ((await settlingGas(rollup, { rows: all })) - one) / 11n;
    figures.push({ what: `a row: ${what}`, gas, ...(limit === undefined ? {} : { limit }) });
  }
  return figures;
}

async function exits(): Promise<GasFigure[]> {
  const { rollup } = await inUse();
  const all = Array.from({ length: 7 }, () => exitRow(widest.recipient, widest.amount, widest.asset));
  const none = await settlingGas(rollup, {});
  const one = await settlingGas(rollup, { exits: all.slice(0, 1) });
  const further = (await settlingGas(rollup, { exits: all })) - one;
  return [
    { what: "the first exit row of a batch, with the storage of the exit tree", gas: one - none },
    { what: "a further exit row", gas: further / 6n, limit: 1_500n },
  ];
}

async function operations(): Promise<GasFigure[]> {
  const { rollup, alice } = await inUse();
  const empty = await settlingGas(rollup, {});
  const each = async (operation: Operation): Promise<bigint> =>
    ((await settlingGas(rollup, { operations: Array.from({ length: 6 }, () => operation) })) - empty) / 6n;
  for (let entry = 0; entry < 6; entry++) {
    await as(rollup, alice).deposit(noAddress, 1n, ax, ay, alice, { value: 1n + spare });
  }
  const deposit = await each(depositOperation(alice.address, 1n, { creates: false }));
  for (let entry = 0; entry < 6; entry++) await as(rollup, alice).requestExit(1, { value: spare });
  return [
    { what: "settling a deposit", gas: deposit },
    { what: "settling a forced exit", gas: await each(exitOperation(alice.address, 1)) },
    { what: "opening an account", gas: await each(openOperation(alice.address)) },
  ];
}

async function users(): Promise<GasFigure[]> {
  const fresh = await deployRollup();
  const deposit = (): Promise<bigint> =>
    gasOf(as(fresh.rollup, fresh.alice).deposit(noAddress, 1n, ax, ay, fresh.alice, { value: 1n + spare }));
  const first = await deposit();
  const second = await deposit();
  const { rollup, alice, racer } = await inUse();
  const request = await gasOf(as(rollup, alice).requestExit(1, { value: spare }));
  const paid = Array.from({ length: 7 }, (_, position) => exitRow(alice.address, BigInt(position)));
  await settleBatch(rollup, { shape: "large", exits: paid });
  const leaves = paid.map((exit, position) => exitLeaf(2, position, exit));
  const fields = [alice.address, 1n, 1];
  const claim = as(rollup, racer).claim(2, 1, fields, exitPath(3, leaves, 1), noAddress);
  return [
    { what: "a deposit of ETH, the first of a rollup", gas: first },
    { what: "a deposit of ETH", gas: second, limit: 90_000n },
    { what: "a request for a forced exit", gas: request },
    { what: "a claim of ETH", gas: await gasOf(claim), limit: 75_000n },
  ];
}

async function codeBytes(): Promise<bigint> {
  const { rollup } = await inUse();
  return BigInt(ethers.dataLength((await rollup.getDeployedCode()) ?? "0x"));
}
