// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Setting} from "./Setting.sol";

/// @title What must never be undone
/// @notice Looks at the rollup after every action and compares with what it saw before.
abstract contract Watched is Setting {
    /// @dev What a frozen rollup keeps.
    struct Kept {
        uint256 root;
        uint256 batchCount;
        uint256 accountCount;
        uint256 queueHead;
        uint256 queueTail;
        uint256 assetCount;
        uint256 shapeCount;
    }

    bool public frozen;
    Kept private _kept;
    uint256 private _lastHead;
    uint256 private _lastTail;

    modifier watched(uint256 seed) {
        _begin(seed);
        _;
        _watchQueue();
        _watchFreeze();
    }

    /// @dev Head and tail move forwards. Deadlines never decrease along the queue and never move away; they come nearer
    /// only to a period from now.
    function _watchQueue() private {
        uint256 head = rollup.queueHead();
        uint256 tail = rollup.queueTail();
        _require(head >= _lastHead && head == _ledger.queueHead, "queue head", head, _ledger.queueHead);
        _require(tail >= _lastTail && tail == _ledger.queue.length, "tail", tail, _ledger.queue.length);
        (_lastHead, _lastTail) = (head, tail);
        uint256 previous = 0;
        for (uint256 entry = head; entry < tail; ++entry) {
            if (_ledger.queue[entry].gone) continue;
            (, uint48 deadline, uint256 fee) = rollup.queueEntry(entry);
            uint256 before = _ledger.queue[entry].deadline;
            _require(fee == _ledger.queue[entry].fee, "fee of an entry", fee, _ledger.queue[entry].fee);
            _require(deadline >= previous, "deadlines along the queue", deadline, previous);
            _require(deadline <= before, "deadlines never move away", deadline, before);
            uint256 nearest = block.timestamp + PERIOD;
            _require(deadline == before || deadline >= nearest, "deadlines a period away", deadline, nearest);
            _ledger.queue[entry].deadline = deadline;
            previous = deadline;
        }
    }

    /// @dev Frozen is for good, and then nothing moves but money to its owners.
    function _watchFreeze() private {
        bool now_ = rollup.frozen();
        _require(now_ == frozen, "frozen", now_ ? 1 : 0, frozen ? 1 : 0);
        if (!frozen) return;
        Kept memory present = Kept(
            rollup.root(),
            rollup.batchCount(),
            rollup.accountCount(),
            rollup.queueHead(),
            rollup.queueTail(),
            rollup.assetCount(),
            rollup.shapeIds().length
        );
        if (_kept.root == 0) _kept = present;
        bytes32 kept = keccak256(abi.encode(_kept));
        _require(keccak256(abi.encode(present)) == kept, "frozen means frozen", 0, 0);
    }
}
