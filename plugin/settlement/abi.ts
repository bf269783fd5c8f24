// The interfaces of the contracts that we call, in ethers' notation. They are written down here so that reading a
// rollup takes no compiler; a test compares them with the contracts.

const shape =
  "(uint32 transactions, uint32 accounts, uint32 operations, uint32 exits, uint32 fees, uint32 applications, address verifier)";
const batch =
  "(uint256 newRoot, uint256 commitment, bytes32 shape, bytes operations, bytes exits, bytes rows)";

/** `Rollup` but for its constructor. */
export const rollupAbi: readonly string[] = [
  "error ReentrancyGuardReentrantCall()",
  "error RollupAssetNotRegistered(uint32 asset)",
  "error RollupBatchNotCanonical(uint256 element)",
  "error RollupCreatesFlagInvalid(uint256 offset, uint256 flag)",
  "error RollupDepositEmpty()",
  "error RollupDepthOutOfRange(uint256 depth)",
  "error RollupEscrowFull(uint32 asset, uint256 escrow, uint256 amount)",
  "error RollupExitAlreadyClaimed(uint256 batchNumber, uint256 row)",
  "error RollupExitPathInvalid(uint256 batchNumber, uint256 row)",
  "error RollupExitPathLengthInvalid(uint256 given, uint256 expected)",
  "error RollupExitRowMissing(uint256 batchNumber, uint256 row, uint256 count)",
  "error RollupExitsLengthInvalid(uint256 length)",
  "error RollupIndexOutsideTree(uint256 index, uint256 capacity)",
  "error RollupKeyInvalid(uint256 ax, uint256 ay)",
  "error RollupNotSequencer(address caller)",
  "error RollupOpenNotAllowed(address caller)",
  "error RollupOperationKindInvalid(uint256 offset, uint256 kind)",
  "error RollupOperationsTruncated(uint256 offset)",
  "error RollupOwnerInvalid(address owner)",
  "error RollupPeriodsInvalid(uint48 sequencerTimeout, uint48 forcedInclusionPeriod)",
  "error RollupProofCountMismatch(uint256 batches, uint256 proofs)",
  "error RollupProofInvalid(uint256 batchNumber)",
  "error RollupQueueEntryLeft(uint256 entry)",
  "error RollupQueueEntryMismatch(uint256 entry, bytes26 expected, bytes26 given)",
  "error RollupQueueEntryMissing(uint256 entry)",
  "error RollupRedirectNotAllowed(address caller, address to)",
  "error RollupRowsLengthInvalid(uint256 length)",
  "error RollupShapeDuplicated(bytes32 id)",
  `error RollupShapeInvalid(${shape} shape)`,
  "error RollupShapeMissing()",
  "error RollupShapeUnknown(bytes32 id)",
  "error RollupTokenAlreadyRegistered(address token, uint32 asset)",
  "error RollupTokenInvalid(address token)",
  "error RollupTokenNotRegistered(address token)",
  "error RollupTooManyDeposits(uint256 limit)",
  "error RollupTooManyExits(uint256 count, uint256 limit)",
  "error RollupTooManyOperations(uint256 limit)",
  "error RollupTooManyRows(uint256 count, uint256 limit)",
  "error RollupTransferFailed(address to, uint256 amount)",
  "error RollupTreeFull(uint256 accounts, uint256 deposits, uint256 capacity)",
  "error RollupValueMismatch(uint256 expected, uint256 given)",
  "error SafeERC20FailedOperation(address token)",
  `event BatchPublished(uint256 indexed batchNumber, ${batch} batch)`,
  "event BatchSettled(uint256 indexed batchNumber, uint256 newRoot, bytes32 shape, uint256 queueHead, uint256 accountCount)",
  "event DepositQueued(uint256 indexed entry, uint32 indexed asset, address indexed owner, uint256 amount, uint256 ax, uint256 ay, uint48 deadline)",
  "event ExitClaimed(uint256 indexed batchNumber, uint256 indexed row, address indexed recipient, address to, uint32 asset, uint256 amount)",
  "event ExitRequested(uint256 indexed entry, uint32 indexed index, address indexed owner, uint48 deadline)",
  `event ShapeRegistered(bytes32 indexed id, bytes32 keyHash, ${shape} shape)`,
  "event TokenRegistered(uint32 indexed asset, address indexed token)",
  "function accountCount() view returns (uint256)",
  "function assetCount() view returns (uint32)",
  "function assetOf(address token) view returns (uint32)",
  "function batchCount() view returns (uint256)",
  "function claim(uint256 batchNumber, uint256 row, (address recipient, uint128 amount, uint32 asset) exit_, bytes32[] path, address to)",
  "function deadlineSpacing() view returns (uint48)",
  "function deposit(address token, uint256 amount, uint256 ax, uint256 ay, address owner) payable returns (uint256 entry)",
  "function depth() view returns (uint8)",
  "function domain() view returns (uint256)",
  "function escrow(uint32 asset) view returns (uint256)",
  "function exitTree(uint256 batchNumber) view returns (bytes32 exitRoot, uint256 count)",
  "function exitTreeDepth() view returns (uint8)",
  "function forcedInclusionPeriod() view returns (uint48)",
  "function isClaimed(uint256 batchNumber, uint256 row) view returns (bool)",
  "function maxQueuedDeposits() view returns (uint32)",
  "function openToAll() view returns (bool)",
  "function poseidon() view returns (address)",
  "function provingMargin() view returns (uint48)",
  "function queueEntry(uint256 entry) view returns (bytes26 hash, uint48 deadline)",
  "function queueHead() view returns (uint256)",
  "function queueTail() view returns (uint256)",
  "function queuedDeposits() view returns (uint256)",
  "function registerToken(address token) returns (uint32 asset)",
  "function requestExit(uint32 index) returns (uint256 entry)",
  "function root() view returns (uint256)",
  "function sequencer() view returns (address)",
  "function sequencerTimeout() view returns (uint48)",
  `function settle(${batch}[] batches, bytes[] proofs)`,
  `function shape(bytes32 id) view returns (${shape})`,
  "function shapeIds() view returns (bytes32[])",
  "function tokenOf(uint32 asset) view returns (address)",
];

/** `IVerifier`, but for `verify`, which only the rollup calls. */
export const verifierAbi: readonly string[] = [
  "function isDevelopment() view returns (bool development)",
  "function keyHash() view returns (bytes32 hash)",
];

/**
 * ERC-20, with the errors of ERC-6093. Some old tokens return nothing where the standard says a boolean, so no
 * result is read from what changes something.
 */
export const tokenAbi: readonly string[] = [
  "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
  "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
  "error ERC20InvalidApprover(address approver)",
  "error ERC20InvalidReceiver(address receiver)",
  "error ERC20InvalidSender(address sender)",
  "error ERC20InvalidSpender(address spender)",
  "function allowance(address owner, address spender) view returns (uint256)",
  "function approve(address spender, uint256 amount)",
  "function decimals() view returns (uint8)",
  "function symbol() view returns (string)",
];
