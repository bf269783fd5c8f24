import type { RollupConnection } from "../client/connection.ts";
import type { QueuedEvent, SubmittedEvent } from "../client/events.ts";
import type { AssetReference, Party } from "../client/rollup.ts";
import { formatAddress, parseAddress } from "../protocol/address.ts";
import { eth, type Token } from "../settlement/tokens.ts";
import type { Finding } from "./matcher.ts";

/** By how much, or which, in base units. */
export type ExpectedChange = bigint | number | ((change: bigint) => boolean);

export type BalanceOptions = {
  /** Default ETH. */
  readonly asset?: AssetReference;
};

/**
 * By how much an action changes what parties hold on L2, after all that is pending: of a function, between before and
 * after; of a promise, what the payment or deposit does that it is of.
 *
 * @throws TypeError for the promise of something else
 */
export async function balanceChanges(
  rollup: RollupConnection,
  action: unknown,
  parties: readonly Party[],
  { asset }: BalanceOptions = {},
): Promise<bigint[]> {
  if (typeof action === "function") {
    const read = (): Promise<bigint[]> => Promise.all(parties.map((party) => rollup.balance(party, asset)));
    const before = await read();
    await (action as () => unknown)();
    const after = await read();
    return after.map((balance, index) => balance - (before[index] as bigint));
  }
  // Before the first await: the promise cannot have got any further.
  const payments = new Map<string, SubmittedEvent>();
  const deposits = new Map<number, QueuedEvent & { readonly amount: bigint }>();
  const submitted = (event: SubmittedEvent): unknown => payments.set(event.id, event);
  const deposited = (event: QueuedEvent & { readonly amount: bigint }): unknown =>
    deposits.set(event.entry, event);
  rollup.events.on("submitted", submitted).on("deposited", deposited);
  try {
    const outcome = await action;
    const token = await rollup.asset(asset);
    const payment = typeof outcome === "string" ? payments.get(outcome) : undefined;
    if (payment !== undefined) return await effectOfPayment(rollup, payment, token, parties);
    const entry = (outcome as { readonly entry?: unknown } | undefined)?.entry;
    const deposit = typeof entry === "number" ? deposits.get(entry) : undefined;
    if (deposit !== undefined) return await effectOfDeposit(rollup, deposit, token, parties);
  } finally {
    rollup.events.off("submitted", submitted).off("deposited", deposited);
  }
  throw new TypeError(
    "A change of balances can be told of a function, or of the promise of a transfer, withdrawal or deposit of that rollup: expect(() => …)",
  );
}

async function effectOfPayment(
  rollup: RollupConnection,
  { from, to, asset, amount, fee }: SubmittedEvent,
  token: Token,
  parties: readonly Party[],
): Promise<bigint[]> {
  const { sequencer } = await rollup.client();
  return await Promise.all(
    parties.map(async (party) => {
      const wallet = await rollup.wallet(party);
      const index = sequencer.find(wallet.holder(token.asset));
      if (asset !== token.asset || index === undefined) return 0n;
      return (index === to ? amount : 0n) - (index === from ? amount + fee : 0n);
    }),
  );
}

async function effectOfDeposit(
  rollup: RollupConnection,
  { owner, asset, amount }: QueuedEvent & { readonly amount: bigint },
  token: Token,
  parties: readonly Party[],
): Promise<bigint[]> {
  return await Promise.all(
    parties.map(async (party) => {
      const wallet = await rollup.wallet(party);
      return asset === token.asset && parseAddress(wallet.owner) === parseAddress(owner) ? amount : 0n;
    }),
  );
}

/** What a matcher says of the changes, a line each if they are several. */
export async function changesFinding(
  rollup: RollupConnection,
  parties: readonly Party[],
  changes: readonly bigint[],
  expected: readonly ExpectedChange[],
  { asset }: BalanceOptions = {},
): Promise<Finding> {
  const { symbol } = await rollup.asset(asset ?? eth.asset);
  const names = await Promise.all(parties.map((party) => nameOf(rollup, party)));
  const results = changes.map((change, index) => {
    const wanted = expected[index] ?? 0n;
    const name = names[index] as string;
    if (typeof wanted === "function") {
      return {
        holds: wanted(change),
        message: `the ${symbol} balance of ${name} on L2 to change as the predicate says, but it changed by ${change}`,
        negated: `the ${symbol} balance of ${name} on L2 NOT to change as the predicate says, but it changed by ${change}`,
      };
    }
    return {
      holds: change === BigInt(wanted),
      message: `the ${symbol} balance of ${name} on L2 to change by ${wanted}, but it changed by ${change}`,
      negated: `the ${symbol} balance of ${name} on L2 NOT to change by ${wanted}, but it did`,
    };
  });
  const wrong = results.filter(({ holds }) => !holds);
  return {
    holds: wrong.length === 0,
    message: wrong.map(({ message }) => message).join("\nand "),
    negated: results.map(({ negated }) => negated).join("\nand "),
  };
}

/** How a party is called in messages. */
export async function nameOf(rollup: RollupConnection, party: Party): Promise<string> {
  const { name, owner } = await rollup.wallet(party);
  return name === owner ? formatAddress(parseAddress(owner)) : `"${name}"`;
}
