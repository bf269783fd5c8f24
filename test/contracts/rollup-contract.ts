import type { BaseContract, BaseContractMethod, Signer } from "ethers";

type RollupMethod =
  | "accountCount"
  | "assetCount"
  | "assetOf"
  | "batchCount"
  | "claim"
  | "deadlineSpacing"
  | "deposit"
  | "depth"
  | "domain"
  | "escrow"
  | "exitTree"
  | "exitTreeDepth"
  | "forcedInclusionPeriod"
  | "isClaimed"
  | "maxQueuedDeposits"
  | "openToAll"
  | "poseidon"
  | "provingMargin"
  | "queueEntry"
  | "queueHead"
  | "queueTail"
  | "queuedDeposits"
  | "registerToken"
  | "requestExit"
  | "root"
  | "sequencer"
  | "sequencerTimeout"
  | "settle"
  | "shape"
  | "shapeIds"
  | "tokenOf";

type TokenMethod = "approve" | "balanceOf" | "behave" | "decimals" | "mint" | "reenter" | "transfer";
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
