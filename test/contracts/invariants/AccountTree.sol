// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

// solhint-disable gas-increment-by-one

import {IPoseidon} from "../../../contracts/IPoseidon.sol";
import {IRollup} from "../../../contracts/IRollup.sol";

/// @dev How many accounts the tree holds: it has two levels.
uint256 constant CAPACITY = 16;

/// @dev A tree of accounts with all of its nodes.
struct AccountTree {
    IPoseidon poseidon;
    uint256[CAPACITY] leaves;
    uint256[CAPACITY / 4] nodes;
    uint256 root;
}

using AccountTrees for AccountTree global;

/// @title The L2's state tree, as whoever follows it keeps it
/// @notice Of the real hash, so that a frozen rollup accepts its paths. Written from docs/protocol.md, section 1, and
/// not from the rollup's own library.
library AccountTrees {
    /// @notice Makes the tree empty.
    function clear(AccountTree storage self, IPoseidon poseidon) internal {
        self.poseidon = poseidon;
        IRollup.Account memory absent;
        for (uint256 index = 0; index < CAPACITY; ++index) self.leaves[index] = _leaf(poseidon, absent);
        for (uint256 index = 0; index < CAPACITY; index += 4) _rehash(self, index);
    }

    /// @notice Puts an account in its place.
    function set(AccountTree storage self, uint256 index, IRollup.Account memory account) internal {
        self.leaves[index] = _leaf(self.poseidon, account);
        _rehash(self, index);
    }

    /// @notice The siblings on the way from a leaf to the root.
    function path(
        AccountTree storage self,
        uint256 index
    ) internal view returns (uint256[3][] memory siblings) {
        siblings = new uint256[3][](2);
        uint256 found = 0;
        for (uint256 child = index & ~uint256(3); child <= index | 3; ++child) {
            if (child != index) siblings[0][found++] = self.leaves[child];
        }
        found = 0;
        for (uint256 child = 0; child < 4; ++child) {
            if (child != index >> 2) siblings[1][found++] = self.nodes[child];
        }
    }

    function _rehash(AccountTree storage self, uint256 index) private {
        uint256 first = index & ~uint256(3);
        self.nodes[index >> 2] = self.poseidon.poseidon(
            [self.leaves[first], self.leaves[first + 1], self.leaves[first + 2], self.leaves[first + 3]]
        );
        self.root = self.poseidon.poseidon(self.nodes);
    }

    function _leaf(IPoseidon poseidon, IRollup.Account memory account) private pure returns (uint256) {
        bool absent = account.owner == address(0);
        uint256 identity =
            absent
                ? 0
                : poseidon.poseidon([account.ax, account.ay, uint160(account.owner), uint256(account.asset)]);
        return poseidon.poseidon([identity, account.nonce, uint256(account.balance), account.data]);
    }
}
