// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Foundry's cheatcodes, as far as these tests need them
/// @notice Hardhat's runner of Solidity tests answers at `VM`'s address. Types and meanings are Foundry's.
// solhint-disable-next-line interface-starts-with-i
interface Vm {
    function deal(address account, uint256 balance) external;
    function envBytes(string calldata name) external view returns (bytes memory value);
    function fee(uint256 baseFee) external;
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);
    function prank(address sender, address origin) external;
    function warp(uint256 time) external;
}

Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
