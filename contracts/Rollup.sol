// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IPoseidon} from "./IPoseidon.sol";
import {IRollup} from "./IRollup.sol";
import {IVerifier} from "./IVerifier.sol";
import {BabyJubJub} from "./libraries/BabyJubJub.sol";
import {BatchData} from "./libraries/BatchData.sol";
import {ExitRecord} from "./libraries/ExitRecord.sol";
import {ExitTree} from "./libraries/ExitTree.sol";
import {FIELD_ORDER} from "./libraries/Field.sol";
import {Queue, QueueEntry} from "./libraries/Queue.sol";
import {StateTree} from "./libraries/StateTree.sol";

/// @title Rollup
/// @notice Escrow, queue, state root and claims of one rollup. `IRollup` documents what users call.
///
/// What `settle` acts on is either in storage or among the elements that the proof is checked against; nothing that the
/// caller passes counts otherwise. The proof binds the elements through `(c, r, y)`, see `BatchData`.
///
/// IMPORTANT: the rollup is as sound as the verifiers it is deployed with, for ever. Whoever knows the secrets of a
/// verifier's setup can take everything, see `IVerifier.isDevelopment`.
///
/// WARNING: register no token whose balances change by themselves, or that takes a fee on top of what is sent. The rollup
/// can end up owing more of such a token than it holds; other assets are not affected.
contract Rollup is IRollup, ReentrancyGuard {
    using SafeERC20 for IERC20;

    /// @dev A shape in one word, so that settling reads it at once.
    struct StoredShape {
        IVerifier verifier;
        uint16 transactions;
        uint16 accounts;
        uint16 operations;
        uint16 exits;
        uint16 fees;
        uint16 applications;
    }

    /// @dev What advances with batches and queue, in one word. Numbers of queue entries count deposits and exits together.
    struct Progress {
        uint32 batchCount;
        uint40 accountCount;
        uint48 queueHead;
        uint48 queueTail;
        uint32 queuedDeposits;
        uint48 lastDeadline;
    }

    uint32 private constant ETH = 1;
    uint256 private constant ESCROW_LIMIT = 1 << 127;
    uint256 private constant PROBE_GAS = 500_000;
    uint48 private constant MAX_PERIOD = 365 days;
    uint48 private constant MAX_SPACING = 1 days;

    /// @dev Nodes refuse transactions above 128 KiB; 1 KiB is left for everything but the packed sections. It bounds gas
    /// too: the dearest byte is a deposit's, about 100 gas, so no settlement needs 2^24.
    uint256 private constant MAX_PACKED_BYTES = 127 * 1024;

    uint8 public immutable override depth;
    uint8 public immutable override exitTreeDepth;
    IPoseidon public immutable override poseidon;
    address public immutable override sequencer;
    uint48 public immutable override sequencerTimeout;
    uint48 public immutable override provingMargin;
    uint48 public immutable override forcedInclusionPeriod;
    uint48 public immutable override deadlineSpacing;
    uint32 public immutable override maxQueuedDeposits;

    uint256 public override root;
    Progress private _progress;
    uint32 public override assetCount;

    mapping(uint256 entry => QueueEntry) private _queue;
    mapping(uint256 batchNumber => ExitRecord) private _exits;
    mapping(uint32 asset => uint256) public override escrow;
    mapping(uint32 asset => address) public override tokenOf;
    mapping(address token => uint32) public override assetOf;
    mapping(bytes32 id => StoredShape) private _shapes;
    bytes32[] private _shapeIds;

    constructor(Configuration memory configuration, Shape[] memory shapes) {
        uint8 depth_ = configuration.depth;
        if (depth_ == 0 || depth_ > 16) revert RollupDepthOutOfRange(depth_);
        uint48 timeout = configuration.sequencerTimeout;
        uint48 period = configuration.forcedInclusionPeriod;
        if (timeout == 0 || timeout >= period || period > MAX_PERIOD) {
            revert RollupPeriodsInvalid(timeout, period);
        }
        uint48 spacing = configuration.deadlineSpacing;
        if (spacing > MAX_SPACING) revert RollupSpacingInvalid(spacing);
        if (shapes.length == 0) revert RollupShapeMissing();

        depth = depth_;
        poseidon = configuration.poseidon;
        sequencer = configuration.sequencer;
        sequencerTimeout = timeout;
        provingMargin = (period - timeout) / 2;
        forcedInclusionPeriod = period;
        deadlineSpacing = spacing;
        maxQueuedDeposits = configuration.maxQueuedDeposits;

        root = StateTree.emptyRoot(configuration.poseidon, depth_);
        assetCount = ETH;
        assetOf[address(0)] = ETH;

        uint256 exits = 0;
        for (uint256 i = 0; i < shapes.length; ++i) {
            _registerShape(shapes[i], depth_);
            if (shapes[i].exits > exits) exits = shapes[i].exits;
        }
        exitTreeDepth = ExitTree.depthFor(exits);
    }

    // ------------------------------------------------------------------------------------------- tokens and queue

    /// @inheritdoc IRollup
    function registerToken(address token) external override returns (uint32 asset) {
        if (token.code.length == 0) revert RollupTokenInvalid(token);
        asset = assetOf[token];
        if (asset != 0) revert RollupTokenAlreadyRegistered(token, asset);
        asset = ++assetCount;
        assetOf[token] = asset;
        tokenOf[asset] = token;
        emit TokenRegistered(asset, token);
    }

    /// @inheritdoc IRollup
    function deposit(
        address token,
        uint256 amount,
        uint256 ax,
        uint256 ay,
        address owner
    ) external payable override nonReentrant returns (uint256 entry) {
        if (owner == address(0) || owner == address(this)) revert RollupOwnerInvalid(owner);
        if (!BabyJubJub.isPublicKey(ax, ay)) revert RollupKeyInvalid(ax, ay);
        uint32 asset = assetOf[token];
        if (asset == 0) revert RollupTokenNotRegistered(token);

        uint256 received = _receive(token, amount);
        if (received == 0) revert RollupDepositEmpty();
        uint256 held = escrow[asset];
        if (received >= ESCROW_LIMIT - held) revert RollupEscrowFull(asset, held, received);
        escrow[asset] = held + received;

        Progress memory progress = _progress;
        if (progress.queuedDeposits >= maxQueuedDeposits) revert RollupTooManyDeposits(maxQueuedDeposits);
        ++progress.queuedDeposits;
        _requireRoom(progress);
        uint48 deadline;
        (entry, deadline) = _enqueue(progress, Queue.depositContents(asset, owner, received, ax, ay));
        emit DepositQueued(entry, asset, owner, received, ax, ay, deadline);
    }

    /// @inheritdoc IRollup
    function requestExit(uint32 index) external override nonReentrant returns (uint256 entry) {
        if (index >= _capacity()) revert RollupIndexOutsideTree(index, _capacity());
        uint48 deadline;
        (entry, deadline) = _enqueue(_progress, Queue.exitContents(index, msg.sender));
        emit ExitRequested(entry, index, msg.sender, deadline);
    }

    // ------------------------------------------------------------------------------------------------- settlement

    /// @inheritdoc IRollup
    function settle(Batch[] calldata batches, bytes[] calldata proofs) external override nonReentrant {
        if (batches.length != proofs.length) revert RollupProofCountMismatch(batches.length, proofs.length);
        for (uint256 i = 0; i < batches.length; ++i) {
            _settle(batches[i], proofs[i]);
        }
    }

    /// @dev Phases: A. read what the chain knows; B. assemble the elements, consuming the queue; C. store the outcome;
    /// D. check the proof. The proof comes last because it is an interaction; if it is refused, all of it is undone.
    function _settle(Batch calldata batch, bytes calldata proof) private {
        // A
        StoredShape memory slots = _shapes[batch.shape];
        if (address(slots.verifier) == address(0)) revert RollupShapeUnknown(batch.shape);
        Progress memory progress = _progress;
        uint256 batchNumber = ++progress.batchCount;
        uint256 exitsStart = BatchData.HEADER_ELEMENTS + BatchData.OPERATION_ELEMENTS * slots.operations;
        uint256 rowsStart = exitsStart + BatchData.EXIT_ELEMENTS * slots.exits;
        uint256[] memory elements = new uint256[](rowsStart + slots.accounts);

        // B
        (uint256 operations, uint256 created) = _consume(
            batch.operations,
            slots.operations,
            progress,
            elements
        );
        bytes32[] memory leaves = BatchData.putExits(
            elements,
            exitsStart,
            batch.exits,
            slots.exits,
            batchNumber
        );
        uint256 rows = BatchData.putRows(elements, rowsStart, batch.rows);
        elements[0] = domain();
        elements[1] = root;
        elements[2] = batch.newRoot;
        elements[3] = BatchData.packCounts(batchNumber, operations, rows, leaves.length, created);

        // C
        _store(batch, progress, leaves);

        // D
        _verify(batch, slots.verifier, proof, elements, rowsStart + rows);
    }

    /// @dev Makes a batch the last settled one and tells everybody.
    function _store(Batch calldata batch, Progress memory progress, bytes32[] memory leaves) private {
        uint256 batchNumber = progress.batchCount;
        root = batch.newRoot;
        _progress = progress;
        if (leaves.length > 0) {
            _exits[batchNumber].set(ExitTree.root(leaves, exitTreeDepth), leaves.length);
        }
        emit BatchSettled(batchNumber, batch.newRoot, batch.shape, progress.queueHead, progress.accountCount);
        // Only tells whether the data is in the transaction; no permission depends on the origin.
        // solhint-disable-next-line avoid-tx-origin
        if (msg.sender != tx.origin || msg.sender.code.length > 0) emit BatchPublished(batchNumber, batch);
    }

    /// @dev Reverts unless the proof is valid for the commitment and `elements`, of which the first `used` may not be 0.
    function _verify(
        Batch calldata batch,
        IVerifier verifier,
        bytes calldata proof,
        uint256[] memory elements,
        uint256 used
    ) private view {
        BatchData.requireElement(batch.newRoot);
        BatchData.requireElement(batch.commitment);
        uint256 r = BatchData.challenge(batch.shape, batch.commitment, elements);
        uint256 y = BatchData.evaluate(elements, used, r);
        if (!verifier.verify(proof, [batch.commitment, r, y]))
            revert RollupProofInvalid(_progress.batchCount);
    }

    /// @dev Reads a batch's operations, checks them against the queue and the rules of settling in the sequencer's place,
    /// advances `progress` and writes `elements`.
    /// @param slots Operation slots of the shape.
    /// @return count How many operations there are.
    /// @return created How many accounts they create.
    function _consume(
        bytes calldata section,
        uint256 slots,
        Progress memory progress,
        uint256[] memory elements
    ) private returns (uint256 count, uint256 created) {
        bool inPlaceOfSequencer = _isInPlaceOfSequencer(progress);
        uint256 consumed = 0;
        BatchData.Operation memory operation;
        for (uint256 offset = 0; offset < section.length; ++count) {
            if (count == slots) revert RollupTooManyOperations(slots);
            offset = BatchData.readOperation(section, offset, operation);
            if (operation.kind == BatchData.OPEN) {
                if (inPlaceOfSequencer) revert RollupOpenNotAllowed(msg.sender);
                _requireOpenable(operation);
            } else {
                _takeEntry(operation, progress);
                ++consumed;
            }
            created += operation.creates;
            BatchData.putOperation(
                elements,
                BatchData.HEADER_ELEMENTS + BatchData.OPERATION_ELEMENTS * count,
                operation
            );
        }
        progress.accountCount += uint40(created);
        _requireRoom(progress);
        _requireConsumedEnough(consumed, slots, inPlaceOfSequencer, progress);
    }

    /// @dev Whether the caller settles in the place of a sequencer who is late; reverts if it must not settle at all.
    function _isInPlaceOfSequencer(Progress memory progress) private view returns (bool) {
        if (msg.sender == sequencer) return false;
        bool overdue = _isHeadOverdue(progress);
        if (!overdue && sequencer != address(0)) revert RollupNotSequencer(msg.sender);
        return overdue;
    }

    /// @dev Removes the head of the queue, which has to be `operation`.
    function _takeEntry(BatchData.Operation memory operation, Progress memory progress) private {
        uint256 entry = progress.queueHead;
        if (entry == progress.queueTail) revert RollupQueueEntryMissing(entry);
        bytes26 given;
        if (operation.kind == BatchData.DEPOSIT) {
            given = Queue.depositContents(
                operation.asset,
                operation.owner,
                operation.amount,
                operation.ax,
                operation.ay
            );
            --progress.queuedDeposits;
        } else {
            given = Queue.exitContents(operation.index, operation.owner);
        }
        bytes26 expected = _queue[entry].contents();
        if (given != expected) revert RollupQueueEntryMismatch(entry, expected, given);
        _queue[entry] = QueueEntry.wrap(0);
        ++progress.queueHead;
    }

    /// @dev Reverts unless an account with this operation's owner, asset and key may be opened.
    function _requireOpenable(BatchData.Operation memory operation) private view {
        if (operation.owner == address(0)) revert RollupOwnerInvalid(operation.owner);
        if (operation.asset == 0 || operation.asset > assetCount) {
            revert RollupAssetNotRegistered(uint32(operation.asset));
        }
        if (!BabyJubJub.isPublicKey(operation.ax, operation.ay)) {
            revert RollupKeyInvalid(operation.ax, operation.ay);
        }
    }

    /// @dev Reverts if a batch that took `consumed` entries had to take the next one too.
    function _requireConsumedEnough(
        uint256 consumed,
        uint256 slots,
        bool inPlaceOfSequencer,
        Progress memory progress
    ) private view {
        uint256 next = progress.queueHead;
        if (inPlaceOfSequencer && consumed == 0) revert RollupQueueEntryLeft(next);
        if (consumed == slots || next == progress.queueTail) return;
        if (_queue[next].hasWaited(forcedInclusionPeriod, sequencerTimeout + provingMargin)) {
            revert RollupQueueEntryLeft(next);
        }
    }

    // ----------------------------------------------------------------------------------------------------- claims

    /// @inheritdoc IRollup
    function claim(
        uint256 batchNumber,
        uint256 row,
        ExitRow calldata exit_,
        bytes32[] calldata path,
        address to
    ) external override nonReentrant {
        ExitRecord storage exits = _exits[batchNumber];
        uint256 count = exits.count();
        if (row >= count) revert RollupExitRowMissing(batchNumber, row, count);
        if (path.length != exitTreeDepth) revert RollupExitPathLengthInvalid(path.length, exitTreeDepth);
        bytes32 leaf = ExitTree.leaf(batchNumber, row, exit_.recipient, exit_.amount, exit_.asset);
        if (ExitTree.rootFrom(leaf, row, path) != exits.root) revert RollupExitPathInvalid(batchNumber, row);
        if (exits.isClaimed(row)) revert RollupExitAlreadyClaimed(batchNumber, row);

        if (to == address(0)) to = exit_.recipient;
        if ((to != exit_.recipient && msg.sender != exit_.recipient) || to == address(this)) {
            revert RollupRedirectNotAllowed(msg.sender, to);
        }
        exits.setClaimed(row);
        escrow[exit_.asset] -= exit_.amount;
        emit ExitClaimed(batchNumber, row, exit_.recipient, to, exit_.asset, exit_.amount);
        _send(exit_.asset, to, exit_.amount);
    }

    // ------------------------------------------------------------------------------------------------------ views

    /// @inheritdoc IRollup
    function batchCount() external view override returns (uint256) {
        return _progress.batchCount;
    }

    /// @inheritdoc IRollup
    function accountCount() external view override returns (uint256) {
        return _progress.accountCount;
    }

    /// @inheritdoc IRollup
    function domain() public view override returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this)))) % FIELD_ORDER;
    }

    /// @inheritdoc IRollup
    function shapeIds() external view override returns (bytes32[] memory) {
        return _shapeIds;
    }

    /// @inheritdoc IRollup
    function shape(bytes32 id) external view override returns (Shape memory) {
        StoredShape memory stored = _shapes[id];
        return
            Shape({
                transactions: stored.transactions,
                accounts: stored.accounts,
                operations: stored.operations,
                exits: stored.exits,
                fees: stored.fees,
                applications: stored.applications,
                verifier: stored.verifier
            });
    }

    /// @inheritdoc IRollup
    function queueHead() external view override returns (uint256) {
        return _progress.queueHead;
    }

    /// @inheritdoc IRollup
    function queueTail() external view override returns (uint256) {
        return _progress.queueTail;
    }

    /// @inheritdoc IRollup
    function queueEntry(uint256 entry) external view override returns (bytes26 hash, uint48 deadline) {
        QueueEntry word = _queue[entry];
        return (word.contents(), word.deadline());
    }

    /// @inheritdoc IRollup
    function queuedDeposits() external view override returns (uint256) {
        return _progress.queuedDeposits;
    }

    /// @inheritdoc IRollup
    function openToAll() external view override returns (bool) {
        return sequencer == address(0) || _isHeadOverdue(_progress);
    }

    /// @inheritdoc IRollup
    function exitTree(uint256 batchNumber) external view override returns (bytes32 exitRoot, uint256 count) {
        ExitRecord storage exits = _exits[batchNumber];
        return (exits.root, exits.count());
    }

    /// @inheritdoc IRollup
    function isClaimed(uint256 batchNumber, uint256 row) external view override returns (bool) {
        return _exits[batchNumber].isClaimed(row);
    }

    // -------------------------------------------------------------------------------------------------- internals

    /// @dev Part of the constructor, where immutable variables cannot be read yet.
    function _registerShape(Shape memory shape_, uint256 depth_) private {
        bool numbersFit =
            (shape_.transactions | shape_.accounts | shape_.operations | shape_.exits | shape_.fees) <
                1 << 16;
        if (
            !numbersFit ||
            shape_.operations == 0 ||
            shape_.operations > shape_.accounts ||
            shape_.operations > shape_.exits ||
            shape_.applications != 0 ||
            BatchData.DEPOSIT_BYTES * shape_.operations +
                BatchData.EXIT_ROW_BYTES * shape_.exits +
                BatchData.ROW_BYTES * shape_.accounts >
                MAX_PACKED_BYTES
        ) {
            revert RollupShapeInvalid(shape_);
        }

        _requireRefusal(shape_.verifier);

        bytes32 keyHash = shape_.verifier.keyHash();
        bytes32 id = keccak256(
            abi.encode(
                depth_,
                shape_.transactions,
                shape_.accounts,
                shape_.operations,
                shape_.exits,
                shape_.fees,
                shape_.applications,
                keyHash
            )
        );
        if (address(_shapes[id].verifier) != address(0)) revert RollupShapeDuplicated(id);
        _shapes[id] = StoredShape({
            verifier: shape_.verifier,
            transactions: uint16(shape_.transactions),
            accounts: uint16(shape_.accounts),
            operations: uint16(shape_.operations),
            exits: uint16(shape_.exits),
            fees: uint16(shape_.fees),
            applications: uint16(shape_.applications)
        });
        _shapeIds.push(id);
        emit ShapeRegistered(id, keyHash, shape_);
    }

    /// @dev Reverts if the verifier accepts what is no point of the curve, as it does where its calls to precompiled
    /// contracts reach nobody. A precompiled contract burns all its gas on such a point, so that is bounded.
    function _requireRefusal(IVerifier verifier) private view {
        bytes memory noProof = abi.encode([uint256(1), 0, 0, 0, 0, 0, 0, 0]);
        try verifier.verify{gas: PROBE_GAS}(noProof, [uint256(0), 0, 0]) returns (bool accepted) {
            if (accepted) revert RollupVerifierInvalid(verifier);
        } catch {
            return;
        }
    }

    /// @dev Appends an entry to the queue and stores `progress`.
    function _enqueue(
        Progress memory progress,
        bytes26 contents
    ) private returns (uint256 entry, uint48 deadline) {
        entry = progress.queueTail;
        ++progress.queueTail;
        deadline = Queue.nextDeadline(progress.lastDeadline, forcedInclusionPeriod, deadlineSpacing);
        progress.lastDeadline = deadline;
        _progress = progress;
        _queue[entry] = Queue.pack(contents, deadline);
    }

    /// @dev Whether the head of the queue has been waiting for more than `sequencerTimeout`.
    function _isHeadOverdue(Progress memory progress) private view returns (bool) {
        return
            progress.queueHead != progress.queueTail &&
            _queue[progress.queueHead].hasWaited(forcedInclusionPeriod, sequencerTimeout);
    }

    /// @dev Reverts if waiting deposits might find the tree full.
    function _requireRoom(Progress memory progress) private view {
        uint256 accounts = progress.accountCount;
        uint256 deposits = progress.queuedDeposits;
        if (accounts + deposits > _capacity()) revert RollupTreeFull(accounts, deposits, _capacity());
    }

    /// @dev How many accounts the tree can hold: `4^depth`.
    function _capacity() private view returns (uint256) {
        return uint256(1) << (2 * depth);
    }

    /// @dev Takes `amount` from the caller and returns what arrived.
    function _receive(address token, uint256 amount) private returns (uint256 received) {
        uint256 value = token == address(0) ? amount : 0;
        if (msg.value != value) revert RollupValueMismatch(value, msg.value);
        if (token == address(0)) return amount;
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        return IERC20(token).balanceOf(address(this)) - before;
    }

    /// @dev Pays `amount` of an asset. What a recipient of ETH returns is not copied, so that it cannot make its payment
    /// expensive for whoever claims it.
    function _send(uint32 asset, address to, uint256 amount) private {
        if (asset == ETH) {
            if (!LowLevelCall.callNoReturn(to, amount, "")) revert RollupTransferFailed(to, amount);
        } else {
            IERC20(tokenOf[asset]).safeTransfer(to, amount);
        }
    }
}
