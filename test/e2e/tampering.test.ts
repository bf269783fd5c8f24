import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";
import hre, { network } from "hardhat";
import { openEphemeral } from "../../plugin/client/open-rollup.ts";
import type { RollupClient } from "../../plugin/client/rollup.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import type { Deposit, Operation } from "../../plugin/protocol/operation.ts";
import type { BatchToSettle } from "../../plugin/settlement/batch-to-settle.ts";
import { SettlementError } from "../../plugin/settlement/errors.ts";
import { contractRefusal } from "../settlement/rejection.ts";
import { flipped } from "./flipped.ts";

// One real batch with everything in it (a deposit that creates, a forced exit, a withdrawal, a transfer), proven
// for real, and every single thing about it changed once. The chain refuses each; the batch itself still settles.

describe("A settlement that was tampered with", () => {
  let rollup: RollupClient;
  let other: RollupClient;
  let honest: BatchToSettle;
  const closing: (() => Promise<void>)[] = [];

  before(async () => {
    const connection = await network.create();
    const open = async (): Promise<RollupClient> => {
      const { client, close } = await openEphemeral(hre, connection);
      closing.push(close);
      return client;
    };
    rollup = await open();
    other = await open();
    const [, alice] = await connection.ethers.getSigners();
    if (alice === undefined) throw new Error("The chain has too few accounts.");
    await rollup.deposit({ to: alice, amount: parseEther("1") });
    await rollup.settle();
    await rollup.exit({ from: alice });
    await rollup.deposit({ to: "bob", amount: parseEther("2") });
    await rollup.transfer({ from: "bob", to: "bob", amount: parseEther("0.5") });
    await rollup.withdraw({ from: "bob", amount: parseEther("0.25") });
    await rollup.seal();
    await rollup.prove();
    const { sealed, shapeId, exits, rows } = rollup.store.batch(2);
    const proof = rollup.store.proofs.get(2);
    if (proof === undefined) throw new Error("The batch has no proof.");
    honest = { batchNumber: 2, shapeId, operations: sealed.operations, exits, rows, ...proof };
    expect(honest.operations).to.have.length(2);
    expect(honest.exits).to.have.length(2);
    expect(honest.rows).to.have.length(2);
  });

  after(async () => {
    for (const close of closing) await close();
  });

  const changed = <T>(items: readonly T[], position: number, change: (item: T) => T): T[] =>
    items.map((item, i) => (i === position ? change(item) : item));
  const deposit =
    (change: Partial<Deposit>) =>
    (operation: Operation): Operation =>
      operation.kind === 1 ? { ...operation, ...change } : operation;
  const someKey = { ax: 0n, ay: 1n };

  const attacks: Record<string, [error: string, attack: () => Partial<BatchToSettle>]> = {
    "a row's balance": [
      "RollupProofInvalid",
      () => ({
        rows: changed(honest.rows, 0, (row) => ({ ...row, balance: row.balance + 1n })),
      }),
    ],
    "a row's index": [
      "RollupProofInvalid",
      () => ({ rows: changed(honest.rows, 1, (row) => ({ ...row, index: row.index + 1 })) }),
    ],
    "a row's nonce": [
      "RollupProofInvalid",
      () => ({
        rows: changed(honest.rows, 1, (row) => ({ ...row, nonceIncrease: row.nonceIncrease + 1 })),
      }),
    ],
    // Rows in another order cannot even be written.
    "the balances of two rows exchanged": [
      "RollupProofInvalid",
      () => ({
        rows: honest.rows.map((row, i) => ({ ...row, balance: honest.rows.at(1 - i)?.balance ?? 0n })),
      }),
    ],
    "one row fewer": ["RollupProofInvalid", () => ({ rows: honest.rows.slice(0, 1) })],
    "one row more": [
      "RollupProofInvalid",
      () => ({ rows: [...honest.rows, { index: 9, nonceIncrease: 0, balance: 0n }] }),
    ],
    "the new root": ["RollupProofInvalid", () => ({ newRoot: (honest.newRoot + 1n) % fieldOrder })],
    "a root that is not canonical": [
      "RollupBatchNotCanonical",
      () => ({ newRoot: honest.newRoot + fieldOrder }),
    ],
    "an exit's amount": [
      "RollupProofInvalid",
      () => ({
        exits: changed(honest.exits, 0, (exit) => ({ ...exit, amount: exit.amount + 1n })),
      }),
    ],
    "an exit's recipient": [
      "RollupProofInvalid",
      () => ({
        exits: changed(honest.exits, 1, (exit) => ({ ...exit, recipient: exit.recipient + 1n })),
      }),
    ],
    "an exit's asset": [
      "RollupProofInvalid",
      () => ({ exits: changed(honest.exits, 1, (exit) => ({ ...exit, asset: 2 })) }),
    ],
    "the order of exits": ["RollupProofInvalid", () => ({ exits: honest.exits.toReversed() })],
    "an exit dropped": ["RollupProofInvalid", () => ({ exits: honest.exits.slice(0, 1) })],
    "an exit doubled": [
      "RollupTooManyExits",
      () => ({ exits: [...honest.exits, ...honest.exits.slice(0, 1)] }),
    ],
    "a queue entry's amount": [
      "RollupQueueEntryMismatch",
      () => ({
        operations: changed(honest.operations, 1, deposit({ amount: parseEther("3") })),
      }),
    ],
    "a queue entry's owner": [
      "RollupQueueEntryMismatch",
      () => ({ operations: changed(honest.operations, 1, deposit({ owner: 1n })) }),
    ],
    "a queue entry's key": [
      "RollupQueueEntryMismatch",
      () => ({ operations: changed(honest.operations, 1, deposit(someKey)) }),
    ],
    "the account of a deposit": [
      "RollupProofInvalid",
      () => ({
        operations: changed(honest.operations, 1, deposit({ index: 7 })),
      }),
    ],
    "a deposit that does not create": [
      "RollupProofInvalid",
      () => ({
        operations: changed(honest.operations, 1, deposit({ creates: false })),
      }),
    ],
    "the order of operations": [
      "RollupQueueEntryMismatch",
      () => ({ operations: honest.operations.toReversed() }),
    ],
    "a queue entry left out": ["RollupProofInvalid", () => ({ operations: honest.operations.slice(0, 1) })],
    "no operations at all": ["RollupProofInvalid", () => ({ operations: [] })],
    "the commitment": ["RollupProofInvalid", () => ({ commitment: (honest.commitment + 1n) % fieldOrder })],
    "a shape that is not registered": ["RollupShapeUnknown", () => ({ shapeId: `0x${"11".repeat(32)}` })],
    "the proof's first byte": ["RollupProofInvalid", () => ({ proof: flipped(honest.proof, 2) })],
    "the proof's last byte": [
      "RollupProofInvalid",
      () => ({ proof: flipped(honest.proof, honest.proof.length - 2) }),
    ],
    "a proof of zeros": ["RollupProofInvalid", () => ({ proof: `0x${"00".repeat(256)}` })],
    "a proof cut short": ["RollupProofInvalid", () => ({ proof: honest.proof.slice(0, -2) })],
    "another batch's proof": [
      "RollupProofInvalid",
      () => ({ proof: rollup.store.proofs.get(1)?.proof ?? "0x" }),
    ],
  };

  for (const [name, [error, attack]] of Object.entries(attacks)) {
    it(`is refused: ${name}`, async () => {
      const root = await rollup.l1.root();
      expect(await contractRefusal(rollup.l1.settle([{ ...honest, ...attack() }]))).to.equal(error);
      expect(await rollup.l1.root()).to.equal(root);
      expect(await rollup.l1.batchCount()).to.equal(1);
    });
  }

  it("is refused: another batch number, which the contract does not even ask for", async () => {
    // The number is the contract's own, so the only way to another one is to settle twice.
    expect(await contractRefusal(rollup.l1.settle([honest, { ...honest, batchNumber: 3 }]))).to.equal(
      "RollupQueueEntryMissing",
    );
    expect(await rollup.l1.batchCount()).to.equal(1);
  });

  it("is refused: a proof for another rollup", async () => {
    // The same shape, key, history and batch; only the domain differs.
    const first = rollup.store.batch(1);
    const firstProof = rollup.store.proofs.get(1);
    if (firstProof === undefined) throw new Error("The batch has no proof.");
    const [entry] = first.sealed.operations;
    if (entry?.kind !== 1) throw new Error("The first batch begins with another operation.");
    await other.l1.deposit({
      token: ZeroAddress,
      amount: entry.amount,
      key: entry,
      owner: `0x${entry.owner.toString(16).padStart(40, "0")}`,
    });
    const { shapeId, sealed, exits, rows } = first;
    const replayed = { batchNumber: 1, shapeId, operations: sealed.operations, exits, rows, ...firstProof };
    expect(await contractRefusal(other.l1.settle([replayed]))).to.equal("RollupProofInvalid");
    expect(await other.l1.batchCount()).to.equal(0);
  });

  it("settles when nothing was changed, and only once", async () => {
    await rollup.l1.settle([honest]);
    expect(await rollup.l1.root()).to.equal(honest.newRoot);
    await expect(rollup.l1.settle([honest])).to.be.rejectedWith(SettlementError);
    expect(await contractRefusal(rollup.l1.settle([{ ...honest, batchNumber: 3 }]))).to.equal(
      "RollupQueueEntryMissing",
    );
  });
});
