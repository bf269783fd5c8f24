import {
  type BatchData,
  batchChallenge,
  batchElements,
  type ExitRow,
  evaluateElements,
  packBatch,
} from "../../plugin/protocol/batch-data.ts";
import type { Deposit, Exit, Open } from "../../plugin/protocol/operation.ts";
import type { Row } from "../../plugin/protocol/row.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import { ethers } from "./connection.ts";
import { idOf, key, type ShapeName, shapes } from "./fixture.ts";
import type { RollupContract } from "./rollup-contract.ts";

/** What a test says of a batch; the rest has defaults, header and root from what the rollup would take next. */
export type Content = Partial<BatchData> & {
  readonly shape?: ShapeName;
  /** A shape that the rollup was not deployed with, instead. */
  readonly registered?: { readonly shape: Shape; readonly id: string };
  readonly commitment?: bigint;
};

/** The arguments of `settle`, for one batch. */
export type PostedBatch = {
  readonly batch: {
    readonly newRoot: bigint;
    readonly commitment: bigint;
    readonly shape: string;
    readonly operations: string;
    readonly exits: string;
    readonly rows: string;
  };
  readonly proof: string;
};

/**
 * A batch and the proof that the test's verifier takes for it and for nothing else. The public inputs come from
 * the TypeScript side of the protocol, not from the contract.
 */
export async function postedBatch(rollup: RollupContract, content: Content = {}): Promise<PostedBatch> {
  const batchNumber = content.batchNumber ?? Number(await rollup.batchCount()) + 1;
  const data: BatchData = {
    domain: content.domain ?? BigInt(await rollup.domain()),
    oldRoot: content.oldRoot ?? BigInt(await rollup.root()),
    newRoot: content.newRoot ?? rootAfter(batchNumber),
    batchNumber,
    operations: content.operations ?? [],
    exits: content.exits ?? [],
    rows: content.rows ?? [],
  };
  const name = content.shape ?? "small";
  const slots = content.registered?.shape ?? shapes[name];
  const shape = content.registered?.id ?? idOf(name, Number(await rollup.depth()));
  const commitment = content.commitment ?? 0xc0ffeen;
  const elements = batchElements(slots, data);
  const r = batchChallenge(shape, commitment, elements);
  const y = evaluateElements(elements, r);
  return {
    batch: { newRoot: data.newRoot, commitment, shape, ...packBatch(data) },
    proof: ethers.AbiCoder.defaultAbiCoder().encode(["uint256[3]"], [[commitment, r, y]]),
  };
}

/** The root that tests give a batch: the contract never looks inside. */
export function rootAfter(batchNumber: number): bigint {
  return BigInt(batchNumber) * 1_000_000_007n;
}

/** Calls `settle` with these batches. */
export function settle(rollup: RollupContract, ...posted: readonly PostedBatch[]) {
  return rollup.settle(
    posted.map(({ batch }) => batch),
    posted.map(({ proof }) => proof),
  );
}

/** Settles a batch with this content. */
export async function settleBatch(rollup: RollupContract, content: Content = {}) {
  return settle(rollup, await postedBatch(rollup, content));
}

export function row(index: number, balance = 5n, nonceIncrease = 1): Row {
  return { index, balance, nonceIncrease };
}

export function exitRow(recipient: string, amount: bigint, asset = 1): ExitRow {
  return { recipient: BigInt(recipient), amount, asset };
}

/** The operation that settles a deposit of `amount` by the owner of key 1. */
export function depositOperation(owner: string, amount: bigint, fields: Partial<Deposit> = {}): Deposit {
  return { kind: 1, index: 1, creates: true, asset: 1, owner: BigInt(owner), amount, ...key(1), ...fields };
}

export function exitOperation(owner: string, index: number): Exit {
  return { kind: 2, index, owner: BigInt(owner) };
}

export function openOperation(owner: string, fields: Partial<Open> = {}): Open {
  return { kind: 3, index: 1, asset: 1, owner: BigInt(owner), ...key(1), ...fields };
}

/** Hexadecimal with the bytes from `offset` on replaced. */
export function overwritten(hex: string, offset: number, bytes: string): string {
  const start = 2 + 2 * offset;
  return hex.slice(0, start) + bytes + hex.slice(start + bytes.length);
}
