// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title What a settlement of a blob shape does for its blob (docs/protocol.md, section 5)
/// @notice Only for measuring: the difference of the two functions is what a blob takes, besides blob gas and two more
/// public inputs of the proof.
contract BlobPart {
    struct Blob {
        bytes commitment;
        bytes proof;
        uint256 value;
    }

    error BlobMissing(uint256 position);
    error BlobInvalid(uint256 position);

    event BlobPublished(uint256 indexed batchNumber, bytes32 versionedHash);

    uint256 private constant FIELD_ORDER =
        21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 private constant BLS_FIELD_ORDER =
        52435875175126190479447740508185965837690552500527637822603658699938581184513;
    uint256 private constant BLOB_ELEMENTS = 4096;
    address private constant POINT_EVALUATION = address(0x0a);
    /// @dev It takes 50,000.
    uint256 private constant POINT_EVALUATION_GAS = 51_000;

    /// @notice The inputs of a proof whose rows are in calldata.
    function inputs(
        bytes32 shape,
        uint256 commitment,
        bytes32 dataHash
    ) external pure returns (uint256[3] memory) {
        uint256 r = uint256(keccak256(abi.encode(shape, commitment, dataHash))) % FIELD_ORDER;
        return [commitment, r, uint256(dataHash) % FIELD_ORDER];
    }

    /// @notice The inputs of a proof whose rows are in the transaction's first blob.
    function blobInputs(
        bytes32 shape,
        uint256 commitment,
        bytes32 dataHash,
        Blob calldata blob
    ) external returns (uint256[5] memory) {
        bytes32 versionedHash = blobhash(0);
        if (versionedHash == 0) revert BlobMissing(0);
        uint256 r = uint256(keccak256(abi.encode(shape, commitment, dataHash, versionedHash))) % FIELD_ORDER;
        uint256 z = uint128(r);
        (bool done, bytes memory output) = POINT_EVALUATION.staticcall{gas: POINT_EVALUATION_GAS}(
            abi.encodePacked(versionedHash, z, blob.value, blob.commitment, blob.proof)
        );
        if (!done || output.length != 64) revert BlobInvalid(0);
        (uint256 elements, uint256 order) = abi.decode(output, (uint256, uint256));
        if (elements != BLOB_ELEMENTS || order != BLS_FIELD_ORDER) revert BlobInvalid(0);
        emit BlobPublished(1, versionedHash);
        return [commitment, r, uint256(dataHash) % FIELD_ORDER, blob.value >> 128, uint128(blob.value)];
    }
}
