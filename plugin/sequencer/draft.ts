import type { Account } from "../protocol/account.ts";
import type { Ledger } from "../protocol/state.ts";
import { holderIdentity } from "./hashing/holder-identity.ts";

/** What a draft lies on. Without `identity` the draft computes identities itself. */
export type DraftBase = Pick<Ledger, "account" | "set"> & { identity?(index: number): bigint };

/** Changes on top of a ledger, which stays as it is until they are committed. Drafts can lie on drafts. */
export class Draft implements DraftBase {
  readonly #base: DraftBase;
  readonly #changes = new Map<number, Account>();
  /** Of accounts that the base does not know. An identity never changes once set. */
  readonly #identities = new Map<number, bigint>();

  constructor(base: DraftBase) {
    this.#base = base;
  }

  account(index: number): Account {
    return this.#changes.get(index) ?? this.#base.account(index);
  }

  /** accountIdentity of the account at an index. */
  identity(index: number): bigint {
    const known = this.#identities.get(index) ?? this.#base.identity?.(index) ?? 0n;
    if (known !== 0n) return known;
    const identity = holderIdentity(this.account(index));
    if (identity !== 0n) this.#identities.set(index, identity);
    return identity;
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
