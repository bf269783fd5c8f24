import type { BaseContract, BaseContractMethod, Signer } from "ethers";

type RollupMethod =
  | "accountCount"
  | "activateShape"
  | "admin"
  | "announceSequencer"
  | "announceShape"
  | "assetCount"
  | "assetOf"
  | "batchCount"
  | "catchUpEntries"
  | "claim"
  | "credit"
  | "deadlineSpacing"
  | "deposit"
  | "depth"
  | "domain"
  | "escape"
  | "escrow"
  | "exitTree"
  | "exitTreeDepth"
  | "forcedInclusionPeriod"
  | "freeze"
  | "frozen"
  | "gasOfEntry"
  | "hasEscaped"
  | "isClaimed"
  | "maxQueuedDeposits"
  | "openToAll"
  | "poseidon"
  | "provingMargin"
  | "queueEntry"
  | "queueHead"
  | "queueTail"
  | "queuedDeposits"
  | "refundDeposit"
  | "refundExitRequest"
  | "registerToken"
  | "releaseShape"
  | "requestExit"
  | "requestFee"
  | "root"
  | "sequencer"
  | "sequencerTimeout"
  | "settle"
  | "shape"
  | "shapeIds"
  | "shapeSchedule"
  | "tokenOf"
  | "upcomingSequencer"
  | "upgradeDelay"
  | "withdraw";

type TokenMethod =
  | "approve"
  | "balanceOf"
  | "behave"
  | "blockAddress"
  | "decimals"
  | "mint"
  | "rebase"
  | "reenter"
  | "setDecimals"
  | "transfer";
type AccountMethod = "behave" | "execute" | "reenter";

type WithMethods<M extends string> = BaseContract & { readonly [name in M]: BaseContractMethod };

// The methods of our contracts by name: ethers' own type says of each only that it may exist.
export type RollupContract = WithMethods<RollupMethod>;
export type TokenContract = WithMethods<TokenMethod>;
export type AccountContract = WithMethods<AccountMethod>;

/** The contract as `signer` calls it. */
export function as<C extends BaseContract>(contract: C, signer: Signer): C {
  return contract.connect(signer) as C;
}
