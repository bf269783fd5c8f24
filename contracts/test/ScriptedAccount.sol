// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title A contract that owns, receives and calls as a test asks
contract ScriptedAccount {
    using Address for address;

    error ScriptedAccountRefuses();

    /// @dev What happens when ETH arrives: it is taken; refused; taken with 100,000 bytes in return; taken after calling
    /// `target`; all gas is burnt.
    enum Behaviour {
        Accepts,
        Refuses,
        ReturnsMuch,
        Reenters,
        BurnsGas
    }

    Behaviour private _behaviour;
    address private _target;
    bytes private _data;

    // solhint-disable-next-line no-complex-fallback
    receive() external payable {
        if (_behaviour == Behaviour.Refuses) revert ScriptedAccountRefuses();
        if (_behaviour == Behaviour.Reenters) _target.functionCall(_data);
        if (_behaviour == Behaviour.BurnsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (_behaviour == Behaviour.ReturnsMuch) {
            assembly ("memory-safe") {
                return(0, 100000)
            }
        }
    }

    function behave(Behaviour behaviour) external {
        _behaviour = behaviour;
    }

    /// @dev From now on calls `target` with `data` when ETH arrives, and refuses it if that call fails.
    function reenter(address target, bytes calldata data) external {
        _behaviour = Behaviour.Reenters;
        _target = target;
        _data = data;
    }

    /// @dev Calls `target` as this account, with the value of the call.
    function execute(address target, bytes calldata data) external payable {
        target.functionCallWithValue(data, msg.value);
    }
}
