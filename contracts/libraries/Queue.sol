// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @dev An entry of the L1 queue in one word: the high 208 bits of the hash of its contents, then its deadline on the
/// queue's clock, 38 bits, then the code of its fee, 10 bits (`RequestFee`). The zero word is no entry.
type QueueEntry is bytes32;

using Queue for QueueEntry global;

/// @title The words of the L1 queue, and its clock
/// @notice Contents travel in events and are given again at settlement; storage keeps one word an entry
/// (docs/protocol.md, sections 5 and 9).
/// @dev The queue's *clock* runs ahead of the chain's time by a `lead` that only grows while entries wait. A stored
/// deadline is never written again, but it comes due `lead` seconds earlier than it says: so, one word brings all
/// deadlines nearer at once.
///
/// The word of an entry has no room for the time of queueing and needs none. An entry's *turn* is its deadline minus the
/// forced inclusion period: when it was queued, or the spacing after its predecessor's turn if that is later. Deadlines
/// and turns never decrease along the queue, so what has waited too long is always at its front, and one look at the
/// first entry left behind tells whether a batch has settled enough of it.
library Queue {
    uint256 private constant TIME_BITS = 38;
    uint256 private constant FEE_BITS = 10;

    /// @notice The last moment of the queue's clock, 8,700 years after 1970. Deadlines stop there, rather than that
    /// nobody could queue any more: then the rollup freezes and everybody escapes.
    uint256 internal constant LAST_TIME = (1 << TIME_BITS) - 1;

    /// @notice The word of an entry.
    /// @param hash Its contents.
    /// @param deadline_ On the queue's clock, at most `LAST_TIME`.
    /// @param feeCode_ The code of its fee, below 2^10.
    function pack(bytes26 hash, uint256 deadline_, uint256 feeCode_) internal pure returns (QueueEntry) {
        return QueueEntry.wrap(bytes32(hash) | bytes32((deadline_ << FEE_BITS) | feeCode_));
    }

    /// @notice The hash of an entry's contents.
    function contents(QueueEntry entry) internal pure returns (bytes26) {
        return bytes26(QueueEntry.unwrap(entry));
    }

    /// @notice Until when an entry has to be settled, on the queue's clock; 0 of no entry.
    function deadline(QueueEntry entry) internal pure returns (uint256) {
        return (uint256(QueueEntry.unwrap(entry)) >> FEE_BITS) & LAST_TIME;
    }

    /// @notice The code of an entry's fee.
    function feeCode(QueueEntry entry) internal pure returns (uint256) {
        return uint256(QueueEntry.unwrap(entry)) & ((1 << FEE_BITS) - 1);
    }

    /// @notice The deadline of an entry that is queued now, on the queue's clock.
    /// @param last The deadline of the entry before it; 0 if none waits.
    /// @param lead How far the clock is ahead.
    /// @param period The forced inclusion period.
    /// @param spacing Seconds at least between two deadlines.
    function nextDeadline(
        uint256 last,
        uint256 lead,
        uint256 period,
        uint256 spacing
    ) internal view returns (uint256) {
        return Math.min(Math.max(block.timestamp + lead + period, last + spacing), LAST_TIME);
    }

    /// @notice How far the clock has to be ahead, after a settlement, for the last deadline to be no later than if
    /// everything that waits were queued now: a queue that was settled faster than at the spacing leaves no deadlines in
    /// the far future.
    /// @dev No deadline comes nearer than a period from now. Deadlines that are too far are a run of entries with the
    /// spacing between them, of which the first waits no more; so its first waiting entry is due a period and a spacing
    /// from now, and each after it a spacing later. Whoever proves at the spacing's pace is not hurried.
    /// @param last The deadline of the last entry that waits.
    /// @param waiting How many wait.
    function leadAfterSettlement(
        uint256 lead,
        uint256 last,
        uint256 waiting,
        uint256 period,
        uint256 spacing
    ) internal view returns (uint256) {
        uint256 latest = block.timestamp + lead + period + waiting * spacing;
        return lead + Math.max(last, latest) - latest;
    }

    /// @notice Whether an entry has been waiting for more than `time` seconds since its turn.
    function hasWaited(
        QueueEntry entry,
        uint256 lead,
        uint256 period,
        uint256 time
    ) internal view returns (bool) {
        return block.timestamp + lead + period > deadline(entry) + time;
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
