import type { Account } from "../protocol/account.ts";
import type { Ledger } from "../protocol/state.ts";

/** Changes on top of a ledger, which stays as it is until they are committed. Drafts can lie on drafts. */
export class Draft implements Ledger {
  readonly #base: Ledger;
  readonly #changes = new Map<number, Account>();

  constructor(base: Ledger) {
    this.#base = base;
  }

  account(index: number): Account {
    return this.#changes.get(index) ?? this.#base.account(index);
  }

  set(index: number, account: Account): void {
    this.#changes.set(index, account);
  }

  /** What has been set so far, by index. */
  changes(): ReadonlyMap<number, Account> {
    return this.#changes;
  }

  /** Writes the changes to the ledger below and forgets them. */
  commit(): void {
    for (const [index, account] of this.#changes) this.#base.set(index, account);
    this.#changes.clear();
  }
}
