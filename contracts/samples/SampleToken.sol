// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token for demonstrations and tests
/// @notice An ERC-20 with 6 decimals, as the large stablecoins have.
///
/// WARNING: anybody may mint. It is worth nothing; do not deploy it where somebody could think otherwise.
contract SampleToken is ERC20 {
    constructor() ERC20("Sample Dollar", "SUSD") {}

    /// @notice Creates `amount` base units for `to`.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
