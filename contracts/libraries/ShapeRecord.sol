// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {IRollup} from "../IRollup.sol";
import {IVerifier} from "../IVerifier.sol";
import {BatchData} from "./BatchData.sol";
import {PackedRows} from "./PackedRows.sol";

/// @dev What settling needs of a shape, in one word. Usable from a time on; `ShapeRecords.NOT_YET` if that is not fixed.
struct ShapeSlots {
    IVerifier verifier;
    uint16 accounts;
    uint16 operations;
    uint16 exits;
    uint48 usableFrom;
}

/// @dev The rest of it, in another word.
struct ShapeDetails {
    uint16 transactions;
    uint16 fees;
    uint16 applications;
    uint48 activatableFrom;
    bool activated;
    uint48 gate;
}

/// @dev A registered shape.
struct ShapeRecord {
    ShapeSlots slots;
    ShapeDetails details;
}

using ShapeRecords for ShapeRecord global;

/// @title Shapes, as the rollup keeps them and before it takes them
library ShapeRecords {
    /// @notice Later than all times: the shape is not usable, and nobody knows when.
    uint48 internal constant NOT_YET = type(uint48).max;

    uint256 private constant PROBE_GAS = 500_000;

    /// @dev Nodes refuse transactions above 128 KiB; 1 KiB is left for everything but the packed sections. It bounds gas
    /// too: the dearest byte is a deposit's, about 100 gas, so no settlement needs 2^24.
    uint256 private constant MAX_PACKED_BYTES = 127 * 1024;

    /// @notice Keeps a shape.
    /// @param usableFrom Unix time, `NOT_YET` of a shape that is only announced.
    /// @param activatableFrom Unix time, 0 of a shape that needs no activation.
    function set(
        ShapeRecord storage self,
        IRollup.Shape memory shape_,
        uint48 usableFrom,
        uint48 activatableFrom
    ) internal {
        self.slots = ShapeSlots({
            verifier: shape_.verifier,
            accounts: uint16(shape_.accounts),
            operations: uint16(shape_.operations),
            exits: uint16(shape_.exits),
            usableFrom: usableFrom
        });
        self.details = ShapeDetails({
            transactions: uint16(shape_.transactions),
            fees: uint16(shape_.fees),
            applications: uint16(shape_.applications),
            activatableFrom: activatableFrom,
            activated: activatableFrom == 0,
            gate: 0
        });
    }

    /// @notice The shape as it was given.
    function shape(ShapeRecord storage self) internal view returns (IRollup.Shape memory) {
        return
            IRollup.Shape({
                transactions: self.details.transactions,
                accounts: self.slots.accounts,
                operations: self.slots.operations,
                exits: self.slots.exits,
                fees: self.details.fees,
                applications: self.details.applications,
                verifier: self.slots.verifier
            });
    }

    /// @notice Reverts unless a rollup may have the shape.
    function requireValid(IRollup.Shape memory shape_) internal view {
        bool numbersFit =
            (shape_.transactions | shape_.accounts | shape_.operations | shape_.exits | shape_.fees) <
                1 << 16;
        if (
            !numbersFit ||
            shape_.operations == 0 ||
            shape_.operations > shape_.accounts ||
            shape_.operations > shape_.exits ||
            shape_.applications != 0 ||
            BatchData.DEPOSIT_BYTES * shape_.operations +
                BatchData.EXIT_ROW_BYTES * shape_.exits +
                PackedRows.MAX_ROW_BYTES * shape_.accounts >
                MAX_PACKED_BYTES
        ) {
            revert IRollup.RollupShapeInvalid(shape_);
        }
        _requireRealProofs(shape_.verifier);
        _requireRefusal(shape_.verifier);
    }

    /// @notice The id of a shape (docs/protocol.md, section 9).
    function idOf(
        IRollup.Shape memory shape_,
        uint256 depth,
        bytes32 keyHash
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    depth,
                    shape_.transactions,
                    shape_.accounts,
                    shape_.operations,
                    shape_.exits,
                    shape_.fees,
                    shape_.applications,
                    keyHash
                )
            );
    }

    /// @dev Reverts if anybody can make proofs for the verifier, unless the chain is one for development, by its id:
    /// Hardhat's, or Ganache's and Geth's. Verifiers of simulated proofs say so by `isSimulated`, others need not know it.
    function _requireRealProofs(IVerifier verifier) private view {
        if (block.chainid == 31337 || block.chainid == 1337) return;
        (bool answered, bytes32 simulated, ) = LowLevelCall.staticcallReturn64Bytes(
            address(verifier),
            abi.encodeWithSignature("isSimulated()")
        );
        bool isSimulated = answered && LowLevelCall.returnDataSize() >= 32 && simulated != 0;
        if (isSimulated || verifier.isDevelopment()) {
            revert IRollup.RollupVerifierNotForProduction(verifier, block.chainid);
        }
    }

    /// @dev Reverts if the verifier accepts what is no point of the curve, as it does where its calls to precompiled
    /// contracts reach nobody. A precompiled contract burns all its gas on such a point, so that is bounded.
    function _requireRefusal(IVerifier verifier) private view {
        bytes memory noProof = abi.encode([uint256(1), 0, 0, 0, 0, 0, 0, 0]);
        try verifier.verify{gas: PROBE_GAS}(noProof, [uint256(0), 0, 0]) returns (bool accepted) {
            if (accepted) revert IRollup.RollupVerifierInvalid(verifier);
        } catch {
            return;
        }
    }
}
