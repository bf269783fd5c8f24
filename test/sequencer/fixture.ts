// What the tests of the sequencer share: a store in a folder of its own, people, queue entries and transactions.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { builtInShapes } from "../../plugin/circuits/shapes.ts";
import { accountIdentity, type Holder } from "../../plugin/protocol/account.ts";
import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import type { QueueEntry } from "../../plugin/protocol/queue.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import {
  rollupDomain,
  type SignedTransaction,
  signTransaction,
  transactionKind,
} from "../../plugin/protocol/transaction.ts";
import type { RegisteredShape, StoreIdentity } from "../../plugin/sequencer/records.ts";
import { Sequencer } from "../../plugin/sequencer/sequencer.ts";
import { Store } from "../../plugin/sequencer/store.ts";

export const tiny = builtInShapes.tiny as Shape;

export const identity: StoreIdentity = {
  chainId: 31337n,
  rollup: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  blockHash: `0x${"ab".repeat(32)}`,
  depth: tiny.depth,
};

export const domain = rollupDomain(identity.chainId, identity.rollup);

/** A shape as a rollup registers it; the id is any. */
export function registered(name: string, shape: Shape): RegisteredShape {
  return { name, shape, id: `0x${Buffer.from(name).toString("hex").padStart(64, "0")}` };
}

export const shapes = [registered("tiny", tiny)];

/** Somebody with a key and an L1 address. */
export class Person {
  readonly key: SigningKey;
  readonly owner: bigint;

  constructor(number: number) {
    this.key = SigningKey.fromSeed(new Uint8Array(32).fill(number));
    this.owner = BigInt(0xa000 + number);
  }

  holder(asset = 1): Holder {
    return { ...this.key.publicKey, owner: this.owner, asset };
  }

  /** This person's deposit, as the queue's entry of that number. */
  deposit(entry: number, amount: bigint, asset = 1): QueueEntry {
    return { kind: 1, entry, deadline: 1_000 + entry, amount, ...this.holder(asset) };
  }

  /** This person's request to pay out an account, as the queue's entry of that number. */
  exit(entry: number, index: number): QueueEntry {
    return { kind: 2, entry, deadline: 1_000 + entry, index, owner: this.owner };
  }
}

export const alice = new Person(1);
export const bob = new Person(2);
export const carol = new Person(3);
export const treasury = new Person(9);

/** What most transactions have; what a test is about is given. */
type Payment = {
  readonly from: number;
  readonly nonce: number;
  readonly amount?: bigint;
  readonly fee?: bigint;
  readonly expiry?: number;
};

const common = { amount: 1n, fee: 0n, expiry: 2 ** 32 - 1 };

/** A transfer to an account, which is not checked to be the recipient's. */
export function transfer(by: Person, to: number, recipient: Holder, payment: Payment): SignedTransaction {
  const payload = accountIdentity(recipient);
  const kind = transactionKind.transfer;
  return signTransaction(domain, { ...common, kind, to: BigInt(to), payload, ...payment }, by.key);
}

export function withdrawal(by: Person, to: bigint, payment: Payment, asset = 1): SignedTransaction {
  const kind = transactionKind.withdraw;
  return signTransaction(domain, { ...common, kind, to, payload: BigInt(asset), ...payment }, by.key);
}

/** Stores and sequencers that are closed and removed after the test, see `cleanUp`. */
const folders: string[] = [];
const stores: Store[] = [];

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "hardhat-rollup-store-"));
  folders.push(folder);
  return folder;
}

export async function openStore(folder?: string, deployment = identity): Promise<Store> {
  const store = await Store.open(folder ?? (await temporaryFolder()), deployment);
  stores.push(store);
  return store;
}

/** A sequencer of the tiny shape on a store. */
export async function openSequencer(
  store: Store,
  options: { readonly feeHolder?: Person; readonly shapes?: readonly RegisteredShape[] } = {},
): Promise<Sequencer> {
  return await Sequencer.open({
    store,
    domain,
    depth: store.identity.depth,
    shapes: options.shapes ?? shapes,
    feeHolder: options.feeHolder?.holder(),
  });
}

/** For `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
}
