import type { Holder } from "../protocol/account.ts";
import type { View } from "./view.ts";

/** Who owns accounts, whatever the asset: a key and an L1 address. */
export type FeeHolder = Omit<Holder, "asset">;

/** Who takes a fee: an account that is there, or one that is yet to be opened. */
export type FeeAccount =
  | { readonly index: number; readonly isNew: false }
  | { readonly index: number; readonly isNew: true; readonly holder: Holder };

/** Says which accounts take the fees. */
export class FeeAccounts {
  readonly #holder: FeeHolder | undefined;
  /** Indices that opens leave to deposits. */
  readonly #reserve: number;

  constructor(holder: FeeHolder | undefined, reserve: number) {
    this.#holder = holder;
    this.#reserve = reserve;
  }

  /** Who takes a fee in an asset, if anybody can. */
  find(view: View, asset: number): FeeAccount | undefined {
    const holder = this.#holder === undefined ? undefined : { ...this.#holder, asset };
    const known = holder === undefined ? view.feeAccounts.get(asset) : view.directory.find(holder);
    if (known !== undefined) return { index: known, isNew: false };
    if (holder === undefined || !this.hasRoom(view)) return undefined;
    return { index: view.nextOpen(holder).index, isNew: true, holder };
  }

  /** Has it take the fees in its asset from now on. */
  use(view: View, asset: number, account: FeeAccount): void {
    if (account.isNew) view.addOpen(account.holder);
    view.setFeeAccount(asset, account.index);
  }

  /** Whether an account can be opened without taking an index that a deposit may need. */
  hasRoom(view: View): boolean {
    return view.directory.size + this.#reserve < view.capacity;
  }
}
