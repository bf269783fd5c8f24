// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IRollup} from "../../../contracts/IRollup.sol";
import {AccountTree, CAPACITY} from "./AccountTree.sol";

/// @dev An entry of the L1 queue and what has become of it.
struct Entry {
    bool isDeposit;
    bool gone;
    IRollup.Account account;
    uint256 amount;
    uint256 index;
    uint256 fee;
    uint256 deadline;
}

/// @dev A row of a batch's exits.
struct Exit {
    uint256 batchNumber;
    uint256 row;
    IRollup.ExitRow content;
    bool claimed;
}

/// @title The books: what everybody has, kept apart from the rollup
/// @notice Nothing in here is read from the rollup, so that the two can be compared.
struct Ledger {
    AccountTree tree;
    IRollup.Account[CAPACITY] accounts;
    bool[CAPACITY] escaped;
    Entry[] queue;
    uint256 queueHead;
    Exit[] exits;
    mapping(uint256 batchNumber => uint256) firstExit;
    mapping(uint256 batchNumber => uint256) exitCount;
    uint256 batchCount;
    uint256 accountCount;
    mapping(uint32 asset => mapping(address owner => uint256)) credit;
    mapping(uint32 asset => uint256) donated;
}

using Ledgers for Ledger global;

/// @title Sums over the books
library Ledgers {
    /// @notice Balances under the root, but for those that have escaped.
    function balances(Ledger storage self, uint32 asset) internal view returns (uint256 sum) {
        for (uint256 index = 0; index < CAPACITY; ++index) {
            if (self.accounts[index].asset == asset && !self.escaped[index]) {
                sum += self.accounts[index].balance;
            }
        }
    }

    /// @notice Deposits in the queue.
    function queued(Ledger storage self, uint32 asset) internal view returns (uint256 sum) {
        for (uint256 entry = self.queueHead; entry < self.queue.length; ++entry) {
            Entry storage queuedEntry = self.queue[entry];
            if (!queuedEntry.gone && queuedEntry.isDeposit && queuedEntry.account.asset == asset) {
                sum += queuedEntry.amount;
            }
        }
    }

    /// @notice How many deposits are in the queue.
    function queuedDeposits(Ledger storage self) internal view returns (uint256 count) {
        for (uint256 entry = self.queueHead; entry < self.queue.length; ++entry) {
            if (!self.queue[entry].gone && self.queue[entry].isDeposit) ++count;
        }
    }

    /// @notice Fees of the entries in the queue.
    function waitingFees(Ledger storage self) internal view returns (uint256 sum) {
        for (uint256 entry = self.queueHead; entry < self.queue.length; ++entry) {
            if (!self.queue[entry].gone) sum += self.queue[entry].fee;
        }
    }

    /// @notice Exits that nobody has claimed.
    function unclaimed(Ledger storage self, uint32 asset) internal view returns (uint256 sum) {
        for (uint256 i = 0; i < self.exits.length; ++i) {
            if (!self.exits[i].claimed && self.exits[i].content.asset == asset) {
                sum += self.exits[i].content.amount;
            }
        }
    }

    /// @notice The siblings of an exit in its batch's exit tree of `depth` levels (docs/protocol.md, section 9).
    function exitPath(
        Ledger storage self,
        Exit storage exit,
        uint256 depth
    ) internal view returns (bytes32[] memory path) {
        bytes32[] memory nodes = new bytes32[](1 << depth);
        uint256 first = self.firstExit[exit.batchNumber];
        for (uint256 row = 0; row < self.exitCount[exit.batchNumber]; ++row) {
            IRollup.ExitRow storage content = self.exits[first + row].content;
            bytes memory words = abi.encode(
                exit.batchNumber,
                row,
                content.recipient,
                content.amount,
                content.asset
            );
            nodes[row] = keccak256(bytes.concat(keccak256(words)));
        }
        path = new bytes32[](depth);
        for (uint256 level = 0; level < depth; ++level) {
            path[level] = nodes[(exit.row >> level) ^ 1];
            for (uint256 i = 0; i < nodes.length >> (level + 1); ++i) {
                nodes[i] = keccak256(bytes.concat(nodes[2 * i], nodes[2 * i + 1]));
            }
        }
    }
}
