// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

// solhint-disable gas-increment-by-one

import {IRollup} from "../../../contracts/IRollup.sol";
import {CAPACITY} from "./AccountTree.sol";
import {Slots} from "./BatchDraft.sol";
import {Entry} from "./Ledger.sol";
import {Sequencing} from "./Sequencing.sol";

/// @title What operators do: settle, honestly and not, and change sequencer and shapes
abstract contract Operators is Sequencing {
    /// @dev What everything ends in that only has to be tried.
    error Refused();

    /// @dev One for each way to settle what is not proven, not next or not allowed.
    enum Fraud {
        FalseProof,
        OtherRoot,
        MoreExits,
        OtherBytes,
        FewerRows,
        Twice,
        OtherDeposit,
        NoSuchDeposit,
        LateEntriesLeft,
        NotAllowed,
        ShapeNotUsable
    }

    uint48 internal constant CLAIM_PERIOD = 7 days;

    uint48 private _activatableFrom;
    uint256 private _gate;
    bool private _activated;
    uint48 private _usableFrom;

    function settle(uint256 seed) external watched(seed) {
        address caller = _anySettler();
        if (frozen || !_maySettle(caller)) return;
        // One who steps in may have to stop after a batch.
        uint256 count = caller == rollup.sequencer() ? 1 + _random(2) : 1;
        IRollup.Batch[] memory batches = new IRollup.Batch[](count);
        bytes[] memory proofs = new bytes[](count);
        _fees = 0;
        uint256 head = _ledger.queueHead;
        for (uint256 i = 0; i < count; ++i) (batches[i], proofs[i]) = _write(caller, _least(caller));
        (bool success, bytes memory answer) = _settle(caller, batches, proofs);
        _expect("settle", true, false, success, answer);
        _ledger.credit[ETH][caller] += _fees;
        if (_ledger.queueHead > head) _requireNearDeadlines();
    }

    /// @dev What is written for a fraud is undone with it: the books stay honest.
    function defraud(uint256 seed) external watched(seed) {
        Fraud fraud = Fraud(_random(uint256(type(Fraud).max) + 1));
        address caller = _anySettler();
        try this.attempt(fraud, caller) {
            revert Unexpected("defraud", true, abi.encode(fraud));
        } catch (bytes memory reason) {
            if (bytes4(reason) != Refused.selector) revert Unexpected("defraud", false, reason);
        }
        ++successes["defraud"];
    }

    /// @dev Reverts always: with `Refused` if the rollup takes the fraud for what it is, or if it cannot be tried now.
    function attempt(Fraud fraud, address caller) external {
        bool may = !frozen && _maySettle(caller);
        if (fraud == Fraud.NotAllowed ? may : !may && !frozen) revert Refused();
        uint256 least = _least(caller);
        uint256 waiting = _ledger.queue.length - _ledger.queueHead;
        if (fraud == Fraud.OtherDeposit) {
            if (waiting == 0 || !_ledger.queue[_ledger.queueHead].isDeposit) revert Refused();
            _ledger.queue[_ledger.queueHead].amount += 1;
            if (least == 0) least = 1;
        }
        if (fraud == Fraud.NoSuchDeposit) {
            if (waiting > 1 || _ledger.accountCount + waiting >= CAPACITY) revert Refused();
            _ledger.queue.push(_inventedDeposit());
            least = waiting + 1;
        }
        if (fraud == Fraud.ShapeNotUsable) {
            if (_shapes.length < 3 || _isUsable(_shapes[2])) revert Refused();
            _shapes[1] = _shapes[2];
            _shapes[0] = _shapes[2];
            least = 0;
        }
        if (fraud == Fraud.LateEntriesLeft) {
            if (least == 0) revert Refused();
            // With a queue that looks shorter, less is written.
            Entry[] storage queue = _ledger.queue;
            while (queue.length > _ledger.queueHead + least - 1) queue.pop();
            --least;
        }
        (IRollup.Batch memory batch, bytes memory proof) = _write(caller, least);
        uint256 count = fraud == Fraud.Twice ? 2 : 1;
        IRollup.Batch[] memory batches = new IRollup.Batch[](count);
        bytes[] memory proofs = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) (batches[i], proofs[i]) = (_falsified(fraud, batch), proof);
        if (fraud == Fraud.FalseProof) proofs[0][_random(96)] ^= 0x01;
        (bool success, bytes memory answer) = _settle(caller, batches, proofs);
        if (success) revert Unexpected("settle", true, answer);
        revert Refused();
    }

    function announceSequencer(uint256 seed) external watched(seed) {
        address caller =
            _random(4) == 0
                ? _anyActor()
                : _random(2) == 0
                    ? _admin
                    : rollup.sequencer();
        address next = _random(8) == 0 ? address(0) : _anyActor();
        bool possible = !frozen && (caller == _admin || caller == rollup.sequencer());
        bytes memory data = abi.encodeCall(IRollup.announceSequencer, (next));
        (bool success, bytes memory answer) = _call(caller, 0, data);
        _expect("announceSequencer", possible, false, success, answer);
    }

    function announceShape(uint256 seed) external watched(seed) {
        address caller = _anyAdmin();
        bytes memory data = abi.encodeCall(IRollup.announceShape, (_shape("later", 8, 4, 8)));
        (bool success, bytes memory answer) = _call(caller, 0, data);
        bool possible = !frozen && caller == _admin && _shapes.length == 2;
        _expect("announceShape", possible, false, success, answer);
        if (!success) return;
        _shapes.push(Slots(abi.decode(answer, (bytes32)), 8, 4, 8));
        _activatableFrom = uint48(block.timestamp) + UPGRADE_DELAY;
    }

    function activateShape(uint256 seed) external watched(seed) {
        if (_shapes.length < 3) return;
        address caller = _anyAdmin();
        bytes memory data = abi.encodeCall(IRollup.activateShape, (_shapes[2].id));
        (bool success, bytes memory answer) = _call(caller, 0, data);
        bool inTime = block.timestamp >= _activatableFrom;
        bool possible = !frozen && caller == _admin && !_activated && inTime;
        _expect("activateShape", possible, false, success, answer);
        if (!success) return;
        _activated = true;
        _gate = _ledger.queue.length;
    }

    function releaseShape(uint256 seed) external watched(seed) {
        if (_shapes.length < 3) return;
        bytes memory data = abi.encodeCall(IRollup.releaseShape, (_shapes[2].id));
        (bool success, bytes memory answer) = _call(_anyActor(), 0, data);
        bool passed = _ledger.queueHead >= _gate;
        bool possible = !frozen && _activated && _usableFrom == 0 && passed;
        _expect("releaseShape", possible, false, success, answer);
        if (success) _usableFrom = uint48(block.timestamp) + CLAIM_PERIOD;
    }

    /// @dev All shapes but the one that is announced later are usable from the beginning.
    function _isUsable(Slots memory slots) internal view override returns (bool) {
        if (slots.accounts != 8) return true;
        return _usableFrom != 0 && block.timestamp >= _usableFrom;
    }

    /// @dev What waits behind a settlement is due no later than if it were queued now.
    function _requireNearDeadlines() private view {
        uint256 tail = _ledger.queue.length;
        if (_ledger.queueHead == tail) return;
        (, uint48 last, ) = rollup.queueEntry(tail - 1);
        uint256 latest = block.timestamp + PERIOD + (tail - _ledger.queueHead) * SPACING;
        _require(last <= latest, "deadlines behind a settlement", last, latest);
    }

    function _settle(
        address caller,
        IRollup.Batch[] memory batches,
        bytes[] memory proofs
    ) private returns (bool success, bytes memory answer) {
        return _call(caller, 0, abi.encodeCall(IRollup.settle, (batches, proofs)));
    }

    function _falsified(Fraud fraud, IRollup.Batch memory batch) private returns (IRollup.Batch memory) {
        if (fraud == Fraud.OtherRoot) batch.newRoot ^= 1;
        if (fraud == Fraud.MoreExits) {
            bytes memory loot = abi.encodePacked(_anyActor(), uint128(1 ether), ETH);
            batch.exits = bytes.concat(batch.exits, loot);
        }
        if (fraud == Fraud.FewerRows || fraud == Fraud.OtherBytes) {
            bytes memory section = batch.operations;
            if (section.length == 0 || _random(2) == 0) section = batch.exits;
            if (section.length == 0 || fraud == Fraud.FewerRows) section = batch.rows;
            if (section.length == 0) revert Refused();
            uint256 last = section.length - 1;
            if (fraud == Fraud.OtherBytes) section[_random(last + 1)] ^= 0x01;
            else batch.rows = _shortened(section);
        }
        return batch;
    }

    /// @dev Rows without the last one.
    function _shortened(bytes memory rows) private pure returns (bytes memory shorter) {
        shorter = new bytes(rows.length - 24);
        for (uint256 i = 0; i < shorter.length; ++i) shorter[i] = rows[i];
    }

    function _inventedDeposit() private returns (Entry memory entry) {
        entry.isDeposit = true;
        entry.account.asset = ETH;
        entry.account.owner = _anyActor();
        (entry.account.ax, entry.account.ay) = _anyKey();
        entry.amount = 1 ether;
    }

    function _anySettler() private returns (address) {
        address sequencer = rollup.sequencer();
        return sequencer == address(0) || _random(4) == 0 ? _anyActor() : sequencer;
    }

    function _anyAdmin() private returns (address) {
        return _random(4) == 0 ? _anyActor() : _admin;
    }
}
