// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IRollup} from "../../../contracts/IRollup.sol";
import {SampleToken} from "../../../contracts/samples/SampleToken.sol";
import {CAPACITY} from "./AccountTree.sol";
import {Entry, Exit} from "./Ledger.sol";
import {Watched} from "./Watched.sol";

/// @title What users do: deposit, ask for exits, claim, withdraw
abstract contract Users is Watched {
    function registerToken(uint256 seed) external watched(seed) {
        bool possible = !frozen && rollup.assetOf(address(_later)) == 0;
        bytes memory data = abi.encodeCall(IRollup.registerToken, (address(_later)));
        (bool success, bytes memory answer) = _call(_anyActor(), 0, data);
        _expect("registerToken", possible, false, success, answer);
    }

    function deposit(uint256 seed, uint256 amount) external watched(seed) {
        address sender = _anyActor();
        IRollup.Account memory account;
        account.asset = _anyAsset();
        account.owner = _anyActor();
        (account.ax, account.ay) = _anyKey();
        uint256 held = rollup.escrow(account.asset);
        // Mostly amounts that leave room for others, now and then one near the limit.
        amount = _random(32) == 0 ? ESCROW_LIMIT - held - (amount % 2) : amount % 1e20;
        address token = rollup.tokenOf(account.asset);
        if (token != address(0)) SampleToken(token).mint(sender, amount);
        (uint256 value, bool enough, uint256 fee) = _payment(sender, token == address(0) ? amount : 0);
        bool possible = !frozen && enough && amount > 0 && amount < ESCROW_LIMIT - held && _room();
        uint256 before = _balanceOf(account.asset, address(rollup));
        bytes memory data = abi.encodeCall(
            IRollup.deposit,
            (token, amount, account.ax, account.ay, account.owner)
        );
        (bool success, bytes memory answer) = _call(sender, value, data);
        // What a fee leaves over may be below the limit where the amount is not.
        if (account.asset == HOSTILE) possible = !frozen && enough && _room();
        _expect("deposit", possible, account.asset == HOSTILE, success, answer);
        if (!success) return;
        if (account.asset != ETH) amount = _balanceOf(account.asset, address(rollup)) - before;
        _enqueued(Entry(true, false, account, amount, 0, fee, 0), answer);
    }

    function requestExit(uint256 seed) external watched(seed) {
        address sender = _anyActor();
        uint256 index = _random(CAPACITY + 1);
        // Mostly one's own account.
        if (index < CAPACITY && _ledger.accounts[index].owner != address(0) && _random(4) > 0) {
            sender = _ledger.accounts[index].owner;
        }
        (uint256 value, bool enough, uint256 fee) = _payment(sender, 0);
        bytes memory data = abi.encodeCall(IRollup.requestExit, (uint32(index)));
        (bool success, bytes memory answer) = _call(sender, value, data);
        _expect("requestExit", !frozen && enough && index < CAPACITY, false, success, answer);
        if (!success) return;
        IRollup.Account memory account;
        account.owner = sender;
        _enqueued(Entry(false, false, account, 0, index, fee, 0), answer);
    }

    function claim(uint256 seed) external watched(seed) {
        if (_ledger.exits.length > 0) _claim(_random(_ledger.exits.length), _anyActor(), _anyPayee());
    }

    function withdraw(uint256 seed) external watched(seed) {
        _withdraw(_anyAsset(), _anyActor(), _anyActor(), _anyPayee());
    }

    function _claim(uint256 number, address sender, address to) internal {
        Exit storage exit = _ledger.exits[number];
        IRollup.ExitRow memory content = exit.content;
        bytes32[] memory path = _ledger.exitPath(exit, rollup.exitTreeDepth());
        (bool allowed, address target) = _target(sender, content.recipient, to);
        bool possible = allowed && !exit.claimed;
        if (_random(8) == 0) {
            ++content.amount;
            possible = false;
        }
        uint256 before = _balanceOf(content.asset, target);
        bytes memory data = abi.encodeCall(IRollup.claim, (exit.batchNumber, exit.row, content, path, to));
        (bool success, bytes memory answer) = _call(sender, 0, data);
        _expect("claim", possible, _mayRefuse(content.asset, target), success, answer);
        if (!success) return;
        exit.claimed = true;
        _requirePaid(content.asset, target, before, content.amount);
    }

    function _withdraw(uint32 asset, address owner, address sender, address to) internal {
        uint256 amount = _ledger.credit[asset][owner];
        (bool allowed, address target) = _target(sender, owner, to);
        uint256 before = _balanceOf(asset, target);
        bytes memory data = abi.encodeCall(IRollup.withdraw, (asset, owner, to));
        (bool success, bytes memory answer) = _call(sender, 0, data);
        _expect("withdraw", allowed && amount > 0, _mayRefuse(asset, target), success, answer);
        if (!success) return;
        _ledger.credit[asset][owner] = 0;
        _requirePaid(asset, target, before, amount);
    }

    /// @dev Nobody in most cases: then the owner is paid.
    function _anyPayee() internal returns (address) {
        return _random(3) == 0 ? _anyActor() : address(0);
    }

    /// @dev Whom a payment goes to, and whether its caller may say so.
    function _target(
        address sender,
        address owner,
        address to
    ) internal pure returns (bool allowed, address target) {
        target = to == address(0) ? owner : to;
        allowed = target == owner || sender == owner;
    }

    /// @dev Only of assets that do what they are told.
    function _requirePaid(uint32 asset, address target, uint256 before, uint256 amount) internal view {
        if (asset == HOSTILE) return;
        uint256 paid = _balanceOf(asset, target) - before;
        _require(paid == amount, "paid in full", paid, amount);
    }

    /// @dev What to send with a request: too little now and then, more than asked for otherwise.
    function _payment(address sender, uint256 own) private returns (uint256 value, bool enough, uint256 fee) {
        uint256 surcharge;
        (fee, surcharge) = rollup.requestFee(block.basefee);
        value = own + fee + surcharge;
        enough = _random(16) != 0;
        if (!enough)
            --value;
            // The scripted account may refuse its change.
        else if (sender != address(_payee)) value += _random(1 ether);
    }

    function _room() private view returns (bool) {
        uint256 queued = _ledger.queuedDeposits();
        return queued < MAX_DEPOSITS && _ledger.accountCount + queued < CAPACITY;
    }

    function _enqueued(Entry memory entry, bytes memory answer) private {
        uint256 number = abi.decode(answer, (uint256));
        _require(number == _ledger.queue.length, "number of an entry", number, _ledger.queue.length);
        (, uint48 deadline, ) = rollup.queueEntry(number);
        uint256 earliest = block.timestamp + PERIOD;
        if (number > _ledger.queueHead) {
            (, uint48 previous, ) = rollup.queueEntry(number - 1);
            if (previous + SPACING > earliest) earliest = previous + SPACING;
        }
        _require(deadline == earliest, "deadline of a new entry", deadline, earliest);
        entry.deadline = deadline;
        _ledger.queue.push(entry);
    }
}
