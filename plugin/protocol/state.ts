import type { Account } from "./account.ts";
import { AccountTable } from "./account-table.ts";
import { ProtocolError } from "./errors.ts";
import { groupsAtOnce, plainHasher, type StateHasher, wordsPerGroup } from "./state-hasher.ts";
import { StateTree } from "./tree.ts";
import { wordsPerElement } from "./words.ts";

/** Accounts by index, to read and to change. */
export type Ledger = Pick<State, "account" | "set">;

/**
 * The accounts and the tree over them (protocol section 1). Leaves are hashed when somebody asks for the root or a
 * path, so that an account which changes a thousand times is hashed once.
 */
export class State {
  readonly #hasher: StateHasher;
  readonly #tree: StateTree;
  readonly #accounts: AccountTable;
  readonly #changed: Set<number>;

  /**
   * The empty state.
   *
   * @param depth - Levels of the tree, 1 to 16.
   * @param hasher - Computes identities, leaves and nodes.
   * @throws ProtocolError `OUT_OF_RANGE`
   */
  constructor(depth: number, hasher: StateHasher = plainHasher, content?: Content) {
    this.#hasher = hasher;
    this.#tree = content?.tree ?? new StateTree(depth, hasher);
    this.#accounts = content?.accounts ?? new AccountTable();
    this.#changed = content?.changed ?? new Set();
  }

  get depth(): number {
    return this.#tree.depth;
  }

  /** The number of accounts that fit, `4^depth`. */
  get capacity(): number {
    return this.#tree.capacity;
  }

  get root(): bigint {
    this.hash();
    return this.#tree.root;
  }

  /** The account at an index, the absent one where nobody has it. */
  account(index: number): Account {
    return this.#accounts.get(index);
  }

  /** accountIdentity of the account at an index, computed once: 0 where nobody has it. */
  identity(index: number): bigint {
    if (!this.#accounts.knowsIdentity(index)) this.#identify([index]);
    return this.#accounts.identity(index);
  }

  /** Computes the identities of some accounts at once, which takes less time than one after another. */
  identify(indices: Iterable<number>): void {
    const unknown = new Set<number>();
    for (const index of indices) if (!this.#accounts.knowsIdentity(index)) unknown.add(index);
    if (unknown.size > 0) this.#identify([...unknown]);
  }

  /** Every account with its index, in no particular order. */
  accounts(): IterableIterator<[index: number, account: Account]> {
    return this.#accounts.entries();
  }

  get accountCount(): number {
    return this.#accounts.count;
  }

  /**
   * @throws ProtocolError as assertAccount, `OUT_OF_RANGE` for the index; nothing has changed then
   */
  set(index: number, account: Account): void {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.capacity) {
      throw new ProtocolError("OUT_OF_RANGE", "The index is outside the state.", {
        expected: `an integer from 0 to ${this.capacity - 1}`,
        given: `${index}`,
      });
    }
    this.#accounts.set(index, account);
    this.#changed.add(index);
  }

  /** The siblings of an account's leaf under the present root, as StateTree.path. */
  path(index: number): bigint[][] {
    this.hash();
    return this.#tree.path(index);
  }

  /** An account's leaf and the nodes above it under the present root, as StateTree.children. */
  children(index: number): bigint[][] {
    this.hash();
    return this.#tree.children(index);
  }

  /** Another state with the same accounts: changing one leaves the other alone. What is the same is shared. */
  copy(): State {
    return new State(this.depth, this.#hasher, {
      tree: this.#tree.copy(),
      accounts: this.#accounts.copy(),
      changed: new Set(this.#changed),
    });
  }

  /**
   * Computes what the root and paths are made of, which they do themselves if nobody has done so.
   *
   * @param most - Accounts, for who wants to do something else in between. Default: all that have changed.
   * @returns the number of changed accounts that are left
   */
  hash(most = Number.POSITIVE_INFINITY): number {
    if (this.#changed.size === 0) return 0;
    const indices = new Float64Array(Math.min(this.#changed.size, most));
    const changed = this.#changed.values();
    for (let position = 0; position < indices.length; position++)
      indices[position] = changed.next().value ?? 0;
    indices.sort();
    this.identify(indices);
    const leaves = new BigUint64Array(indices.length * wordsPerElement);
    this.#hashAll(indices, leaves, (index, inputs, at) => this.#accounts.writeLeaf(index, inputs, at));
    this.#tree.updateWords(indices, leaves);
    for (const index of indices) this.#changed.delete(index);
    return this.#changed.size;
  }

  /** Each of them once. */
  #identify(unknown: readonly number[]): void {
    const identities = new BigUint64Array(unknown.length * wordsPerElement);
    this.#hashAll(unknown, identities, (index, inputs, at) => this.#accounts.writeHolder(index, inputs, at));
    unknown.forEach((index, position) => {
      const at = position * wordsPerElement;
      this.#accounts.setIdentity(index, identities.subarray(at, at + wordsPerElement));
    });
  }

  #hashAll(
    indices: ArrayLike<number>,
    outputs: BigUint64Array,
    write: (index: number, inputs: BigUint64Array, at: number) => void,
  ): void {
    const inputs = new BigUint64Array(Math.min(indices.length, groupsAtOnce) * wordsPerGroup);
    for (let from = 0; from < indices.length; from += groupsAtOnce) {
      const groups = Math.min(groupsAtOnce, indices.length - from);
      for (let group = 0; group < groups; group++) {
        write(indices[from + group] as number, inputs, group * wordsPerGroup);
      }
      this.#hasher.hashGroups(inputs, groups, outputs.subarray(from * wordsPerElement));
    }
  }
}

type Content = {
  readonly tree: StateTree;
  readonly accounts: AccountTable;
  readonly changed: Set<number>;
};
