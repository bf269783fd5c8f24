// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ConservationTest} from "./Conservation.sol";
import {VM} from "./Vm.sol";

/// @title Conservation where a long queue has waited for too long
/// @notice Long enough for surcharges. Whoever comes first settles it or freezes the rollup.
contract StoppedRollupTest is ConservationTest {
    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 56; ++i) {
            _handler.deposit(i, uint256(keccak256(abi.encode(i))));
            if (i < 12) _handler.settle(i);
            else _handler.requestExit(i);
        }
        VM.warp(block.timestamp + 3 days);
    }
}
