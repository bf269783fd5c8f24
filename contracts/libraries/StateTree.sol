// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IPoseidon} from "../IPoseidon.sol";
import {IRollup} from "../IRollup.sol";
import {FIELD_ORDER} from "./Field.sol";

/// @title The 4-ary Poseidon tree of accounts
/// @notice The chain computes the root it starts from, and those of escapes; every other one is proven.
/// @dev Leaf and node are told apart by depth alone: a path has to have exactly as many levels as the tree.
library StateTree {
    /// @notice Root of the tree of `depth` levels without accounts: its leaves are `H_4(0, 0, 0, 0)`.
    function emptyRoot(IPoseidon poseidon, uint256 depth) internal pure returns (uint256 node) {
        node = poseidon.poseidon([uint256(0), 0, 0, 0]);
        for (uint256 level = 0; level < depth; ++level) {
            node = poseidon.poseidon([node, node, node, node]);
        }
    }

    /// @notice The leaf of an account: `H_4(identity, nonce, balance, data)`, `identity = H_4(ax, ay, owner, asset)`.
    /// @dev Reverts unless key and data are elements; the other fields are by their types.
    function leafOf(IPoseidon poseidon, IRollup.Account calldata account) internal pure returns (uint256) {
        _requireElement(account.ax);
        _requireElement(account.ay);
        _requireElement(account.data);
        uint256 identity = poseidon.poseidon(
            [account.ax, account.ay, uint160(account.owner), uint256(account.asset)]
        );
        return poseidon.poseidon([identity, account.nonce, uint256(account.balance), account.data]);
    }

    /// @notice The root above `leaf` at `index`, whose siblings are `path`, leaves first: on each level the three other
    /// children of the parent in their order.
    /// @dev Reverts unless all siblings are elements. Does not check that `index` is below `4^path.length`: higher
    /// digits of it are ignored.
    function rootFrom(
        IPoseidon poseidon,
        uint256 leaf,
        uint256 index,
        uint256[3][] calldata path
    ) internal pure returns (uint256 node) {
        node = leaf;
        uint256[4] memory children;
        for (uint256 level = 0; level < path.length; ++level) {
            uint256 position = (index >> (2 * level)) & 3;
            children[position] = node;
            for (uint256 sibling = 0; sibling < 3; ++sibling) {
                uint256 value = path[level][sibling];
                _requireElement(value);
                children[sibling < position ? sibling : sibling + 1] = value;
            }
            node = poseidon.poseidon(children);
        }
    }

    /// @dev Poseidon's contract takes larger numbers modulo `p`.
    function _requireElement(uint256 value) private pure {
        if (value >= FIELD_ORDER) revert IRollup.RollupAccountNotCanonical(value);
    }
}
