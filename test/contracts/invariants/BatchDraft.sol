// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

// solhint-disable gas-increment-by-one

import {IRollup} from "../../../contracts/IRollup.sol";

/// @dev The scalar field's order.
uint256 constant P = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

/// @dev What a batch of a shape has room for.
struct Slots {
    bytes32 id;
    uint256 accounts;
    uint256 operations;
    uint256 exits;
}

/// @dev A batch while its sequencer writes it. Both forms at once: the packed sections and the elements they stand for.
struct BatchDraft {
    Slots slots;
    uint256 batchNumber;
    uint256[] elements;
    bytes operations;
    bytes exits;
    bytes rows;
    uint256 operationCount;
    uint256 exitCount;
    uint256 rowCount;
    uint256 createdCount;
    uint256 nextIndex;
}

using BatchDrafts for BatchDraft global;

/// @title What a sequencer posts, and the proof of it
/// @notice Written from docs/protocol.md, sections 4 and 9, and not from the rollup's own libraries. The proof is what
/// `ExpectedInputsVerifier` takes: the public inputs.
library BatchDrafts {
    /// @notice An empty batch.
    function start(
        Slots memory slots,
        uint256 domain,
        uint256 oldRoot,
        uint256 batchNumber
    ) internal pure returns (BatchDraft memory draft) {
        draft.slots = slots;
        draft.batchNumber = batchNumber;
        draft.elements = new uint256[](4 + 5 * slots.operations + 2 * slots.exits + slots.accounts);
        draft.elements[0] = domain;
        draft.elements[1] = oldRoot;
    }

    /// @notice Takes a deposit from the queue.
    function deposit(
        BatchDraft memory self,
        uint256 index,
        bool creates,
        IRollup.Account memory account,
        uint256 amount
    ) internal pure {
        self.operations = bytes.concat(
            self.operations,
            abi.encodePacked(uint8(1), uint32(index), creates, account.asset, account.owner),
            abi.encodePacked(uint128(amount), account.ax, account.ay)
        );
        uint256 head = 1 | (index << 8) | (uint256(account.asset) << 40) | (creates ? 1 << 72 : 0);
        _operation(self, head, account.owner, amount, account.ax, account.ay);
        if (creates) ++self.createdCount;
    }

    /// @notice Takes a forced exit from the queue.
    function exit(BatchDraft memory self, uint256 index, address owner) internal pure {
        self.operations = bytes.concat(self.operations, abi.encodePacked(uint8(2), uint32(index), owner));
        _operation(self, 2 | (index << 8), owner, 0, 0, 0);
    }

    /// @notice Opens an empty account.
    function open(BatchDraft memory self, uint256 index, IRollup.Account memory account) internal pure {
        self.operations = bytes.concat(
            self.operations,
            abi.encodePacked(uint8(3), uint32(index), account.asset, account.owner, account.ax, account.ay)
        );
        uint256 head = 3 | (index << 8) | (uint256(account.asset) << 40) | (1 << 72);
        _operation(self, head, account.owner, 0, account.ax, account.ay);
        ++self.createdCount;
    }

    /// @notice Pays money out.
    function exitRow(BatchDraft memory self, address recipient, uint128 amount, uint32 asset) internal pure {
        self.exits = bytes.concat(self.exits, abi.encodePacked(recipient, amount, asset));
        uint256 position = 4 + 5 * self.slots.operations + 2 * self.exitCount++;
        self.elements[position] = uint160(recipient);
        self.elements[position + 1] = uint256(amount) | (uint256(asset) << 128);
    }

    /// @notice Publishes what an account has now. Rows come in the order of their indices.
    function row(
        BatchDraft memory self,
        uint256 index,
        uint256 nonceIncrease,
        uint256 balance
    ) internal pure {
        // Heads of 8 bytes with 16 bits of nonce, mantissas of 16 bytes: any balance as it is.
        if (self.rowCount == 0) self.rows = hex"8f";
        uint256 gap = index - self.nextIndex;
        uint256 head = (gap << 26) | (nonceIncrease << 10) | 15;
        self.rows = bytes.concat(self.rows, abi.encodePacked(uint64(head), uint128(balance)));
        self.nextIndex = index + 1;
        uint256 position = 4 + 5 * self.slots.operations + 2 * self.slots.exits + self.rowCount++;
        self.elements[position] = index | (nonceIncrease << 32) | (balance << 48);
    }

    /// @notice What to call `settle` with.
    function post(
        BatchDraft memory self,
        uint256 newRoot,
        uint256 commitment
    ) internal pure returns (IRollup.Batch memory batch, bytes memory proof) {
        self.elements[2] = newRoot;
        self.elements[3] =
            self.batchNumber |
            (self.operationCount << 32) |
            (self.rowCount << 64) |
            (self.exitCount << 96) |
            (self.createdCount << 128);
        batch = IRollup.Batch(newRoot, commitment, self.slots.id, self.operations, self.exits, self.rows);
        bytes32 data = keccak256(abi.encodePacked(self.elements));
        uint256 r = uint256(keccak256(abi.encode(self.slots.id, commitment, data))) % P;
        uint256 y = 0;
        uint256 power = 1;
        for (uint256 i = 0; i < self.elements.length; ++i) {
            y = addmod(y, mulmod(self.elements[i], power, P), P);
            power = mulmod(power, r, P);
        }
        proof = abi.encode([commitment, r, y]);
    }

    function _operation(
        BatchDraft memory self,
        uint256 head,
        address owner,
        uint256 amount,
        uint256 ax,
        uint256 ay
    ) private pure {
        uint256 position = 4 + 5 * self.operationCount++;
        self.elements[position] = head;
        self.elements[position + 1] = uint160(owner);
        self.elements[position + 2] = amount;
        self.elements[position + 3] = ax;
        self.elements[position + 4] = ay;
    }
}
