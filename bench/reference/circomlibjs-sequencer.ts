// The sequencer's work for a transaction as other Circom rollups do it, with circomlibjs: its EdDSA for the signature, its
// Poseidon for the message and for a Merkle tree of accounts that is updated after each transaction.

import { buildEddsa, buildPoseidon, type Eddsa, type Poseidon } from "circomlibjs";
import type { Account } from "../../plugin/protocol/account.ts";
import { decodeTransaction, type SignedTransaction } from "../../plugin/protocol/transaction.ts";

/** A 4-ary tree over accounts; empty below what was ever touched. */
class Tree {
  readonly #hash: (inputs: readonly bigint[]) => bigint;
  readonly #depth: number;
  readonly #levels: Map<number, bigint>[];
  readonly #empty: bigint[];

  constructor(depth: number, hash: (inputs: readonly bigint[]) => bigint) {
    this.#hash = hash;
    this.#depth = depth;
    this.#levels = Array.from({ length: depth + 1 }, () => new Map());
    this.#empty = [hash([0n, 0n, 0n, 0n])];
    for (let level = 0; level < depth; level++) {
      const below = this.#empty[level] ?? 0n;
      this.#empty.push(hash([below, below, below, below]));
    }
  }

  update(index: number, leaf: bigint): void {
    this.#levels[0]?.set(index, leaf);
    let position = index;
    for (let level = 0; level < this.#depth; level++) {
      position >>= 2;
      const nodes = [0, 1, 2, 3].map((child) => this.#node(level, 4 * position + child));
      this.#levels[level + 1]?.set(position, this.#hash(nodes));
    }
  }

  #node(level: number, position: number): bigint {
    return this.#levels[level]?.get(position) ?? this.#empty[level] ?? 0n;
  }
}

/** A sequencer that admits and executes one transaction after another. */
export class CircomlibjsSequencer {
  readonly #eddsa: Eddsa;
  readonly #poseidon: Poseidon;
  readonly #domain: bigint;
  readonly #accounts: Map<number, Account>;
  readonly #identities = new Map<number, bigint>();
  readonly #tree: Tree;

  private constructor(
    eddsa: Eddsa,
    poseidon: Poseidon,
    domain: bigint,
    depth: number,
    accounts: Map<number, Account>,
  ) {
    this.#eddsa = eddsa;
    this.#poseidon = poseidon;
    this.#domain = domain;
    this.#accounts = accounts;
    this.#tree = new Tree(depth, (inputs) => this.#hash(inputs));
  }

  /** @param accounts - By index; they change. */
  static async start(
    domain: bigint,
    depth: number,
    accounts: Map<number, Account>,
  ): Promise<CircomlibjsSequencer> {
    return new CircomlibjsSequencer(await buildEddsa(), await buildPoseidon(), domain, depth, accounts);
  }

  /** Admits and executes a transfer as it comes from a client. Throws if it is not right. */
  submit(encoded: string): void {
    const transaction = decodeTransaction(encoded);
    const { from, nonce, amount, fee } = transaction;
    const to = Number(transaction.to);
    const [sender, recipient] = [this.#accounts.get(from), this.#accounts.get(to)];
    if (sender === undefined || recipient === undefined) throw new Error("There is no such account.");
    if (!this.isSigned(transaction)) throw new Error("The signature is wrong.");
    if (sender.nonce !== nonce || sender.balance < amount + fee) throw new Error("It is not possible.");
    if (this.#identity(to, recipient) !== transaction.payload) throw new Error("The recipient is another.");
    this.#set(from, { ...sender, nonce: nonce + 1, balance: sender.balance - amount - fee });
    const credited = this.#accounts.get(to) ?? recipient;
    this.#set(to, { ...credited, balance: credited.balance + amount });
  }

  /** Whether a transaction has its sender's signature. */
  isSigned({ kind, from, nonce, expiry, to, amount, fee, payload, signature }: SignedTransaction): boolean {
    const key = this.#accounts.get(from);
    if (key === undefined) return false;
    const header = BigInt(from) + (BigInt(kind) << 32n) + (BigInt(nonce) << 40n) + (BigInt(expiry) << 80n);
    const message = this.#poseidon([this.#domain, header, to, amount + (fee << 128n), payload]);
    const { F } = this.#eddsa;
    const R8 = [F.e(signature.r8x), F.e(signature.r8y)] as [ReturnType<typeof F.e>, ReturnType<typeof F.e>];
    const point = [F.e(key.ax), F.e(key.ay)] as typeof R8;
    return this.#eddsa.verifyPoseidon(message, { R8, S: signature.s }, point);
  }

  #set(index: number, account: Account): void {
    this.#accounts.set(index, account);
    const { nonce, balance, data } = account;
    this.#tree.update(index, this.#hash([this.#identity(index, account), BigInt(nonce), balance, data]));
  }

  #identity(index: number, { ax, ay, owner, asset }: Account): bigint {
    const known = this.#identities.get(index) ?? this.#hash([ax, ay, owner, BigInt(asset)]);
    this.#identities.set(index, known);
    return known;
  }

  #hash(inputs: readonly bigint[]): bigint {
    return this.#poseidon.F.toObject(this.#poseidon(inputs));
  }
}
