// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IPoseidon} from "../IPoseidon.sol";

/// @title The 4-ary Poseidon tree of accounts
/// @notice The chain computes only the root it starts from; every later one is proven.
library StateTree {
    /// @notice Root of the tree of `depth` levels without accounts: its leaves are `H_4(0, 0, 0, 0)`.
    function emptyRoot(IPoseidon poseidon, uint256 depth) internal pure returns (uint256 node) {
        node = poseidon.poseidon([uint256(0), 0, 0, 0]);
        for (uint256 level = 0; level < depth; ++level) {
            node = poseidon.poseidon([node, node, node, node]);
        }
    }
}
