import type { Account } from "../protocol/account.ts";
import { State } from "../protocol/state.ts";
import { stateHasher } from "./hashing/kernel-hasher.ts";

/** What a store's accounts are the content of: another one for every content, never the same again. */
export type AccountsVersion = string;

/** How the accounts of one version become those of another. */
type Step = { readonly to: AccountsVersion; readonly changes: ReadonlyMap<number, Account> };

/** Steps that nobody has asked for are not kept for ever: the accounts are read again then. */
const mostSteps = 256;

/**
 * The state after the last settled batch, in memory: all states that the store hands out are copies of it, which share
 * with it what they do not change.
 */
export class BaseState {
  readonly #depth: number;
  /** By the version from which they lead. */
  readonly #steps = new Map<AccountsVersion, Step>();
  #known: { version: AccountsVersion; readonly state: State } | undefined;
  /** Whether the tree is kept up to date: from the first time on that somebody has asked for it. */
  #isHashed = false;

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** Remembers how to go on, in case that the version `to` is what gets stored. */
  note(from: AccountsVersion, to: AccountsVersion, changes: ReadonlyMap<number, Account>): void {
    if (this.#steps.size >= mostSteps) this.#steps.clear();
    this.#steps.set(from, { to, changes });
  }

  /**
   * The state of a version, not to be changed.
   *
   * @param read - Calls back for every stored account: what is not known is read.
   */
  at(version: AccountsVersion, read: (visit: (index: number, account: Account) => void) => void): State {
    for (let known = this.#known; known !== undefined && known.version !== version; ) {
      const step = this.#steps.get(known.version);
      this.#steps.delete(known.version);
      if (step === undefined) {
        known = undefined;
        this.#known = undefined;
      } else {
        for (const [index, account] of step.changes) known.state.set(index, account);
        known.version = step.to;
      }
    }
    if (this.#known === undefined) {
      const state = new State(this.#depth, stateHasher());
      read((index, account) => state.set(index, account));
      this.#steps.clear();
      this.#isHashed = false;
      this.#known = { version, state };
    }
    const { state } = this.#known;
    if (this.#isHashed) state.hash();
    return state;
  }

  /** Has the tree be kept up to date from now on. The caller has hashed the state. */
  keepHashed(): void {
    this.#isHashed = true;
  }
}
