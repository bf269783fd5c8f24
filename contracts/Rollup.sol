// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IPoseidon} from "./IPoseidon.sol";
import {IRollup} from "./IRollup.sol";
import {IVerifier} from "./IVerifier.sol";
import {BabyJubJub} from "./libraries/BabyJubJub.sol";
import {BatchData} from "./libraries/BatchData.sol";
import {ExitRecord} from "./libraries/ExitRecord.sol";
import {ExitTree} from "./libraries/ExitTree.sol";
import {FIELD_ORDER} from "./libraries/Field.sol";
import {PackedRows} from "./libraries/PackedRows.sol";
import {Queue, QueueEntry} from "./libraries/Queue.sol";
import {RequestFee} from "./libraries/RequestFee.sol";
import {SequencerRole} from "./libraries/SequencerRole.sol";
import {ShapeRecord, ShapeRecords, ShapeSlots} from "./libraries/ShapeRecord.sol";
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
///
/// What it holds of an asset is its `escrow` (balances under the root, waiting deposits, unclaimed exits), all credits, of
/// ETH the fees of waiting entries, and what somebody has sent it unasked. docs/protocol.md, section 9, has the layout of
/// the storage.
contract Rollup is IRollup, ReentrancyGuard {
    using SafeERC20 for IERC20;
    using BitMaps for BitMaps.BitMap;

    /// @dev What advances with batches and queue, in one word. Numbers of queue entries count deposits and exits together.
    struct Progress {
        uint32 batchCount;
        uint40 accountCount;
        uint48 queueHead;
        uint48 queueTail;
        uint32 queuedDeposits;
        uint48 clockLead;
        bool frozen;
    }

    /// @dev A request that was queued, and what is left to be done with the caller's money.
    struct Request {
        uint256 entry;
        uint48 deadline;
        uint256 fee;
        uint256 surcharge;
        uint256 change;
    }

    /// @dev What a batch's operations come to.
    struct Consumption {
        uint256 operations;
        uint256 entries;
        uint256 created;
        uint256 fees;
    }

    uint32 private constant ETH = 1;
    uint256 private constant ESCROW_LIMIT = 1 << 127;
    uint48 private constant MAX_PERIOD = 365 days;
    uint48 private constant MAX_SPACING = 1 hours;
    uint48 private constant MIN_NOTICE = 30 days;
    uint48 private constant CLAIM_PERIOD = 7 days;

    uint8 public immutable override depth;
    uint8 public immutable override exitTreeDepth;
    IPoseidon public immutable override poseidon;
    address public immutable override admin;
    uint48 public immutable override upgradeDelay;
    uint48 public immutable override sequencerTimeout;
    uint48 public immutable override provingMargin;
    uint48 public immutable override forcedInclusionPeriod;
    uint48 public immutable override deadlineSpacing;
    uint32 public immutable override maxQueuedDeposits;
    uint256 public immutable override gasOfEntry;
    uint256 public immutable override catchUpEntries;

    uint256 public override root;
    Progress private _progress;
    SequencerRole private _sequencer;
    uint32 public override assetCount;

    mapping(uint256 entry => QueueEntry) private _queue;
    mapping(uint256 batchNumber => ExitRecord) private _exits;
    mapping(uint32 asset => uint256) public override escrow;
    mapping(uint32 asset => address) public override tokenOf;
    mapping(address token => uint32) public override assetOf;
    mapping(uint32 asset => mapping(address owner => uint256)) public override credit;
    mapping(bytes32 id => ShapeRecord) private _shapes;
    bytes32[] private _shapeIds;
    BitMaps.BitMap private _escaped;

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
        _requireDelay(configuration);

        depth = depth_;
        poseidon = configuration.poseidon;
        _sequencer.current = configuration.sequencer;
        admin = configuration.admin;
        upgradeDelay = configuration.upgradeDelay;
        sequencerTimeout = timeout;
        provingMargin = (period - timeout) / 2;
        forcedInclusionPeriod = period;
        deadlineSpacing = spacing;
        maxQueuedDeposits = configuration.maxQueuedDeposits;

        root = StateTree.emptyRoot(configuration.poseidon, depth_);
        assetCount = ETH;
        assetOf[address(0)] = ETH;

        uint256 operations = 0;
        uint256 exits = 0;
        for (uint256 i = 0; i < shapes.length; ++i) {
            Shape memory shape_ = shapes[i];
            (bytes32 id, bytes32 keyHash) = _register(shape_, depth_, 0, 0);
            emit ShapeRegistered(id, keyHash, shape_);
            operations = Math.max(operations, shape_.operations);
            exits = Math.max(exits, shape_.exits);
        }
        exitTreeDepth = ExitTree.depthFor(exits);
        gasOfEntry = RequestFee.gasOfEntry(operations);
        catchUpEntries = operations;
    }

    // ------------------------------------------------------------------------------------------- tokens and queue

    /// @inheritdoc IRollup
    function registerToken(address token) external override nonReentrant returns (uint32 asset) {
        _requireActive(_progress);
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

        uint256 received = token == address(0) ? amount : _take(token, amount);
        if (received == 0) revert RollupDepositEmpty();
        uint256 held = escrow[asset];
        if (received >= ESCROW_LIMIT - held) revert RollupEscrowFull(asset, held, received);
        escrow[asset] = held + received;

        Progress memory progress = _progress;
        if (progress.queuedDeposits >= maxQueuedDeposits) revert RollupTooManyDeposits(maxQueuedDeposits);
        ++progress.queuedDeposits;
        _requireRoom(progress);
        bytes26 contents = Queue.depositContents(asset, owner, received, ax, ay);
        Request memory request = _enqueue(progress, contents, token == address(0) ? amount : 0);
        entry = request.entry;
        emit DepositQueued(entry, asset, owner, received, ax, ay, request.deadline, request.fee);
        _giveChange(request);
    }

    /// @inheritdoc IRollup
    function requestExit(uint32 index) external payable override nonReentrant returns (uint256 entry) {
        if (index >= _capacity()) revert RollupIndexOutsideTree(index, _capacity());
        Request memory request = _enqueue(_progress, Queue.exitContents(index, msg.sender), 0);
        entry = request.entry;
        emit ExitRequested(entry, index, msg.sender, request.deadline, request.fee);
        _giveChange(request);
    }

    // ------------------------------------------------------------------------------------------------- settlement

    /// @inheritdoc IRollup
    function settle(Batch[] calldata batches, bytes[] calldata proofs) external override nonReentrant {
        if (batches.length != proofs.length) revert RollupProofCountMismatch(batches.length, proofs.length);
        uint256 fees = 0;
        uint256 end = 0;
        for (uint256 start = 0; start < batches.length; start = end) {
            bytes32 shape_ = batches[start].shape;
            for (end = start + 1; end < batches.length; ++end) {
                if (batches[end].shape != shape_) break;
            }
            fees += _settleRun(batches, proofs, start, end);
        }
        if (fees > 0) {
            credit[ETH][msg.sender] += fees;
            emit FeesEarned(msg.sender, fees);
        }
    }

    /// @dev Settles the batches from `start` to before `end`, at least one, all of one shape, and checks their proofs
    /// together. The proofs come last because that is an interaction; if one is refused, all of it is undone.
    /// @return fees Of the entries that the batches take.
    function _settleRun(
        Batch[] calldata batches,
        bytes[] calldata proofs,
        uint256 start,
        uint256 end
    ) private returns (uint256 fees) {
        uint256 count = end - start;
        bytes[] memory run = new bytes[](count);
        uint256[3][] memory inputs = new uint256[3][](count);
        for (uint256 i = 0; i < count; ++i) {
            run[i] = proofs[start + i];
            fees += _settle(batches[start + i], inputs[i]);
        }
        _verify(_shapes[batches[start].shape].slots.verifier, run, inputs);
    }

    /// @dev Reverts unless all proofs are valid, naming the first batch whose proof is not.
    function _verify(IVerifier verifier, bytes[] memory run, uint256[3][] memory inputs) private view {
        uint256 last = run.length - 1;
        if (last == 0 ? verifier.verify(run[0], inputs[0]) : verifier.verifyAll(run, inputs)) return;
        uint256 wrong = 0;
        while (wrong < last && verifier.verify(run[wrong], inputs[wrong])) ++wrong;
        revert RollupProofInvalid(_progress.batchCount - last + wrong);
    }

    /// @dev Phases: A. read what the chain knows; B. assemble the elements, consuming the queue; C. store the outcome;
    /// D. compute what its proof has to be for, the public inputs `[c, r, y]`.
    /// @return fees Of the entries that the batch takes.
    function _settle(Batch calldata batch, uint256[3] memory inputs) private returns (uint256 fees) {
        // A
        ShapeSlots memory slots = _shapes[batch.shape].slots;
        if (address(slots.verifier) == address(0)) revert RollupShapeUnknown(batch.shape);
        if (block.timestamp < slots.usableFrom) revert RollupShapeNotUsable(batch.shape, slots.usableFrom);
        Progress memory progress = _progress;
        _requireActive(progress);
        uint256 batchNumber = ++progress.batchCount;
        uint256 exitsStart = BatchData.HEADER_ELEMENTS + BatchData.OPERATION_ELEMENTS * slots.operations;
        uint256 rowsStart = exitsStart + BatchData.EXIT_ELEMENTS * slots.exits;
        uint256[] memory elements = new uint256[](rowsStart + slots.accounts);

        // B
        Consumption memory consumed = _consume(batch.operations, slots.operations, progress, elements);
        bytes32[] memory leaves = BatchData.putExits(
            elements,
            exitsStart,
            batch.exits,
            slots.exits,
            batchNumber
        );
        uint256 rows = PackedRows.put(elements, rowsStart, batch.rows);
        elements[0] = domain();
        elements[1] = root;
        elements[2] = batch.newRoot;
        elements[3] = BatchData.packCounts(
            batchNumber,
            consumed.operations,
            rows,
            leaves.length,
            consumed.created
        );

        // C
        _store(batch, progress, leaves);

        // D
        _putInputs(inputs, batch, elements, rowsStart + rows);
        return consumed.fees;
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

    /// @dev Writes the public inputs of a batch's proof.
    /// @param used How many of the elements may not be 0.
    function _putInputs(
        uint256[3] memory inputs,
        Batch calldata batch,
        uint256[] memory elements,
        uint256 used
    ) private pure {
        BatchData.requireElement(batch.newRoot);
        BatchData.requireElement(batch.commitment);
        uint256 r = BatchData.challenge(batch.shape, batch.commitment, elements);
        inputs[0] = batch.commitment;
        inputs[1] = r;
        inputs[2] = BatchData.evaluate(elements, used, r);
    }

    /// @dev Reads a batch's operations, checks them against the queue and the rules of settling in the sequencer's place,
    /// advances `progress` and writes `elements`.
    /// @param slots Operation slots of the shape.
    function _consume(
        bytes calldata section,
        uint256 slots,
        Progress memory progress,
        uint256[] memory elements
    ) private returns (Consumption memory consumed) {
        bool inPlaceOfSequencer = _isInPlaceOfSequencer(progress);
        BatchData.Operation memory operation;
        uint256 count = 0;
        for (uint256 offset = 0; offset < section.length; ++count) {
            if (count == slots) revert RollupTooManyOperations(slots);
            offset = BatchData.readOperation(section, offset, operation);
            if (operation.kind == BatchData.OPEN) {
                if (inPlaceOfSequencer) revert RollupOpenNotAllowed(msg.sender);
                _requireOpenable(operation);
            } else {
                consumed.fees += _takeEntry(operation, progress);
                ++consumed.entries;
            }
            consumed.created += operation.creates;
            BatchData.putOperation(
                elements,
                BatchData.HEADER_ELEMENTS + BatchData.OPERATION_ELEMENTS * count,
                operation
            );
        }
        consumed.operations = count;
        progress.accountCount += uint40(consumed.created);
        _requireRoom(progress);
        _requireConsumedEnough(consumed.entries, inPlaceOfSequencer, progress);
        if (consumed.entries > 0) _advanceClock(progress);
    }

    /// @dev Whether the caller settles in the place of a sequencer who is late; reverts if it must not settle at all.
    function _isInPlaceOfSequencer(Progress memory progress) private view returns (bool) {
        address holder = _sequencer.holder();
        if (msg.sender == holder) return false;
        bool overdue = _isHeadOverdue(progress);
        if (!overdue && holder != address(0)) revert RollupNotSequencer(msg.sender);
        return overdue;
    }

    /// @dev Removes the head of the queue, which has to be `operation`, and returns its fee.
    function _takeEntry(
        BatchData.Operation memory operation,
        Progress memory progress
    ) private returns (uint256 fee) {
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
        QueueEntry word = _queue[entry];
        bytes26 expected = word.contents();
        if (given != expected) revert RollupQueueEntryMismatch(entry, expected, given);
        _queue[entry] = QueueEntry.wrap(0);
        ++progress.queueHead;
        return RequestFee.amountOf(word.feeCode());
    }

    /// @dev Brings the deadlines of what still waits nearer, if entries were settled faster than at the spacing.
    function _advanceClock(Progress memory progress) private {
        uint256 waiting = progress.queueTail - progress.queueHead;
        if (waiting == 0) {
            progress.clockLead = 0;
            return;
        }
        uint256 lead = progress.clockLead;
        uint256 advanced = Queue.leadAfterSettlement(
            lead,
            _queue[progress.queueTail - 1].deadline(),
            waiting,
            forcedInclusionPeriod,
            deadlineSpacing
        );
        if (advanced == lead) return;
        progress.clockLead = uint48(advanced);
        emit DeadlinesAdvanced(advanced - lead);
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
        bool inPlaceOfSequencer,
        Progress memory progress
    ) private view {
        uint256 next = progress.queueHead;
        if (inPlaceOfSequencer && consumed == 0) revert RollupQueueEntryLeft(next);
        if (consumed >= catchUpEntries || next == progress.queueTail) return;
        uint256 time = sequencerTimeout + provingMargin;
        if (_queue[next].hasWaited(progress.clockLead, forcedInclusionPeriod, time)) {
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

        to = _payee(exit_.recipient, to);
        exits.setClaimed(row);
        escrow[exit_.asset] -= exit_.amount;
        emit ExitClaimed(batchNumber, row, exit_.recipient, to, exit_.asset, exit_.amount);
        _send(exit_.asset, to, exit_.amount);
    }

    /// @inheritdoc IRollup
    function withdraw(uint32 asset, address owner, address to) external override nonReentrant {
        uint256 amount = credit[asset][owner];
        if (amount == 0) revert RollupNothingToWithdraw(owner, asset);
        to = _payee(owner, to);
        credit[asset][owner] = 0;
        emit Withdrawn(owner, asset, to, amount);
        _send(asset, to, amount);
    }

    // ------------------------------------------------------------------------------------- leaving a frozen rollup

    /// @inheritdoc IRollup
    function freeze() external override nonReentrant {
        Progress memory progress = _progress;
        _requireActive(progress);
        uint256 entry = progress.queueHead;
        if (entry == progress.queueTail) revert RollupQueueEntryMissing(entry);
        uint256 deadline = _queue[entry].deadline() - progress.clockLead;
        if (block.timestamp <= deadline) revert RollupNotOverdue(entry, deadline);
        progress.frozen = true;
        _progress = progress;
        emit Frozen(entry, uint48(deadline));
    }

    /// @inheritdoc IRollup
    function escape(
        uint32 index,
        Account calldata account,
        uint256[3][] calldata path,
        address to
    ) external override nonReentrant {
        _requireFrozen(_progress);
        if (index >= _capacity()) revert RollupIndexOutsideTree(index, _capacity());
        if (path.length != depth) revert RollupAccountPathLengthInvalid(path.length, depth);
        if (_escaped.get(index)) revert RollupAlreadyEscaped(index);
        uint256 leaf = StateTree.leafOf(poseidon, account);
        if (StateTree.rootFrom(poseidon, leaf, index, path) != root) revert RollupAccountPathInvalid(index);

        to = _payee(account.owner, to);
        _escaped.set(index);
        escrow[account.asset] -= account.balance;
        emit AccountEscaped(index, account.owner, to, account.asset, account.balance, account.data);
        if (account.balance > 0) _send(account.asset, to, account.balance);
    }

    /// @inheritdoc IRollup
    function refundDeposit(
        uint256 entry,
        uint32 asset,
        address owner,
        uint256 amount,
        uint256 ax,
        uint256 ay
    ) external override nonReentrant {
        uint256 fee = _cancelEntry(entry, Queue.depositContents(asset, owner, amount, ax, ay));
        --_progress.queuedDeposits;
        escrow[asset] -= amount;
        credit[asset][owner] += amount;
        credit[ETH][owner] += fee;
        emit DepositRefunded(entry, owner, asset, amount, fee);
    }

    /// @inheritdoc IRollup
    function refundExitRequest(uint256 entry, uint32 index, address owner) external override nonReentrant {
        uint256 fee = _cancelEntry(entry, Queue.exitContents(index, owner));
        credit[ETH][owner] += fee;
        emit ExitRequestRefunded(entry, owner, fee);
    }

    // --------------------------------------------------------------------------------------- sequencer and shapes

    /// @inheritdoc IRollup
    function announceSequencer(address next) external override nonReentrant {
        _requireActive(_progress);
        address current = _sequencer.holder();
        if (msg.sender != current && msg.sender != admin) revert RollupNotSequencerOrAdmin(msg.sender);
        uint48 changesAt = uint48(block.timestamp) + forcedInclusionPeriod;
        _sequencer.announce(next, changesAt);
        emit SequencerChangeAnnounced(current, next, changesAt);
    }

    /// @inheritdoc IRollup
    function announceShape(Shape calldata shape_) external override nonReentrant returns (bytes32 id) {
        _requireAdmin();
        if (shape_.exits > 1 << exitTreeDepth) revert RollupShapeInvalid(shape_);
        uint48 activatableFrom = uint48(block.timestamp) + upgradeDelay;
        bytes32 keyHash;
        (id, keyHash) = _register(shape_, depth, ShapeRecords.NOT_YET, activatableFrom);
        emit ShapeAnnounced(id, keyHash, shape_, activatableFrom);
    }

    /// @inheritdoc IRollup
    function activateShape(bytes32 id) external override nonReentrant {
        _requireAdmin();
        ShapeRecord storage record = _shapes[id];
        uint48 from = record.details.activatableFrom;
        if (from == 0 || record.details.activated) revert RollupShapeNotAnnounced(id);
        if (block.timestamp < from) revert RollupShapeNotActivatable(id, from);
        uint48 gate = _progress.queueTail;
        record.details.activated = true;
        record.details.gate = gate;
        emit ShapeActivated(id, gate);
    }

    /// @inheritdoc IRollup
    function releaseShape(bytes32 id) external override nonReentrant {
        Progress memory progress = _progress;
        _requireActive(progress);
        ShapeRecord storage record = _shapes[id];
        if (!record.details.activated || record.slots.usableFrom != ShapeRecords.NOT_YET) {
            revert RollupShapeNotActivated(id);
        }
        uint48 gate = record.details.gate;
        if (progress.queueHead < gate) revert RollupShapeGated(id, progress.queueHead, gate);
        uint48 usableFrom = uint48(block.timestamp) + CLAIM_PERIOD;
        record.slots.usableFrom = usableFrom;
        emit ShapeReleased(id, usableFrom);
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
        return _shapes[id].shape();
    }

    /// @inheritdoc IRollup
    function shapeSchedule(
        bytes32 id
    )
        external
        view
        override
        returns (uint48 usableFrom, uint48 activatableFrom, bool activated, uint256 gate)
    {
        ShapeRecord storage record = _shapes[id];
        return (
            record.slots.usableFrom,
            record.details.activatableFrom,
            record.details.activated,
            record.details.gate
        );
    }

    /// @inheritdoc IRollup
    function sequencer() external view override returns (address) {
        return _sequencer.holder();
    }

    /// @inheritdoc IRollup
    function upcomingSequencer() external view override returns (address next, uint48 changesAt) {
        return _sequencer.upcoming();
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
    function queueEntry(
        uint256 entry
    ) external view override returns (bytes26 hash, uint48 deadline, uint256 fee) {
        QueueEntry word = _queue[entry];
        if (QueueEntry.unwrap(word) == 0) return (0, 0, 0);
        deadline = uint48(word.deadline() - _progress.clockLead);
        return (word.contents(), deadline, RequestFee.amountOf(word.feeCode()));
    }

    /// @inheritdoc IRollup
    function requestFee(uint256 baseFee) external view override returns (uint256 fee, uint256 surcharge) {
        Progress memory progress = _progress;
        fee = RequestFee.amountOf(RequestFee.codeFor(gasOfEntry, baseFee));
        surcharge = RequestFee.surchargeOf(fee, progress.queueTail - progress.queueHead);
    }

    /// @inheritdoc IRollup
    function queuedDeposits() external view override returns (uint256) {
        return _progress.queuedDeposits;
    }

    /// @inheritdoc IRollup
    function openToAll() external view override returns (bool) {
        Progress memory progress = _progress;
        return !progress.frozen && (_sequencer.holder() == address(0) || _isHeadOverdue(progress));
    }

    /// @inheritdoc IRollup
    function frozen() external view override returns (bool) {
        return _progress.frozen;
    }

    /// @inheritdoc IRollup
    function hasEscaped(uint32 index) external view override returns (bool) {
        return _escaped.get(index);
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

    /// @dev Keeps a valid new shape. Part of the constructor, where immutable variables cannot be read yet.
    function _register(
        Shape memory shape_,
        uint256 depth_,
        uint48 usableFrom,
        uint48 activatableFrom
    ) private returns (bytes32 id, bytes32 keyHash) {
        ShapeRecords.requireValid(shape_);
        keyHash = shape_.verifier.keyHash();
        id = ShapeRecords.idOf(shape_, depth_, keyHash);
        if (address(_shapes[id].slots.verifier) != address(0)) revert RollupShapeDuplicated(id);
        _shapes[id].set(shape_, usableFrom, activatableFrom);
        _shapeIds.push(id);
    }

    /// @dev Reverts unless users have the time to leave before a new shape, if there is an admin who could announce one.
    function _requireDelay(Configuration memory configuration) private pure {
        uint48 delay = configuration.upgradeDelay;
        uint48 notice = MIN_NOTICE + configuration.forcedInclusionPeriod;
        if (configuration.admin == address(0) ? delay != 0 : delay < notice) {
            revert RollupUpgradeDelayInvalid(configuration.admin, delay);
        }
    }

    /// @dev Appends an entry to the queue, stores `progress` and reckons what the caller has paid.
    /// @param value What of the call's value is not for the request itself.
    function _enqueue(
        Progress memory progress,
        bytes26 contents,
        uint256 value
    ) private returns (Request memory request) {
        _requireActive(progress);
        uint256 waiting = progress.queueTail - progress.queueHead;
        uint256 code = RequestFee.codeFor(gasOfEntry, block.basefee);
        request.fee = RequestFee.amountOf(code);
        request.surcharge = RequestFee.surchargeOf(request.fee, waiting);
        uint256 required = value + request.fee + request.surcharge;
        if (msg.value < required) revert RollupValueTooLow(required, msg.value);
        request.change = msg.value - required;

        uint256 entry = progress.queueTail;
        uint256 deadline = Queue.nextDeadline(
            waiting == 0 ? 0 : _queue[entry - 1].deadline(),
            progress.clockLead,
            forcedInclusionPeriod,
            deadlineSpacing
        );
        request.entry = entry;
        request.deadline = uint48(deadline - progress.clockLead);
        ++progress.queueTail;
        _progress = progress;
        _queue[entry] = Queue.pack(contents, deadline, code);
    }

    /// @dev Burns a request's surcharge and gives back to the caller what was too much.
    function _giveChange(Request memory request) private {
        if (request.surcharge > 0) _sendEth(address(0), request.surcharge);
        if (request.change > 0) _sendEth(msg.sender, request.change);
    }

    /// @dev Deletes an entry of the frozen rollup's queue, which has to have these contents, and returns its fee.
    function _cancelEntry(uint256 entry, bytes26 given) private returns (uint256 fee) {
        _requireFrozen(_progress);
        QueueEntry word = _queue[entry];
        bytes26 expected = word.contents();
        if (given != expected) revert RollupRefundMismatch(entry, expected, given);
        _queue[entry] = QueueEntry.wrap(0);
        return RequestFee.amountOf(word.feeCode());
    }

    function _requireActive(Progress memory progress) private pure {
        if (progress.frozen) revert RollupIsFrozen();
    }

    function _requireFrozen(Progress memory progress) private pure {
        if (!progress.frozen) revert RollupNotFrozen();
    }

    /// @dev Reverts unless the caller is the admin and the rollup not frozen.
    function _requireAdmin() private view {
        if (msg.sender != admin) revert RollupNotAdmin(msg.sender);
        _requireActive(_progress);
    }

    /// @dev Whether the head of the queue has been waiting for more than `sequencerTimeout`.
    function _isHeadOverdue(Progress memory progress) private view returns (bool) {
        return
            progress.queueHead != progress.queueTail &&
            _queue[progress.queueHead].hasWaited(progress.clockLead, forcedInclusionPeriod, sequencerTimeout);
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

    /// @dev Takes `amount` of a token from the caller and returns what arrived.
    function _take(address token, uint256 amount) private returns (uint256 received) {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        return IERC20(token).balanceOf(address(this)) - before;
    }

    /// @dev Whom to pay what belongs to `owner`: `to`, if the owner asks for it, and the owner if nobody is named.
    function _payee(address owner, address to) private view returns (address) {
        if (to == address(0)) to = owner;
        if ((to != owner && msg.sender != owner) || to == address(this)) {
            revert RollupRedirectNotAllowed(msg.sender, to);
        }
        return to;
    }

    /// @dev Pays `amount` of an asset.
    function _send(uint32 asset, address to, uint256 amount) private {
        if (asset == ETH) _sendEth(to, amount);
        else IERC20(tokenOf[asset]).safeTransfer(to, amount);
    }

    /// @dev Pays ETH. What the recipient returns is not copied, so that it cannot make its payment expensive for whoever
    /// claims it.
    function _sendEth(address to, uint256 amount) private {
        if (!LowLevelCall.callNoReturn(to, amount, "")) revert RollupTransferFailed(to, amount);
    }
}
