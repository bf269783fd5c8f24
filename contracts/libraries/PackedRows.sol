// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IRollup} from "../IRollup.sol";

/// @title The rows of a batch, packed
/// @notice Reads the section of rows, in which indices are gaps and balances have lost their trailing decimal zeros
/// (docs/protocol.md, section 9). How a row is written binds nothing: the proof speaks of what is read.
/// @dev The section's first byte says how wide the rows' heads are, `headBytes` 4 bits | `nonceBits - 1` 4 bits. Then each
/// row is a head, read as one number, and a mantissa of 1 to 16 bytes:
///
///   gap | nonceIncrease nonceBits | exponent 6 bits | mantissaBytes - 1, 4 bits
///
/// which means `index = previous index + 1 + gap` (for the first row `gap`), `balance = mantissa * 10 ** exponent`.
library PackedRows {
    /// @dev Of a row whose gap is below 2^32. The section's first byte is counted elsewhere.
    uint256 internal constant MAX_ROW_BYTES = 24;

    /// @notice Writes an element for each row, `index + nonceIncrease * 2^32 + balance * 2^48`, from position `start`
    /// to the end of `elements` at most.
    /// @return count How many rows there are.
    function put(
        uint256[] memory elements,
        uint256 start,
        bytes calldata section
    ) internal pure returns (uint256 count) {
        if (section.length == 0) return 0;
        uint256 slots = elements.length - start;
        uint256 target;
        assembly ("memory-safe") {
            target := add(add(elements, 0x20), shl(5, start))
        }
        (uint256 end, bool complete, bool valid) = _read(section, target, target + (slots << 5));
        if (!complete) revert IRollup.RollupTooManyRows(slots);
        if (!valid) revert IRollup.RollupRowsInvalid();
        count = (end - target) >> 5;
    }

    /// @dev Reads rows until the section ends or the memory from `target` to `limit` is used up. In Solidity, with `next`
    /// 0 at first:
    ///
    ///   head = the next headBytes bytes; mantissaBytes = 1 + head % 16; exponent = (head >> 4) % 64;
    ///   nonceIncrease = (head >> 10) % 2 ** nonceBits; gap = head >> (10 + nonceBits);
    ///   index = next + gap; next = index + 1; balance = (the next mantissaBytes bytes) * 10 ** exponent;
    ///   valid = valid && exponent <= 38 && index < 2 ** 32 && balance < 2 ** 128;
    ///   *target++ = index | nonceIncrease << 32 | balance << 48;
    ///
    /// A row is read from one word, since it has at most 31 bytes. Nothing overflows while all is valid: 10^38 is the largest
    /// power of ten below 2^128. Indices rise, so the last one stands for all of them.
    /// @return end Where in memory the elements end.
    /// @return complete Whether the whole section has been read.
    /// @return valid Whether all rows are in range and the last one is whole; what is written is of no use otherwise.
    function _read(
        bytes calldata section,
        uint256 target,
        uint256 limit
    ) private pure returns (uint256 end, bool complete, bool valid) {
        assembly ("memory-safe") {
            let source := section.offset
            let sourceEnd := add(source, section.length)
            let headBits := byte(0, calldataload(source))
            let gapShift := add(11, and(headBits, 15))
            let leastBytes := add(shr(4, headBits), 1)
            headBits := shl(3, shr(4, headBits))
            let headShift := sub(256, headBits)
            let next := 0
            let excess := 0
            source := add(source, 1)
            for {} and(lt(source, sourceEnd), lt(target, limit)) {
                target := add(target, 0x20)
                next := add(next, 1)
            } {
                let word := calldataload(source)
                let head := shr(headShift, word)
                {
                    // The mantissa's bytes less one, so that 248 bits less those are behind it.
                    let further := and(head, 15)
                    let exponent := and(shr(4, head), 63)
                    source := add(source, add(further, leastBytes))
                    word := mul(shr(sub(248, shl(3, further)), shl(headBits, word)), exp(10, exponent))
                    excess := or(excess, or(shr(128, word), gt(exponent, 38)))
                }
                let gap := shr(gapShift, head)
                next := add(next, gap)
                // The nonce increase is what the head has between exponent and gap.
                head := shr(10, sub(head, shl(gapShift, gap)))
                mstore(target, or(or(next, shl(32, head)), shl(48, word)))
            }
            end := target
            complete := iszero(lt(source, sourceEnd))
            valid := iszero(or(excess, or(gt(source, sourceEnd), gt(next, 0x100000000))))
        }
    }
}
