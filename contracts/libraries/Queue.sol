// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @dev An entry of the L1 queue in one word: the high 208 bits of the hash of its contents, then its deadline, 48 bits.
/// The zero word is no entry.
type QueueEntry is bytes32;

using Queue for QueueEntry global;

/// @title The words of the L1 queue
/// @notice Contents travel in events and are given again at settlement; storage keeps one word an entry
/// (docs/protocol.md, sections 5 and 9).
/// @dev The word has no room for the time of queueing and needs none. An entry's *turn* is its deadline minus the
/// forced inclusion period: when it was queued, or the spacing after its predecessor's turn if that is later. Turns
/// never decrease along the queue, so what has waited too long is always at its front, and one look at the first entry
/// left behind tells whether a batch has settled enough of it.
library Queue {
    /// @notice The word of an entry.
    function pack(bytes26 hash, uint48 deadline_) internal pure returns (QueueEntry) {
        return QueueEntry.wrap(bytes32(hash) | bytes32(uint256(deadline_)));
    }

    /// @notice The hash of an entry's contents.
    function contents(QueueEntry entry) internal pure returns (bytes26) {
        return bytes26(QueueEntry.unwrap(entry));
    }

    /// @notice Unix time until which an entry has to be settled.
    function deadline(QueueEntry entry) internal pure returns (uint48) {
        return uint48(uint256(QueueEntry.unwrap(entry)));
    }

    /// @notice The deadline of an entry that is queued now.
    /// @param last The deadline of the entry before it, settled or not; 0 if there was none.
    /// @param period The forced inclusion period.
    /// @param spacing Seconds at least between two deadlines.
    function nextDeadline(uint48 last, uint48 period, uint48 spacing) internal view returns (uint48) {
        uint48 earliest = uint48(block.timestamp) + period;
        uint48 spaced = last + spacing;
        return spaced > earliest ? spaced : earliest;
    }

    /// @notice Whether an entry has been waiting for more than `time` seconds since its turn.
    function hasWaited(QueueEntry entry, uint48 period, uint48 time) internal view returns (bool) {
        return block.timestamp + period > uint256(deadline(entry)) + time;
    }

    /// @notice The contents of a deposit.
    function depositContents(
        uint256 asset,
        address owner,
        uint256 amount,
        uint256 ax,
        uint256 ay
    ) internal pure returns (bytes26) {
        return bytes26(keccak256(abi.encode(1, asset, owner, amount, ax, ay)));
    }

    /// @notice The contents of a forced exit.
    function exitContents(uint256 index, address owner) internal pure returns (bytes26) {
        return bytes26(keccak256(abi.encode(2, index, owner)));
    }
}
