import { type Account, isAbsent } from "../../protocol/account.ts";
import { formatAddress } from "../../protocol/address.ts";
import type { AccountJson } from "./wire.ts";

/** An account as methods give it; undefined for the absent one. */
export function accountToJson(index: number, account: Account): AccountJson | undefined {
  if (isAbsent(account)) return undefined;
  const { ax, ay, owner, asset, nonce, balance, data } = account;
  return {
    index,
    ax: ax.toString(),
    ay: ay.toString(),
    owner: formatAddress(owner),
    asset,
    nonce,
    balance: balance.toString(),
    data: data.toString(),
  };
}
