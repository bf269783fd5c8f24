// What has to hold of a rollup, whoever runs it, checked against L1 and by nothing that the sequencer says.

import { Contract } from "ethers";
import { ClientError } from "../client/errors.ts";
import { formatAmount } from "../protocol/amount.ts";
import { batchChallenge, batchElements, evaluateElements } from "../protocol/batch-data.ts";
import { fieldOrder } from "../protocol/field.ts";
import { wordHex } from "../protocol/hex.ts";
import { operationKind } from "../protocol/operation.ts";
import { State } from "../protocol/state.ts";
import { SettlementError } from "../settlement/errors.ts";
import type { L1Rollup } from "../settlement/l1.ts";
import { type SyncedState, syncState } from "../settlement/sync.ts";
import { eth, type Token } from "../settlement/tokens.ts";

export type Check = {
  /** What has to hold. */
  readonly name: string;
  readonly passed: boolean;
  /** The numbers that were compared, or what went wrong, a line each. */
  readonly facts: readonly string[];
};

/** @throws ClientError that names the checks that did not pass */
export function assertPassed(checks: readonly Check[]): void {
  const failed = checks.filter(({ passed }) => !passed).map(({ name }) => name);
  if (failed.length === 0) return;
  throw new ClientError("The rollup is not as it has to be.", {
    "what does not hold": failed.join("; "),
    "what to do": "look at the numbers above; please report it as a bug",
  });
}

/** What an asset's money on L1 has to add up to, in base units. */
export type EscrowSum = {
  readonly token: Pick<Token, "symbol" | "decimals">;
  /** By the rollup's own books. */
  readonly escrow: bigint;
  /** What the contract owes besides: the fees of waiting entries and credits that nobody has withdrawn. */
  readonly besides: bigint;
  /** What the contract really has. More is no harm: anybody can send it money. */
  readonly held: bigint;
  readonly balances: bigint;
  readonly unclaimed: bigint;
  /** Deposits that no batch has taken yet. */
  readonly waiting: bigint;
};

/** The sums of every asset at one moment; undefined if the state could not be rebuilt from L1. */
export type Books = { readonly when: string; readonly sums: readonly EscrowSum[] | undefined };

/** That the escrow of each asset equals balances plus unclaimed exits plus waiting deposits, and is really there. */
export function checkEscrow(books: readonly Books[]): Check {
  const lines = books.flatMap(({ when, sums }) =>
    sums === undefined
      ? [{ holds: false, text: `${when}: the balances are not known` }]
      : sums.map((sum) => ({ holds: addsUp(sum), text: `${when}: ${describeSum(sum)}` })),
  );
  return {
    name: "Each asset's escrow on L1 equals balances plus unclaimed exits",
    passed: lines.length > 0 && lines.every(({ holds }) => holds),
    facts: lines.map(({ holds, text }) => (holds ? text : `${text}  <- wrong`)),
  };
}

function addsUp({ escrow, besides, held, balances, unclaimed, waiting }: EscrowSum): boolean {
  return escrow === balances + unclaimed + waiting && held >= escrow + besides;
}

function describeSum({ token, escrow, besides, held, balances, unclaimed, waiting }: EscrowSum): string {
  const show = (amount: bigint): string => formatAmount(amount, token.decimals);
  const parts = [`${show(balances)} balances`, `${show(unclaimed)} unclaimed exits`];
  if (waiting > 0n) parts.push(`${show(waiting)} waiting deposits`);
  const owed = besides === 0n ? "" : ` and ${show(besides)} fees and credits`;
  const contract = held === escrow + besides ? "" : `${owed}, of which the contract has ${show(held)}`;
  return `${show(escrow)} ${token.symbol} escrow${contract}; ${parts.join(" + ")}`;
}

