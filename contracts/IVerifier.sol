// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Verifier of one shape's batch proofs
/// @notice The rollup knows a proof system only through this interface. One verifier serves one verification key, and a
/// shape's id includes that key's hash (docs/protocol.md, section 9).
interface IVerifier {
    /// @notice Whether `proof` proves the batch circuit's statement for the public inputs `inputs`.
    /// @dev Must not revert on a malformed proof or a non-canonical input, but return false.
    /// @param proof The proof in the proof system's own encoding, in the order of snarkjs' calldata. Groth16:
    /// `abi.encode(uint256[2] a, uint256[2][2] b, uint256[2] c)`, 256 bytes. PLONK and FFLONK: 24 words, 768 bytes. See
    /// docs/protocol.md, section 9.
    /// @param inputs `[c, r, y]`: the commitment, the challenge and the evaluation of the batch's elements at it.
    /// @return valid True only for a valid proof.
    function verify(bytes calldata proof, uint256[3] calldata inputs) external view returns (bool valid);

    /// @notice Whether every proof is valid, each for its own inputs. Proof systems that can check several proofs together
    /// for less do so.
    /// @dev Must not revert, as `verify`. It may err with a probability below 2^-120 over a hash of all of its arguments.
    /// @param proofs Proofs as `verify` takes them.
    /// @param inputs As many inputs as `verify` takes them.
    /// @return valid True only if all are valid; also if there are none.
    function verifyAll(
        bytes[] calldata proofs,
        uint256[3][] calldata inputs
    ) external view returns (bool valid);

    /// @notice keccak256 of the words of the verification key, in the order of section 9.
    function keyHash() external view returns (bytes32 hash);

    /// @notice Whether the key comes from a development setup, whose secrets are known: anybody can forge its proofs.
    function isDevelopment() external view returns (bool development);
}
