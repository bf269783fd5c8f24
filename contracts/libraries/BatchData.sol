// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IRollup} from "../IRollup.sol";
import {ExitTree} from "./ExitTree.sol";
import {FIELD_ORDER} from "./Field.sol";

/// @title The public data of a batch
/// @notice Reads the packed sections of a posted batch (its rows: `PackedRows`), assembles the elements `d_0 ... d_(K-1)` that its proof speaks
/// about, and computes challenge and evaluation (docs/protocol.md, sections 4 and 9).
/// @dev The sections stand one after another in the vector, each as long as its shape has slots:
///
///   header 4 | operations 5 P | exits 2 E | rows A
///
/// A new array is zero, and so unused positions are. What is read is typed by its width, so a packed element has
/// at most 176 bits; whole words are checked to be below `p`.
library BatchData {
    uint256 internal constant HEADER_ELEMENTS = 4;
    uint256 internal constant OPERATION_ELEMENTS = 5;
    uint256 internal constant EXIT_ELEMENTS = 2;

    uint256 internal constant DEPOSIT = 1;
    uint256 internal constant EXIT = 2;
    uint256 internal constant OPEN = 3;

    uint256 internal constant DEPOSIT_BYTES = 110;
    uint256 internal constant EXIT_BYTES = 25;
    uint256 internal constant OPEN_BYTES = 93;
    uint256 internal constant EXIT_ROW_BYTES = 40;

    /// @notice An operation as posted. What its kind does not have is 0; an open always creates.
    struct Operation {
        uint256 kind;
        uint256 index;
        uint256 creates;
        uint256 asset;
        address owner;
        uint256 amount;
        uint256 ax;
        uint256 ay;
    }

    /// @notice Reverts unless `value` is an element.
    function requireElement(uint256 value) internal pure {
        if (value >= FIELD_ORDER) revert IRollup.RollupBatchNotCanonical(value);
    }

    /// @notice Reads the operation that begins at byte `offset` of the section into `operation`.
    /// @return end Where the next one begins; the section's length after the last.
    function readOperation(
        bytes calldata section,
        uint256 offset,
        Operation memory operation
    ) internal pure returns (uint256 end) {
        uint256 word = _wordAt(section, offset);
        uint256 kind = word >> 248;
        operation.kind = kind;
        operation.index = uint32(word >> 216);
        if (kind == DEPOSIT) {
            // kind u8, index u32, creates u8, asset u32, owner 20 bytes | amount u128 | ax | ay
            end = _endOf(section, offset, DEPOSIT_BYTES);
            uint256 creates = uint8(word >> 208);
            if (creates > 1) revert IRollup.RollupCreatesFlagInvalid(offset, creates);
            operation.creates = creates;
            operation.asset = uint32(word >> 176);
            operation.owner = address(uint160(word >> 16));
            operation.amount = _wordAt(section, offset + 30) >> 128;
            operation.ax = _wordAt(section, offset + 46);
            operation.ay = _wordAt(section, offset + 78);
        } else if (kind == EXIT) {
            // kind u8, index u32, owner 20 bytes
            end = _endOf(section, offset, EXIT_BYTES);
            operation.creates = 0;
            operation.asset = 0;
            operation.owner = address(uint160(word >> 56));
            operation.amount = 0;
            operation.ax = 0;
            operation.ay = 0;
        } else if (kind == OPEN) {
            // kind u8, index u32, asset u32, owner 20 bytes | ax | ay
            end = _endOf(section, offset, OPEN_BYTES);
            operation.creates = 1;
            operation.asset = uint32(word >> 184);
            operation.owner = address(uint160(word >> 24));
            operation.amount = 0;
            operation.ax = _wordAt(section, offset + 29);
            operation.ay = _wordAt(section, offset + 61);
        } else {
            revert IRollup.RollupOperationKindInvalid(offset, kind);
        }
        requireElement(operation.ax);
        requireElement(operation.ay);
    }

    /// @notice Writes an operation's five elements from position `start`.
    function putOperation(
        uint256[] memory elements,
        uint256 start,
        Operation memory operation
    ) internal pure {
        elements[start] =
            operation.kind |
            (operation.index << 8) |
            (operation.asset << 40) |
            (operation.creates << 72);
        elements[start + 1] = uint160(operation.owner);
        elements[start + 2] = operation.amount;
        elements[start + 3] = operation.ax;
        elements[start + 4] = operation.ay;
    }

    /// @notice Writes the section of exits, two elements a row, from position `start`.
    /// @param slots Exit slots of the shape.
    /// @return leaves The leaves of the batch's exit tree, one a row.
    function putExits(
        uint256[] memory elements,
        uint256 start,
        bytes calldata section,
        uint256 slots,
        uint256 batchNumber
    ) internal pure returns (bytes32[] memory leaves) {
        uint256 count = section.length / EXIT_ROW_BYTES;
        if (count * EXIT_ROW_BYTES != section.length) revert IRollup.RollupExitsLengthInvalid(section.length);
        if (count > slots) revert IRollup.RollupTooManyExits(count, slots);
        leaves = new bytes32[](count);
        for (uint256 row = 0; row < count; ++row) {
            (address recipient, uint128 amount, uint32 asset) = _exitRowAt(section, row);
            _putPair(elements, start, row, uint160(recipient), amount | (uint256(asset) << 128));
            leaves[row] = ExitTree.leaf(batchNumber, row, recipient, amount, asset);
        }
    }

    /// @notice The header's fourth element: the batch's number and how many slots of each kind it uses.
    function packCounts(
        uint256 batchNumber,
        uint256 operations,
        uint256 rows,
        uint256 exits,
        uint256 created
    ) internal pure returns (uint256) {
        return batchNumber | (operations << 32) | (rows << 64) | (exits << 96) | (created << 128);
    }

    /// @notice `r`, which depends on everything that the prover chose: on the trace through `commitment`, and on the
    /// data once more as posted.
    function challenge(
        bytes32 shape,
        uint256 commitment,
        uint256[] memory elements
    ) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(shape, commitment, _hash(elements)))) % FIELD_ORDER;
    }

    /// @notice `y = d_0 + d_1 r + ... + d_(used-1) r^(used-1)`.
    /// @param used How many elements to evaluate; those after them are 0.
    /// @dev In Solidity, but for bounds checks:
    ///
    ///   for (uint256 i = used; i > 0; --i) y = addmod(mulmod(y, r, FIELD_ORDER), elements[i - 1], FIELD_ORDER);
    function evaluate(uint256[] memory elements, uint256 used, uint256 r) internal pure returns (uint256 y) {
        uint256 p = FIELD_ORDER;
        assembly ("memory-safe") {
            for {
                let element := add(elements, shl(5, used))
            } gt(element, elements) {
                element := sub(element, 0x20)
            } {
                y := addmod(mulmod(y, r, p), mload(element), p)
            }
        }
    }

    /// @dev `end = offset + size`, which has to be inside the section.
    function _endOf(bytes calldata section, uint256 offset, uint256 size) private pure returns (uint256 end) {
        end = offset + size;
        if (end > section.length) revert IRollup.RollupOperationsTruncated(offset);
    }

    /// @dev `uint256(bytes32(section[offset:offset + 32]))`. Does not check that the word is inside the section: the
    /// caller has checked, or discards what is behind its end.
    function _wordAt(bytes calldata section, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(section.offset, offset))
        }
    }

    /// @dev Reads an exit row of 40 bytes, `recipient 20 bytes | amount u128 | asset u32`. Does not check that it is inside
    /// the section.
    function _exitRowAt(
        bytes calldata section,
        uint256 row
    ) private pure returns (address recipient, uint128 amount, uint32 asset) {
        unchecked {
            uint256 offset = row * EXIT_ROW_BYTES;
            recipient = address(uint160(_wordAt(section, offset) >> 96));
            uint256 word = _wordAt(section, offset + 20);
            amount = uint128(word >> 128);
            asset = uint32(word >> 96);
        }
    }

    /// @dev `elements[start + 2 * pair] = first; elements[start + 2 * pair + 1] = second`, without bounds checks.
    function _putPair(
        uint256[] memory elements,
        uint256 start,
        uint256 pair,
        uint256 first,
        uint256 second
    ) private pure {
        assembly ("memory-safe") {
            let target := add(add(elements, shl(5, add(start, 1))), shl(6, pair))
            mstore(target, first)
            mstore(add(target, 0x20), second)
        }
    }

    /// @dev `keccak256(abi.encodePacked(elements))`: the elements without their number.
    function _hash(uint256[] memory elements) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(elements, 0x20), shl(5, mload(elements)))
        }
    }
}
