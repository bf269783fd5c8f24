// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title A verifier that speaks less than `IVerifier` asks for
/// @notice It reverts where it should refuse a proof, and to what it does not know it answers with a single byte, or with
/// an error.
contract TerseVerifier {
    error TerseVerifierUnknownCall(bytes4 selector);

    bool private immutable _answers;

    constructor(bool answers) {
        _answers = answers;
    }

    // solhint-disable-next-line no-complex-fallback, payable-fallback
    fallback() external {
        if (!_answers || msg.sig != bytes4(keccak256("isSimulated()")))
            revert TerseVerifierUnknownCall(msg.sig);
        assembly ("memory-safe") {
            mstore8(0, 1)
            return(0, 1)
        }
    }

    function keyHash() external pure returns (bytes32) {
        return keccak256("TerseVerifier");
    }

    function isDevelopment() external pure returns (bool) {
        return false;
    }
}
