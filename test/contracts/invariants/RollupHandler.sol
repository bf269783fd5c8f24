// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IRollup} from "../../../contracts/IRollup.sol";
import {SampleToken} from "../../../contracts/samples/SampleToken.sol";
import {ScriptedAccount} from "../../../contracts/test/ScriptedAccount.sol";
import {ScriptedToken} from "../../../contracts/test/ScriptedToken.sol";
import {CAPACITY} from "./AccountTree.sol";
import {Entry} from "./Ledger.sol";
import {Operators} from "./Operators.sol";
import {VM} from "./Vm.sol";

/// @title All that can happen to a rollup
/// @notice Besides what users and operators do: time passes, gas becomes dear, tokens and recipients turn hostile, money
/// is sent unasked; and once nobody settles any more, everybody leaves.
contract RollupHandler is Operators {
    // ------------------------------------------------------------------------------------------------ the world

    /// @dev Mostly minutes, sometimes so long that entries are late, seldom as long as the delay of a new shape.
    function wait(uint256 seed) external watched(seed) {
        uint256 kind = _random(16);
        uint256 most =
            kind < 10
                ? 30 minutes
                : kind < 15
                    ? 14 hours
                    : 40 days;
        VM.warp(block.timestamp + _random(most));
        ++successes["wait"];
    }

    function changeBaseFee(uint256 seed) external watched(seed) {
        VM.fee(_random(200 gwei));
        ++successes["changeBaseFee"];
    }

    /// @dev Anybody can send a rollup what it does not know of.
    function donate(uint256 seed) external watched(seed) {
        uint32 asset = _anyAsset();
        uint256 amount = _random(1 ether);
        _ledger.donated[asset] += amount;
        if (asset == ETH) VM.deal(address(rollup), address(rollup).balance + amount);
        else SampleToken(rollup.tokenOf(asset)).mint(address(rollup), amount);
        ++successes["donate"];
    }

    function turnToken(uint256 seed) external watched(seed) {
        ScriptedToken token = ScriptedToken(rollup.tokenOf(HOSTILE));
        uint256 kind = _random(6);
        if (kind < 4) token.behave(ScriptedToken.Behaviour(kind));
        else if (kind == 4) token.reenter(address(rollup), _anyReentry());
        else token.blockAddress(_anyActor());
        ++successes["turnToken"];
    }

    function turnPayee(uint256 seed) external watched(seed) {
        uint256 kind = _random(4);
        if (kind < 3) _payee.behave(ScriptedAccount.Behaviour(kind));
        else _payee.reenter(address(rollup), _anyReentry());
        ++successes["turnPayee"];
    }

    /// @dev Of the shrinking token the rollup loses up to all it has.
    function shrink(uint256 seed) external watched(seed) {
        ScriptedToken token = ScriptedToken(rollup.tokenOf(SHRINKING));
        token.rebase(address(rollup), _random(token.balanceOf(address(rollup)) + 1));
        ++successes["shrink"];
    }

    // -------------------------------------------------------------------------------------------------- leaving

    function freeze(uint256 seed) external watched(seed) {
        uint256 head = _ledger.queueHead;
        bool overdue = head < _ledger.queue.length && block.timestamp > _ledger.queue[head].deadline;
        (bool success, bytes memory answer) = _call(_anyActor(), 0, abi.encodeCall(IRollup.freeze, ()));
        _expect("freeze", !frozen && overdue, false, success, answer);
        if (success) frozen = true;
    }

    function escape(uint256 seed) external watched(seed) {
        _escape(_random(CAPACITY), _anyActor(), _anyPayee());
    }

    function refund(uint256 seed) external watched(seed) {
        // Mostly an entry that still waits.
        uint256 first = _random(4) == 0 ? 0 : _ledger.queueHead;
        if (first < _ledger.queue.length) _refund(first + _random(_ledger.queue.length - first));
    }

    // -------------------------------------------------------------------------------------------------- the books

    /// @notice What the rollup owes of an asset: under the root, in the queue, in exits.
    function owed(uint32 asset) external view returns (uint256 balances, uint256 queued, uint256 unclaimed) {
        return (_ledger.balances(asset), _ledger.queued(asset), _ledger.unclaimed(asset));
    }

    /// @notice Credits of an asset, by the books and by the rollup.
    function credits(uint32 asset) external view returns (uint256 booked, uint256 kept) {
        for (uint256 i = 0; i < _actors.length; ++i) {
            booked += _ledger.credit[asset][_actors[i]];
            kept += rollup.credit(asset, _actors[i]);
        }
    }

    function waitingFees() external view returns (uint256) {
        return _ledger.waitingFees();
    }

    function donated(uint32 asset) external view returns (uint256) {
        return _ledger.donated[asset];
    }

    /// @notice Root, batches, accounts and waiting deposits by the books.
    function progress() external view returns (uint256, uint256, uint256, uint256) {
        return (_ledger.tree.root, _ledger.batchCount, _ledger.accountCount, _ledger.queuedDeposits());
    }

    /// @notice How many exits the rollup and the books do not agree about, whether they are paid.
    function exitsInDoubt() external view returns (uint256 count) {
        for (uint256 i = 0; i < _ledger.exits.length; ++i) {
            bool claimed = rollup.isClaimed(_ledger.exits[i].batchNumber, _ledger.exits[i].row);
            if (claimed != _ledger.exits[i].claimed) ++count;
        }
    }

    /// @notice How many accounts the rollup and the books do not agree about, whether they have escaped.
    function escapesInDoubt() external view returns (uint256 count) {
        for (uint256 index = 0; index < CAPACITY; ++index) {
            if (rollup.hasEscaped(uint32(index)) != _ledger.escaped[index]) ++count;
        }
    }

    // ------------------------------------------------------------------------------------------------- the end

    /// @notice The sequencer is gone for good and everybody takes what is theirs.
    function everybodyLeaves() external watched(0) {
        _payee.behave(ScriptedAccount.Behaviour.Accepts);
        ScriptedToken(rollup.tokenOf(HOSTILE)).behave(ScriptedToken.Behaviour.Honest);
        if (!frozen) _stop();
        for (uint256 index = 0; index < CAPACITY; ++index) {
            _escape(index, _actors[0], address(0));
            _escape(index, _actors[0], address(0));
        }
        for (uint256 entry = 0; entry < _ledger.queue.length; ++entry) _refund(entry);
        for (uint256 i = 0; i < _ledger.exits.length; ++i) {
            // Twice, since a claim may be tried with a false amount.
            for (uint256 j = 0; j < 2 || !_ledger.exits[i].claimed; ++j) {
                _claim(i, _actors[0], address(0));
                if (_ledger.exits[i].content.asset == SHRINKING && j > 1) break;
            }
        }
        for (uint32 asset = ETH; asset <= rollup.assetCount(); ++asset) {
            for (uint256 i = 0; i < _actors.length; ++i) {
                _withdraw(asset, _actors[i], _actors[0], address(0));
            }
        }
    }

    function _stop() private {
        if (_ledger.queueHead == _ledger.queue.length) this.requestExit(1);
        if (_ledger.queueHead == _ledger.queue.length) this.requestExit(2);
        VM.warp(block.timestamp + 400 days);
        this.freeze(0);
        _require(frozen, "can be frozen", 0, 1);
    }

    function _escape(uint256 index, address sender, address to) private {
        IRollup.Account memory account = _ledger.accounts[index];
        (bool allowed, address target) = _target(sender, account.owner, to);
        bool possible = frozen && account.owner != address(0) && allowed && !_ledger.escaped[index];
        if (_random(8) == 0) {
            ++account.balance;
            possible = false;
        }
        uint256[3][] memory path = _ledger.tree.path(index);
        uint256 before = account.asset == 0 ? 0 : _balanceOf(account.asset, target);
        bytes memory data = abi.encodeCall(IRollup.escape, (uint32(index), account, path, to));
        (bool success, bytes memory answer) = _call(sender, 0, data);
        _expect("escape", possible, _mayRefuse(account.asset, target), success, answer);
        if (!success) return;
        _ledger.escaped[index] = true;
        _requirePaid(account.asset, target, before, account.balance);
    }

    function _refund(uint256 number) private {
        Entry storage entry = _ledger.queue[number];
        IRollup.Account memory account = entry.account;
        bytes memory data =
            entry.isDeposit
                ? abi.encodeCall(
                    IRollup.refundDeposit,
                    (number, account.asset, account.owner, entry.amount, account.ax, account.ay)
                )
                : abi.encodeCall(IRollup.refundExitRequest, (number, uint32(entry.index), account.owner));
        (bool success, bytes memory answer) = _call(_anyActor(), 0, data);
        bool waiting = number >= _ledger.queueHead && !entry.gone;
        _expect("refund", frozen && waiting, false, success, answer);
        if (!success) return;
        entry.gone = true;
        _ledger.credit[ETH][account.owner] += entry.fee;
        if (entry.isDeposit) _ledger.credit[account.asset][account.owner] += entry.amount;
    }

    /// @dev A call that would pay somebody if the rollup let it in.
    function _anyReentry() private returns (bytes memory) {
        if (_ledger.exits.length == 0 || _random(2) == 0) {
            return abi.encodeCall(IRollup.withdraw, (_anyAsset(), _anyActor(), address(0)));
        }
        uint256 number = _random(_ledger.exits.length);
        bytes32[] memory path = _ledger.exitPath(_ledger.exits[number], rollup.exitTreeDepth());
        return
            abi.encodeCall(
                IRollup.claim,
                (
                    _ledger.exits[number].batchNumber,
                    _ledger.exits[number].row,
                    _ledger.exits[number].content,
                    path,
                    address(0)
                )
            );
    }
}
