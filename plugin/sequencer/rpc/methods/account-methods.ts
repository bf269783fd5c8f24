import { z } from "zod/v4";
import { type Account, absentAccount } from "../../../protocol/account.ts";
import type { Sequencer } from "../../sequencer.ts";
import { accountToJson } from "../account-json.ts";
import { RpcError } from "../errors.ts";
import { defineMethod, type RpcMethod } from "../method.ts";
import { accountIndex, accountJson, assetNumber, elementType, l1Address } from "../wire.ts";

/** Accounts of one answer, at most. */
const maxAccounts = 1_000;

const at = z
  .enum(["pending", "settled"])
  .optional()
  .meta({ description: "After all that is pending (default), or as of the last batch that is final on L1" });

/** What the methods need of the store: accounts as of the last settled batch. */
type SettledAccounts = { readonly accounts: { get(index: number): Account | undefined } };

/** `rollup_getAccount` and `rollup_getAccounts`. */
export function accountMethods(
  sequencer: Pick<Sequencer, "account" | "accountsOf">,
  store: SettledAccounts,
): RpcMethod[] {
  const read = (index: number, when: z.output<typeof at>) =>
    accountToJson(
      index,
      when === "settled" ? (store.accounts.get(index) ?? absentAccount) : sequencer.account(index),
    );
  const one = defineMethod({
    name: "rollup_getAccount",
    summary: "The account at an index, null if nobody has it",
    params: z.strictObject({ index: accountIndex, at }),
    result: accountJson.nullable(),
    handle: ({ index, at: when }) => read(index, when) ?? null,
  });
  const many = defineMethod({
    name: "rollup_getAccounts",
    summary: "The accounts of an L1 address or of a key, by increasing index, up to 1,000 at a time",
    params: z.strictObject({
      holder: z
        .union([z.strictObject({ owner: l1Address }), z.strictObject({ ax: elementType, ay: elementType })])
        .meta({ description: "An L1 address as { owner }, or a key as { ax, ay }" }),
      asset: assetNumber.optional(),
      from: accountIndex.optional().meta({ description: "The lowest index wanted: the last one had, and 1" }),
      at,
    }),
    result: z.array(accountJson),
    cost: () => 5,
    handle({ holder, asset, from = 0, at: when }) {
      const found = sequencer.accountsOf(
        "owner" in holder ? BigInt(holder.owner) : { ax: BigInt(holder.ax), ay: BigInt(holder.ay) },
      );
      return found
        .filter(({ index, account }) => index >= from && (asset === undefined || account.asset === asset))
        .slice(0, maxAccounts)
        .map(({ index }) => read(index, when))
        .filter((account) => account !== undefined);
    },
  });
  return [one, many];
}

/** An account that a method needs. Throws RpcError `NOT_FOUND`. */
export function requireAccount<T>(index: number, account: T | undefined): T {
  if (account !== undefined) return account;
  throw new RpcError("NOT_FOUND", "Nobody has that account.", {
    account: index,
    "what to do": "see rollup_getAccounts; accounts come into being by deposits on L1, or rollup_openAccount",
  });
}
