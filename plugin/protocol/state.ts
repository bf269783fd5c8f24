import { type Account, absentAccount, accountLeaf, isAbsent } from "./account.ts";
import { StateTree } from "./tree.ts";

/** Accounts by index, to read and to change. */
export type Ledger = Pick<State, "account" | "set">;

/**
 * The accounts and the tree over them (protocol section 1). Leaves are hashed when somebody asks for the root or a
 * path, so that an account which changes a thousand times is hashed once.
 */
export class State {
  readonly #tree: StateTree;
  readonly #accounts = new Map<number, Account>();
  readonly #changed = new Set<number>();

  /**
   * The empty state.
   *
   * @param depth - Levels of the tree, 1 to 16.
   * @throws ProtocolError `OUT_OF_RANGE`
   */
  constructor(depth: number) {
    this.#tree = new StateTree(depth);
  }

  get depth(): number {
    return this.#tree.depth;
  }

  /** The number of accounts that fit, `4^depth`. */
  get capacity(): number {
    return this.#tree.capacity;
  }

  get root(): bigint {
    this.#hash();
    return this.#tree.root;
  }

  /** The account at an index, the absent one where nobody has it. */
  account(index: number): Account {
    return this.#accounts.get(index) ?? absentAccount;
  }

  /** Every account with its index, in no particular order. */
  accounts(): IterableIterator<[index: number, account: Account]> {
    return this.#accounts.entries();
  }

  get accountCount(): number {
    return this.#accounts.size;
  }

  set(index: number, account: Account): void {
    if (isAbsent(account)) this.#accounts.delete(index);
    else this.#accounts.set(index, account);
    this.#changed.add(index);
  }

  /** The siblings of an account's leaf under the present root, as StateTree.path. */
  path(index: number): bigint[][] {
    this.#hash();
    return this.#tree.path(index);
  }

  #hash(): void {
    if (this.#changed.size === 0) return;
    const leaves = new Map<number, bigint>();
    for (const index of this.#changed) leaves.set(index, accountLeaf(this.account(index)));
    this.#tree.updateAll(leaves);
    this.#changed.clear();
  }
}
