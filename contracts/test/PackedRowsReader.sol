// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {PackedRows} from "../libraries/PackedRows.sol";

/// @notice Reads rows as the rollup does, and shows what it read.
contract PackedRowsReader {
    /// @return rows The element of each row.
    function read(bytes calldata section, uint256 slots) external pure returns (uint256[] memory rows) {
        uint256[] memory elements = new uint256[](1 + slots);
        uint256 count = PackedRows.put(elements, 1, section);
        rows = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) rows[i] = elements[1 + i];
    }
}
