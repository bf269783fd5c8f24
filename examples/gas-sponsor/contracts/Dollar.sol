// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token whose whole supply belongs to whoever deploys it
contract Dollar is ERC20 {
    constructor(uint256 supply) ERC20("Dollar", "USDX") {
        _mint(msg.sender, supply);
    }
}
