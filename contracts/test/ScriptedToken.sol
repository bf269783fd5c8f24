// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title A token that misbehaves as a test asks
contract ScriptedToken is ERC20 {
    using Address for address;

    /// @dev What `transfer` and `transferFrom` do: as they should; burn a tenth; move nothing and return false; return
    /// nothing; call `target` first; refuse transfers from or to
    /// `target`; say of every balance that it is vast.
    enum Behaviour {
        Honest,
        TakesFee,
        ReturnsFalse,
        ReturnsNothing,
        Reenters,
        Blocks,
        Boasts
    }

    error ScriptedTokenBlocked(address account);

    Behaviour private _behaviour;
    address private _target;
    bytes private _data;
    uint8 private _decimals = 18;

    constructor() ERC20("Scripted", "SCR") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function behave(Behaviour behaviour) external {
        _behaviour = behaviour;
    }

    /// @dev From now on calls `target` with `data` before a transfer, and fails as that call fails.
    function reenter(address target, bytes calldata data) external {
        _behaviour = Behaviour.Reenters;
        _target = target;
        _data = data;
    }

    /// @dev From now on refuses transfers from or to `target`.
    function blockAddress(address target) external {
        _behaviour = Behaviour.Blocks;
        _target = target;
    }

    /// @dev Changes a balance, as tokens do that rebase.
    function rebase(address account, uint256 balance) external {
        _burn(account, balanceOf(account));
        _mint(account, balance);
    }

    function setDecimals(uint8 decimals_) external {
        _decimals = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return _behaviour == Behaviour.Boasts ? 1 << 200 : super.balanceOf(account);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        _refuse(msg.sender, to);
        if (_behaviour == Behaviour.ReturnsFalse) return false;
        return _finish(super.transfer(to, _prepare(msg.sender, amount)));
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _refuse(from, to);
        if (_behaviour == Behaviour.ReturnsFalse) return false;
        return _finish(super.transferFrom(from, to, _prepare(from, amount)));
    }

    function _refuse(address from, address to) private view {
        if (_behaviour != Behaviour.Blocks) return;
        if (from == _target || to == _target) revert ScriptedTokenBlocked(_target);
    }

    function _prepare(address from, uint256 amount) private returns (uint256) {
        if (_behaviour == Behaviour.Reenters) _target.functionCall(_data);
        if (_behaviour != Behaviour.TakesFee) return amount;
        _burn(from, amount / 10);
        return amount - amount / 10;
    }

    function _finish(bool success) private view returns (bool) {
        if (_behaviour == Behaviour.ReturnsNothing) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        return success;
    }
}
