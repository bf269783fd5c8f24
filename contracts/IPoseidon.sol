// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Poseidon over four inputs
/// @notice The hash of nodes, identities and leaves (docs/protocol.md, section 1). The implementation is the bytecode
/// that circomlibjs generates, `poseidonContract.createCode(4)`; no compiler output of ours is trusted with it.
interface IPoseidon {
    /// @notice `H_4(input[0], input[1], input[2], input[3])`, circomlib's Poseidon over the BN254 scalar field.
    /// @param input Four field elements. The generated code reduces inputs modulo `p` and does not refuse larger ones:
    /// pass canonical values.
    /// @return hash A canonical field element.
    function poseidon(uint256[4] calldata input) external pure returns (uint256 hash);
}
