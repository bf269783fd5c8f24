// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

// solhint-disable gas-increment-by-one

import {IRollup} from "../../../contracts/IRollup.sol";
import {CAPACITY} from "./AccountTree.sol";
import {BatchDraft, BatchDrafts, Slots} from "./BatchDraft.sol";
import {Entry, Exit} from "./Ledger.sol";
import {Users} from "./Users.sol";

/// @title An honest L2: what a sequencer may put into the next batch
/// @dev Writes batches and books together, so a batch that is written has to be settled, or all of it reverted.
abstract contract Sequencing is Users {
    /// @dev What accounts a batch touches, and how often each has signed in it.
    struct Touched {
        bool[CAPACITY] used;
        uint256[CAPACITY] nonceIncrease;
        uint256 count;
    }

    /// @dev Fees of the entries that written batches take.
    uint256 internal _fees;

    /// @dev Writes the next batch.
    /// @param caller Who is going to settle it.
    /// @param least How many queue entries it takes at least.
    function _write(
        address caller,
        uint256 least
    ) internal returns (IRollup.Batch memory batch, bytes memory proof) {
        Slots memory slots = _anyShape(least);
        BatchDraft memory draft = BatchDrafts.start(
            slots,
            rollup.domain(),
            _ledger.tree.root,
            ++_ledger.batchCount
        );
        _ledger.firstExit[draft.batchNumber] = _ledger.exits.length;
        Touched memory touched;

        uint256 most = _min(slots.operations, _ledger.queue.length - _ledger.queueHead);
        uint256 entries = least + _random(most - least + 1);
        for (uint256 i = 0; i < entries; ++i) _take(draft, touched);
        if (caller == rollup.sequencer() && draft.operationCount < slots.operations) _open(draft, touched);
        _transact(draft, touched);

        for (uint256 index = 0; index < CAPACITY; ++index) {
            if (!touched.used[index]) continue;
            _ledger.tree.set(index, _ledger.accounts[index]);
            draft.row(index, touched.nonceIncrease[index], _ledger.accounts[index].balance);
        }
        _ledger.exitCount[draft.batchNumber] = draft.exitCount;
        return draft.post(_ledger.tree.root, _random(1 << 200));
    }

    /// @dev Whether somebody may settle now.
    function _maySettle(address caller) internal view returns (bool) {
        address sequencer = rollup.sequencer();
        return caller == sequencer || sequencer == address(0) || _hasWaited(_ledger.queueHead, TIMEOUT);
    }

    /// @dev How many entries a batch has to take at least, by the rules for whoever is late and whoever steps in.
    function _least(address caller) internal view returns (uint256 least) {
        uint256 next = _ledger.queueHead;
        if (caller != rollup.sequencer() && _hasWaited(next, TIMEOUT)) least = 1;
        while (least < CATCH_UP && _hasWaited(next + least, TIMEOUT + (PERIOD - TIMEOUT) / 2)) ++least;
    }

    /// @dev Whether an entry has been waiting for more than `time` since its turn.
    function _hasWaited(uint256 entry, uint256 time) private view returns (bool) {
        if (entry >= _ledger.queue.length) return false;
        return block.timestamp + PERIOD > _ledger.queue[entry].deadline + time;
    }

    function _isUsable(Slots memory slots) internal view virtual returns (bool);

    /// @dev A shape with room for so many operations.
    function _anyShape(uint256 operations) private returns (Slots memory slots) {
        slots = _shapes[_random(_shapes.length)];
        if (slots.operations < operations || !_isUsable(slots)) slots = _shapes[1];
    }

    /// @dev Takes the head of the queue.
    function _take(BatchDraft memory draft, Touched memory touched) private {
        Entry storage entry = _ledger.queue[_ledger.queueHead++];
        _fees += entry.fee;
        if (entry.isDeposit) {
            (uint256 index, bool creates) = _placeFor(entry.account);
            draft.deposit(index, creates, entry.account, entry.amount);
            _ledger.accounts[index].balance += uint128(entry.amount);
            _touch(touched, index);
        } else {
            draft.exit(entry.index, entry.account.owner);
            IRollup.Account storage account = _ledger.accounts[entry.index];
            if (account.owner == entry.account.owner && account.balance > 0) {
                _pay(draft, account.owner, account.balance, account.asset);
                account.balance = 0;
            }
            _touch(touched, entry.index);
        }
    }

    /// @dev Opens an account, if there is room behind all waiting deposits.
    function _open(BatchDraft memory draft, Touched memory touched) private {
        if (_random(4) != 0 || _ledger.accountCount + _ledger.queuedDeposits() >= CAPACITY) return;
        if (touched.count == draft.slots.accounts) return;
        IRollup.Account memory account;
        account.asset = _anyAsset();
        account.owner = _anyActor();
        (account.ax, account.ay) = _anyKey();
        uint256 index = _create(account);
        draft.open(index, account);
        _touch(touched, index);
    }

    /// @dev Transfers and withdrawals, as many as the shape has room for.
    function _transact(BatchDraft memory draft, Touched memory touched) private {
        for (uint256 i = 0; i < 3; ++i) {
            uint256 from = _random(CAPACITY);
            uint256 to = _random(CAPACITY);
            IRollup.Account storage sender = _ledger.accounts[from];
            if (sender.owner == address(0) || touched.count + 2 > draft.slots.accounts) continue;
            uint128 amount = uint128(_random(uint256(sender.balance) + 1));
            if (_ledger.accounts[to].asset == sender.asset) {
                _ledger.accounts[to].balance += amount;
                _touch(touched, to);
            } else if (draft.exitCount < draft.slots.exits) {
                _pay(draft, _anyActor(), amount, sender.asset);
            } else {
                continue;
            }
            sender.balance -= amount;
            ++sender.nonce;
            ++touched.nonceIncrease[from];
            _touch(touched, from);
        }
    }

    function _pay(BatchDraft memory draft, address recipient, uint128 amount, uint32 asset) private {
        IRollup.ExitRow memory content = IRollup.ExitRow(recipient, amount, asset);
        _ledger.exits.push(Exit(draft.batchNumber, draft.exitCount, content, false));
        draft.exitRow(recipient, amount, asset);
    }

    function _touch(Touched memory touched, uint256 index) private pure {
        if (touched.used[index]) return;
        touched.used[index] = true;
        ++touched.count;
    }

    /// @dev Where a deposit goes: to an account of just this identity if there is one, else to a new one.
    function _placeFor(IRollup.Account memory account) private returns (uint256 index, bool creates) {
        for (; index < CAPACITY; ++index) {
            IRollup.Account storage found = _ledger.accounts[index];
            if (
                found.ax == account.ax &&
                found.ay == account.ay &&
                found.owner == account.owner &&
                found.asset == account.asset
            ) return (index, false);
        }
        return (_create(account), true);
    }

    /// @dev Any empty place.
    function _create(IRollup.Account memory account) private returns (uint256 index) {
        index = _random(CAPACITY);
        while (_ledger.accounts[index].owner != address(0)) index = (index + 1) % CAPACITY;
        _ledger.accounts[index] = account;
        ++_ledger.accountCount;
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
