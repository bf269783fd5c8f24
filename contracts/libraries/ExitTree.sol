// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @title The keccak Merkle tree over a batch's exit rows
/// @notice Of fixed depth, binary, a row's position is its leaf's; a missing leaf is the zero word (docs/protocol.md,
/// section 9).
/// @dev A leaf is hashed twice, so that no node of 64 bytes can be shown as a leaf; it includes batch and row, so that no
/// path is good for another.
library ExitTree {
    /// @notice The leaf of an exit row.
    /// @dev `keccak256(abi.encode(keccak256(abi.encode(batchNumber, row, recipient, amount, asset))))`, without taking
    /// memory for good: a batch has many.
    function leaf(
        uint256 batchNumber,
        uint256 row,
        address recipient,
        uint128 amount,
        uint32 asset
    ) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, batchNumber)
            mstore(add(words, 0x20), row)
            mstore(add(words, 0x40), shr(96, shl(96, recipient)))
            mstore(add(words, 0x60), shr(128, shl(128, amount)))
            mstore(add(words, 0x80), and(asset, 0xffffffff))
            mstore(0x00, keccak256(words, 0xa0))
            hash := keccak256(0x00, 0x20)
        }
    }

    /// @notice The root over `leaves`, at least 1 and at most `2^depth`, with zero words after them.
    /// @dev Overwrites `leaves`: after round `i` its first words are the nodes of level `i + 1` that have a leaf below.
    function root(bytes32[] memory leaves, uint256 depth) internal pure returns (bytes32) {
        uint256 count = leaves.length;
        bytes32 empty = 0;
        for (uint256 level = 0; level < depth; ++level) {
            uint256 pairs = count / 2;
            _hashPairs(leaves, pairs);
            if (count % 2 == 1) {
                leaves[pairs] = Hashes.efficientKeccak256(leaves[2 * pairs], empty);
                ++pairs;
            }
            count = pairs;
            empty = Hashes.efficientKeccak256(empty, empty);
        }
        return leaves[0];
    }

    /// @notice The root above `node` at leaf `row`, whose siblings are `path`, leaves first.
    /// @dev Does not check that `row` is below `2^path.length`: higher bits of it are ignored.
    function rootFrom(bytes32 node, uint256 row, bytes32[] calldata path) internal pure returns (bytes32) {
        for (uint256 level = 0; level < path.length; ++level) {
            node =
                (row >> level) & 1 == 0
                    ? Hashes.efficientKeccak256(node, path[level])
                    : Hashes.efficientKeccak256(path[level], node);
        }
        return node;
    }

    /// @notice The least depth with room for `rows` leaves: `ceil(log2(rows))`.
    function depthFor(uint256 rows) internal pure returns (uint8 depth) {
        while (uint256(1) << depth < rows) ++depth;
    }

    /// @dev The next level, in place. In Solidity, but for bounds checks:
    ///
    ///   for (uint256 i = 0; i < pairs; ++i) nodes[i] = Hashes.efficientKeccak256(nodes[2 * i], nodes[2 * i + 1]);
    function _hashPairs(bytes32[] memory nodes, uint256 pairs) private pure {
        assembly ("memory-safe") {
            let first := add(nodes, 0x20)
            for {
                let i := 0
            } lt(i, pairs) {
                i := add(i, 1)
            } {
                mstore(add(first, shl(5, i)), keccak256(add(first, shl(6, i)), 0x40))
            }
        }
    }
}