/** What each asset's escrow consists of, by a state that was rebuilt from L1 (checkRoot). */
export async function escrowSums(l1: L1Rollup, synced: SyncedState): Promise<EscrowSum[]> {
  const { state, unclaimed, blockNumber } = synced;
  const accounts = [...state.accounts()].map(([, account]) => account);
  const entries = await l1.queueEntries(await l1.queueHead(blockNumber));
  const deposits = entries.filter((entry) => entry.kind === operationKind.deposit);
  const total = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);
  const besides = await l1.besidesEscrow(blockNumber);
  const sums: EscrowSum[] = [];
  for (const token of await l1.tokens()) {
    const ofAsset = ({ asset }: { readonly asset: number }): boolean => asset === token.asset;
    sums.push({
      token,
      escrow: await l1.escrow(token.asset, blockNumber),
      besides: besides.get(token.asset) ?? 0n,
      held: await heldBy(l1, token, blockNumber),
      balances: total(accounts.filter(ofAsset).map(({ balance }) => balance)),
      unclaimed: total(unclaimed.filter(ofAsset).map(({ amount }) => amount)),
      waiting: total(deposits.filter(ofAsset).map(({ amount }) => amount)),
    });
  }
  return sums;
}

async function heldBy(l1: L1Rollup, token: Token, block: number): Promise<bigint> {
  const { rollup } = l1.deployment;
  if (token.asset === eth.asset) return await l1.provider.getBalance(rollup, block);
  const contract = new Contract(
    token.address,
    ["function balanceOf(address) view returns (uint256)"],
    l1.provider,
  );
  return await contract.getFunction("balanceOf").staticCall(rollup, { blockTag: block });
}

/**
 * That the state which L1's data leads to is the contract's, batch by batch.
 *
 * @returns the state as well, unless the check failed
 */
export async function checkRoot(
  l1: L1Rollup,
): Promise<{ readonly check: Check; readonly synced?: SyncedState }> {
  const name = "The root rebuilt from L1 data alone equals the contract's";
  try {
    const synced = await syncState(l1);
    const rebuilt = synced.state.root;
    const contract = await l1.root(synced.blockNumber);
    const accounts = [...synced.state.accounts()].length;
    const facts = [
      `${wordHex(rebuilt)} rebuilt (batches: ${synced.batchNumber}, accounts: ${accounts})`,
      `${wordHex(contract)} in the contract`,
    ];
    return { check: { name, passed: rebuilt === contract, facts }, synced };
  } catch (error) {
    if (!(error instanceof SettlementError)) throw error;
    return { check: { name, passed: false, facts: error.message.split("\n") } };
  }
}

/** A proof that was made, by the number of its batch. */
export type ProofOf = (batchNumber: number) => { readonly proof: string } | undefined;

/**
 * That L1 has settled every sealed batch, and that the verifier on L1 accepts the proof of each for the data that L1
 * has of it, and for no other.
 *
 * @param sealed - Number of batches sealed.
 */
export async function checkProofs(l1: L1Rollup, sealed: number, proofOf: ProofOf): Promise<Check> {
  const { deployment } = l1;
  let oldRoot = new State(deployment.depth).root;
  let settled = 0;
  let accepted = 0;
  let refused = 0;
  for await (const batch of l1.settledBatches()) {
    settled++;
    const shape = deployment.shapes.find(({ id }) => id === batch.shape);
    const proof = proofOf(batch.batchNumber)?.proof;
    if (shape !== undefined && proof !== undefined) {
      const elements = batchElements(shape.shape, { domain: deployment.domain, oldRoot, ...batch });
      const r = batchChallenge(shape.id, batch.commitment, elements);
      const y = evaluateElements(elements, r);
      const verifies = verifierAt(l1, shape.verifier);
      if (await verifies(proof, [batch.commitment, r, y])) accepted++;
      if (!(await verifies(proof, [batch.commitment, r, (y + 1n) % fieldOrder]))) refused++;
    }
    oldRoot = batch.newRoot;
  }
  return {
    name: "Every proof is verified on chain",
    passed: sealed > 0 && [settled, accepted, refused].every((count) => count === sealed),
    facts: [
      `batches sealed: ${sealed}, events BatchSettled: ${settled}`,
      `proofs that the verifier contract accepts for L1's data: ${accepted}, refuses for other data: ${refused}`,
    ],
  };
}

type Inputs = readonly [c: bigint, r: bigint, y: bigint];

function verifierAt(l1: L1Rollup, address: string): (proof: string, inputs: Inputs) => Promise<boolean> {
  const contract = new Contract(
    address,
    ["function verify(bytes proof, uint256[3] inputs) view returns (bool)"],
    l1.provider,
  );
  return async (proof, inputs) => await contract.getFunction("verify").staticCall(proof, inputs);
}
