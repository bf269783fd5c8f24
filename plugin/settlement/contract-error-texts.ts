/** What an error of the rollup, or of a token that it called, means to whoever caused it, and what to do. */
export type ContractErrorText = { readonly meaning: string; readonly advice: string };

const stateMoved =
  "the rollup moved on after the batch was sealed, or the batch is not what was proven: compare with rollup:status";
const reportSequencer = "the batch was not packed by this package, or it is damaged: seal and prove it again";
const reportClaim = "rebuild row and path from L1, for instance with rollup:sync";
const reportEscape = "synchronise from L1 again: account and path have to be those of the last settled batch";
const stillRunning = "leave by a withdrawal, or have L1 force the exit";
const configured = "correct the section rollup of the Hardhat config";

/** By the error's name. IRollup has the exact conditions. */
export const contractErrorTexts: Readonly<Record<string, ContractErrorText>> = {
  ReentrancyGuardReentrantCall: {
    meaning: "The rollup was called again from within a call of itself.",
    advice: "do not call it while it pays you or takes your tokens",
  },
  RollupAccountNotCanonical: {
    meaning: "A part of the account or of its path is not a canonical field element.",
    advice: reportEscape,
  },
  RollupAccountPathInvalid: {
    meaning: "Index, account and path do not lead to the rollup's root.",
    advice: reportEscape,
  },
  RollupAccountPathLengthInvalid: {
    meaning: "The path has not as many levels as the tree.",
    advice: reportEscape,
  },
  RollupAlreadyEscaped: {
    meaning: "The account was paid before.",
    advice: "nothing: see the AccountEscaped event of that account",
  },
  RollupAssetNotRegistered: {
    meaning: "The batch opens an account of an asset that nobody has registered.",
    advice: "register the token first",
  },
  RollupBatchNotCanonical: {
    meaning: "A value of the batch is not a canonical field element.",
    advice: reportSequencer,
  },
  RollupCreatesFlagInvalid: {
    meaning: "A deposit of the batch has a flag that is neither 0 nor 1.",
    advice: reportSequencer,
  },
  RollupDepositEmpty: { meaning: "Nothing arrived to be credited.", advice: "deposit more than 0" },
  RollupDepthOutOfRange: { meaning: "The depth of the tree has to be from 1 to 16.", advice: configured },
  RollupEscrowFull: {
    meaning: "The rollup cannot hold that much of one asset: the limit is 2^127 base units.",
    advice: "deposit less",
  },
  RollupExitAlreadyClaimed: {
    meaning: "The exit was paid before.",
    advice: "nothing: see the ExitClaimed event of that row",
  },
  RollupExitPathInvalid: {
    meaning: "Row and path do not lead to the batch's exit root.",
    advice: reportClaim,
  },
  RollupExitPathLengthInvalid: {
    meaning: "The path has not as many nodes as the exit tree has levels.",
    advice: reportClaim,
  },
  RollupExitRowMissing: {
    meaning: "The batch has no such exit, or is not settled.",
    advice: "check batch and row; rows count from 0",
  },
  RollupExitsLengthInvalid: {
    meaning: "The batch's exits are not a whole number of rows.",
    advice: reportSequencer,
  },
  RollupIndexOutsideTree: {
    meaning: "The tree has no such account.",
    advice: "give an index below the capacity",
  },
  RollupIsFrozen: {
    meaning: "The rollup is frozen: it settles and takes nothing any more.",
    advice: "leave: claim exits, escape with what accounts have, and have refunded what waits in the queue",
  },
  RollupKeyInvalid: {
    meaning: "The key is not canonical, not on BabyJubJub, or of small order.",
    advice: "use the public key of a signing key of this rollup",
  },
  RollupNotAdmin: {
    meaning: "Only the rollup's admin may do this.",
    advice: "call from the admin's account, if the rollup has one",
  },
  RollupNotFrozen: { meaning: "The rollup is not frozen.", advice: stillRunning },
  RollupNotOverdue: {
    meaning: "The head of the queue does not have to be settled yet.",
    advice: "wait until its deadline has passed",
  },
  RollupNotSequencerOrAdmin: {
    meaning: "Only the sequencer and the admin may announce another sequencer.",
    advice: "call from the account of one of them",
  },
  RollupNothingToWithdraw: {
    meaning: "The owner has no credit of that asset.",
    advice: "nothing: it was withdrawn before, or never there",
  },
  RollupNotSequencer: {
    meaning: "Only the sequencer may settle as long as the head of the queue is not overdue.",
    advice: "settle from the sequencer's account",
  },
  RollupOpenNotAllowed: {
    meaning: "Whoever settles in the sequencer's place may not open accounts.",
    advice: "seal a batch without opens",
  },
  RollupOperationKindInvalid: {
    meaning: "The batch has an operation of no known kind.",
    advice: reportSequencer,
  },
  RollupOperationsTruncated: {
    meaning: "The batch's operations end in the middle of one.",
    advice: reportSequencer,
  },
  RollupOwnerInvalid: {
    meaning: "An account's owner can be neither the zero address nor, of a deposit, the rollup itself.",
    advice: "give the L1 address that may force the account's exit",
  },
  RollupPeriodsInvalid: {
    meaning:
      "sequencerTimeout has to be more than 0, less than forcedInclusionPeriod, and that at most a year.",
    advice: configured,
  },
  RollupProofCountMismatch: {
    meaning: "There have to be as many proofs as batches.",
    advice: "give one proof for each batch",
  },
  RollupProofInvalid: {
    meaning: "The verifier refuses the proof for what is posted and what the rollup has stored.",
    advice: stateMoved,
  },
  RollupQueueEntryLeft: {
    meaning: "The batch leaves an entry of the queue waiting that it has to settle.",
    advice: "seal the next batch with the waiting deposits and exits first: rollup:sequence",
  },
  RollupQueueEntryMismatch: {
    meaning: "The batch's next deposit or exit is not the one that waits in the queue.",
    advice: stateMoved,
  },
  RollupQueueEntryMissing: {
    meaning: "The batch has more deposits and exits than wait in the queue.",
    advice: stateMoved,
  },
  RollupRedirectNotAllowed: {
    meaning:
      "Only the recipient or owner may have its money sent elsewhere, and nobody to the rollup itself.",
    advice: "claim without another address, or from the recipient's account",
  },
  RollupRefundMismatch: {
    meaning: "What was given is not what waits at that place of the queue.",
    advice: "give what the entry's event says; if it was refunded before, withdraw the credit",
  },
  RollupRowsInvalid: {
    meaning: "The batch's rows have a value out of range, or end within a row.",
    advice: reportSequencer,
  },
  RollupShapeDuplicated: {
    meaning: "A shape is there twice, with the same key.",
    advice: configured,
  },
  RollupShapeGated: {
    meaning: "The queue's entries from before the shape's activation have to be settled first.",
    advice: "settle them by other shapes",
  },
  RollupShapeInvalid: { meaning: "The shape breaks a rule of the rollup.", advice: configured },
  RollupShapeMissing: { meaning: "A rollup needs at least one shape.", advice: configured },
  RollupShapeNotActivatable: {
    meaning: "The shape cannot be activated yet.",
    advice: "wait until the delay of upgrades is over",
  },
  RollupShapeNotActivated: {
    meaning: "The shape is not activated, or released already.",
    advice: "see its schedule in the contract: shapeSchedule",
  },
  RollupShapeNotAnnounced: {
    meaning: "The shape is not announced, or activated already.",
    advice: "see its schedule in the contract: shapeSchedule",
  },
  RollupShapeNotUsable: {
    meaning: "The shape cannot be used yet.",
    advice: "seal and prove the batch with a shape that can",
  },
  RollupSpacingInvalid: { meaning: "deadlineSpacing is above an hour.", advice: configured },
  RollupUpgradeDelayInvalid: {
    meaning:
      "With an admin, upgradeDelay has to be 30 days and forcedInclusionPeriod at least; without one, 0.",
    advice: "correct admin or upgradeDelay",
  },
  RollupVerifierNotForProduction: {
    meaning: "Anybody can make proofs for the verifier: it is for development chains, with id 31337 or 1337.",
    advice: "use keys from a ceremony, or a development chain",
  },
  RollupVerifierInvalid: {
    meaning:
      "The verifier accepts what is no proof: this chain lacks the pairing precompiles (EIP-196, EIP-197).",
    advice: "deploy on a chain that has them",
  },
  RollupShapeUnknown: {
    meaning: "The rollup has no such shape: another one, or other keys than it was deployed with.",
    advice: "settle on the deployment that the batch was proven for, or deploy again after rollup:setup",
  },
  RollupTokenAlreadyRegistered: {
    meaning: "The token is an asset of the rollup already.",
    advice: "nothing: use that asset",
  },
  RollupTokenInvalid: {
    meaning: "There is no contract at the token's address. ETH needs no registration.",
    advice: "check the address and the network",
  },
  RollupTokenNotRegistered: {
    meaning: "The token is not an asset of the rollup.",
    advice: "register it first, for instance with rollup:deploy --tokens",
  },
  RollupTooManyDeposits: {
    meaning: "As many deposits as allowed are waiting.",
    advice: "try again after the next settlement",
  },
  RollupTooManyExits: {
    meaning: "The batch has more exits than its shape has slots.",
    advice: reportSequencer,
  },
  RollupTooManyOperations: {
    meaning: "The batch has more operations than its shape has slots.",
    advice: reportSequencer,
  },
  RollupTooManyRows: {
    meaning: "The batch has more rows than its shape has slots.",
    advice: reportSequencer,
  },
  RollupTransferFailed: {
    meaning: "The recipient did not take the ETH.",
    advice: "what was claimed stays claimable: whose it is may have it sent to another address",
  },
  RollupTreeFull: {
    meaning: "Accounts and waiting deposits together would be more than the tree can hold.",
    advice: "deploy a rollup with a deeper tree",
  },
  RollupValueTooLow: {
    meaning: "The ETH sent does not cover the request's fee, and the amount of a deposit of ETH.",
    advice: "send more: what is too much comes back",
  },
  SafeERC20FailedOperation: {
    meaning: "The token refused a transfer.",
    advice: "check balance and approval of the token; it may also be paused or no ERC-20 token",
  },
  ERC20InsufficientAllowance: {
    meaning: "The rollup was not approved for that many tokens.",
    advice: "approve the rollup for the amount",
  },
  ERC20InsufficientBalance: {
    meaning: "The account has not that many tokens.",
    advice: "send less, or get the tokens first",
  },
  ERC20InvalidApprover: {
    meaning: "The token refuses the approving account.",
    advice: "use another account",
  },
  ERC20InvalidReceiver: { meaning: "The token refuses the recipient.", advice: "use another recipient" },
  ERC20InvalidSender: { meaning: "The token refuses the sender.", advice: "use another account" },
  ERC20InvalidSpender: {
    meaning: "The token refuses the rollup as spender.",
    advice: "the token does not work here",
  },
};
