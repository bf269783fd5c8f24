// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {FIELD_ORDER} from "./Field.sol";

/// @title Public keys on BabyJubJub
/// @notice The twisted Edwards curve `a x^2 + y^2 = 1 + d x^2 y^2` over the scalar field of BN254, with circomlib's
/// coefficients (EIP-2494 gives the same curve). Its group has order 8 times a prime and its points of order dividing 8
/// form one cyclic group.
library BabyJubJub {
    uint256 internal constant A = 168700;
    uint256 internal constant D = 168696;

    /// @notice Whether `(ax, ay)` may own an account: canonical, on the curve and of an order above 8.
    /// @dev Anybody can sign for a key of small order. Such a point has order 1 or 2 (`x = 0`), 4 (`y = 0`) or 8: then
    /// its double has `y = 0`, and the numerator of that is `y^2 - a x^2`. The prime subgroup is not asked for: other
    /// points are keys as good as those in it.
    function isPublicKey(uint256 ax, uint256 ay) internal pure returns (bool) {
        if (ax == 0 || ay == 0 || ax >= FIELD_ORDER || ay >= FIELD_ORDER) return false;
        uint256 xx = mulmod(ax, ax, FIELD_ORDER);
        uint256 yy = mulmod(ay, ay, FIELD_ORDER);
        uint256 axx = mulmod(A, xx, FIELD_ORDER);
        if (axx == yy) return false;
        uint256 dxxyy = mulmod(D, mulmod(xx, yy, FIELD_ORDER), FIELD_ORDER);
        return addmod(axx, yy, FIELD_ORDER) == addmod(1, dxxyy, FIELD_ORDER);
    }
}
