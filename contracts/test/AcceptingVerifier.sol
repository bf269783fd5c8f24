// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IVerifier} from "../IVerifier.sol";

/// @title A verifier that no rollup may be deployed with
/// @notice It accepts everything, as a generated verifier accepts half of everything where its precompiled contracts are
/// missing.
contract AcceptingVerifier is IVerifier {
    /// @inheritdoc IVerifier
    function verify(bytes calldata, uint256[3] calldata) external pure override returns (bool) {
        return true;
    }

    /// @inheritdoc IVerifier
    function verifyAll(bytes[] calldata, uint256[3][] calldata) external pure override returns (bool) {
        return true;
    }

    /// @inheritdoc IVerifier
    function keyHash() external pure override returns (bytes32) {
        return keccak256("AcceptingVerifier");
    }

    /// @inheritdoc IVerifier
    function isDevelopment() external pure override returns (bool) {
        return true;
    }
}
