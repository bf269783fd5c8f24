// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ConservationTest} from "./Conservation.sol";
import {VM} from "./Vm.sol";

/// @title Conservation from a rollup on that has seen some traffic
/// @notice And a check that all actions do happen.
contract BusyRollupTest is ConservationTest {
    error Never(string action);

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 8; ++i) {
            _handler.deposit(i, uint256(keccak256(abi.encode(i))));
            _handler.settle(i);
        }
    }

    /// @dev Without it, handlers that do nothing would keep every invariant.
    // solhint-disable-next-line func-name-mixedcase
    function test_everyActionHappens() external {
        string[20] memory names = [
            "deposit",
            "requestExit",
            "settle",
            "defraud",
            "claim",
            "withdraw",
            "freeze",
            "escape",
            "refund",
            "announceSequencer",
            "announceShape",
            "activateShape",
            "releaseShape",
            "registerToken",
            "wait",
            "changeBaseFee",
            "donate",
            "turnToken",
            "turnPayee",
            "shrink"
        ];
        bytes4[] memory actions = _actions();
        for (uint256 i = 0; i < 700; ++i) {
            uint256 seed = uint256(keccak256(abi.encode("sequence", i)));
            uint256 action = seed % actions.length;
            // A frozen rollup does little: only in the end the sequencer stops, and somebody freezes.
            if (i < 500 ? action == 6 : action == 2) continue;
            if (i == 600) VM.warp(block.timestamp + 3 days);
            bytes memory data =
                action == 0
                    ? abi.encodeCall(_handler.deposit, (seed, seed >> 100))
                    : abi.encodeWithSelector(actions[action], seed);
            // solhint-disable-next-line avoid-low-level-calls
            (bool success, bytes memory answer) = address(_handler).call(data);
            if (!success) {
                assembly ("memory-safe") {
                    revert(add(answer, 0x20), mload(answer))
                }
            }
        }
        for (uint256 i = 0; i < names.length; ++i) {
            if (_handler.successes(names[i]) == 0) revert Never(names[i]);
        }
    }
}
