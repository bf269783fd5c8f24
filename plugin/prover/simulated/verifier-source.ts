import { fieldOrder } from "../../protocol/field.ts";
import type { ProvingKey } from "../proving-key.ts";
import { simulatedMark } from "./verification-key.ts";

/** The contract that stands in for a verifier: one contract without imports, for chains without money. */
export function verifierSource({ keyHash }: Pick<ProvingKey, "keyHash">, contractName: string): string {
  return `// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title SIMULATED verifier: it verifies nothing
/// @notice What it takes for a proof is a mark that anybody can write for any statement. It can be created on chains
/// for development alone, 31337 and 1337, and refuses everything on any other.
contract ${contractName} {
    /// @notice Emitted at creation, so that nobody takes what it accepts for proven.
    /// @param warning "${simulatedMark}"
    event SimulatedVerifierCreated(string warning);

    /// @notice Thrown at creation on a chain that may hold money.
    error SimulatedVerifierNotAllowed(uint256 chainId);

    bytes32 private constant MARK = "${simulatedMark}";
    uint256 private constant FIELD_ORDER = ${fieldOrder};

    constructor() {
        if (!_isDevelopmentChain()) revert SimulatedVerifierNotAllowed(block.chainid);
        emit SimulatedVerifierCreated("${simulatedMark}");
    }

    /// @notice Whether \`proof\` is the mark for \`inputs\`: 64 bytes, the word "${simulatedMark}",
    /// then keccak256(abi.encode(keyHash(), inputs)).
    function verify(bytes calldata proof, uint256[3] calldata inputs) public view returns (bool) {
        if (!_isDevelopmentChain() || proof.length != 64) return false;
        for (uint256 i = 0; i < 3; ++i) {
            if (inputs[i] >= FIELD_ORDER) return false;
        }
        return keccak256(proof) == keccak256(abi.encode(MARK, keccak256(abi.encode(keyHash(), inputs))));
    }

    /// @notice Whether every proof is valid, each for its inputs.
    function verifyAll(bytes[] calldata proofs, uint256[3][] calldata inputs) external view returns (bool) {
        if (proofs.length != inputs.length) return false;
        for (uint256 i = 0; i < proofs.length; ++i) {
            if (!verify(proofs[i], inputs[i])) return false;
        }
        return true;
    }

    /// @notice keccak256 of the mark and of the circuit's hash (docs/protocol.md, section 9).
    function keyHash() public pure returns (bytes32) {
        return ${keyHash};
    }

    /// @notice Always: there is nothing to forge.
    function isDevelopment() external pure returns (bool) {
        return true;
    }

    /// @notice Always.
    function isSimulated() external pure returns (bool) {
        return true;
    }

    function _isDevelopmentChain() private view returns (bool) {
        return block.chainid == 31337 || block.chainid == 1337;
    }
}
`;
}
