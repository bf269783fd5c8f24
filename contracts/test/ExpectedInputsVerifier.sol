// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IVerifier} from "../IVerifier.sol";

/// @title A verifier for tests of the contracts alone
/// @notice A proof is the encoding of the inputs it is for, so a test that computes them by itself learns whether the
/// rollup computes the same.
contract ExpectedInputsVerifier is IVerifier {
    bytes32 public immutable override keyHash;

    constructor(bytes32 keyHash_) {
        keyHash = keyHash_;
    }

    /// @inheritdoc IVerifier
    function verify(bytes calldata proof, uint256[3] calldata inputs) public pure override returns (bool) {
        return keccak256(proof) == keccak256(abi.encode(inputs));
    }

    /// @inheritdoc IVerifier
    function verifyAll(
        bytes[] calldata proofs,
        uint256[3][] calldata inputs
    ) external pure override returns (bool) {
        if (proofs.length != inputs.length) return false;
        for (uint256 i = 0; i < proofs.length; ++i) {
            if (!verify(proofs[i], inputs[i])) return false;
        }
        return true;
    }

    /// @inheritdoc IVerifier
    function isDevelopment() external pure override returns (bool) {
        return true;
    }
}
