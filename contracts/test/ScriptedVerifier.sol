// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IVerifier} from "../IVerifier.sol";

/// @title A verifier that says of itself what a test wants, and that no rollup should trust
/// @notice It refuses what has the length of a Groth16 proof, so a rollup may be deployed with it, and accepts all else.
contract ScriptedVerifier is IVerifier {
    bytes32 public immutable override keyHash;
    bool public immutable override isDevelopment;
    bool public immutable isSimulated;

    constructor(bytes32 keyHash_, bool isDevelopment_, bool isSimulated_) {
        keyHash = keyHash_;
        isDevelopment = isDevelopment_;
        isSimulated = isSimulated_;
    }

    /// @inheritdoc IVerifier
    function verify(bytes calldata proof, uint256[3] calldata) public pure override returns (bool) {
        return proof.length != 256;
    }

    /// @inheritdoc IVerifier
    function verifyAll(
        bytes[] calldata proofs,
        uint256[3][] calldata inputs
    ) external pure override returns (bool) {
        for (uint256 i = 0; i < proofs.length; ++i) {
            if (!verify(proofs[i], inputs[i])) return false;
        }
        return true;
    }
}
