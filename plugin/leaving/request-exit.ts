import { parseEther, type Signer } from "ethers";
import { ClientError } from "../client/errors.ts";
import type { Member } from "../payments/parties.ts";
import { parseAddress } from "../protocol/address.ts";
import { L1Rollup } from "../settlement/l1.ts";
import { syncState } from "../settlement/sync.ts";
import type { Token } from "../settlement/tokens.ts";

export type ExitRequest = {
  /** Pays the gas and the fee of a wallet for development, which has nothing on L1. */
  readonly payer: Signer;
  /** Symbol or address. */
  readonly asset: string;
  /** The account, if the owner has several of the asset. */
  readonly index?: number | undefined;
  readonly onBatch?: (batchNumber: number, total: number) => void;
};

/** An exit that waits in the queue. */
export type QueuedExit = {
  readonly index: number;
  /** What the account had after the last settled batch; the exit takes what it has when it is settled. */
  readonly balance: bigint;
  readonly token: Token;
  readonly entry: number;
  /** In wei. */
  readonly fee: bigint;
  /** Unix time. */
  readonly deadline: number;
};

/** What gas and fee of a request cost at most, where gas costs what development chains take for it. */
const allowance = parseEther("0.01");

/**
 * Asks L1 to force the exit of an account's whole balance. Which account is read from L1 alone: no sequencer is needed.
 *
 * @param l1 - For reading.
 * @param member - Who owns the account on L1.
 * @throws ClientError if the owner has no account of the asset, or several and none is named
 */
export async function requestExitOf(l1: L1Rollup, member: Member, request: ExitRequest): Promise<QueuedExit> {
  const owner = parseAddress(member.wallet.owner);
  const { state } = await syncState(l1, {
    onBatch: ({ batchNumber }, total) => request.onBatch?.(batchNumber, total),
  });
  const token = await tokenOf(l1, request.asset);
  const owned = [...state.accounts()]
    .filter(([, account]) => account.owner === owner && account.asset === token.asset)
    .map(([index]) => index);
  const [index] = owned.filter((known) => request.index === undefined || known === request.index);
  if (index === undefined || (request.index === undefined && owned.length > 1)) {
    throw new ClientError(
      owned.length > 1 ? "The owner has several such accounts." : "The owner has no such account on L1.",
      {
        owner: member.wallet.owner,
        asset: token.symbol,
        "accounts that L1 knows": owned.join(", ") || "none",
        "what to do":
          owned.length > 1
            ? "name one with --index"
            : "wait until a batch with the account has settled; rollup:sync shows what L1 knows",
      },
    );
  }
  const signer = member.isName ? member.signer.connect(l1.provider) : member.signer;
  if (member.isName && (await l1.provider.getBalance(member.wallet.owner)) < allowance) {
    await (await request.payer.sendTransaction({ to: member.wallet.owner, value: allowance })).wait();
  }
  const { entry } = await new L1Rollup(l1.deployment, signer).requestExit(index);
  const { balance } = state.account(index);
  return { index, balance, token, entry: entry.entry, fee: entry.fee, deadline: entry.deadline };
}

async function tokenOf(l1: L1Rollup, reference: string): Promise<Token> {
  const tokens = await l1.tokens();
  const wanted = reference.toLowerCase();
  const [token, ...others] = tokens.filter(
    ({ symbol, address }) => symbol.toLowerCase() === wanted || address.toLowerCase() === wanted,
  );
  if (token !== undefined && others.length === 0) return token;
  throw new ClientError(
    token === undefined ? "The rollup has no such asset." : "Several assets have that symbol.",
    {
      given: reference,
      "assets registered": tokens.map(({ symbol, address }) => `${symbol} ${address}`).join(", "),
      "what to do": "give one of these, by its address where symbols are the same",
    },
  );
}
