// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @dev What the rollup keeps of a batch's exit rows: the root of their tree, and in `words` how many there are, 32 bits,
/// then a bit for each, set once it is paid.
struct ExitRecord {
    bytes32 root;
    mapping(uint256 position => uint256) words;
}

using ExitRecords for ExitRecord global;

/// @title The record of a batch's exit rows
/// @dev The count shares its word with the bits of the first 224 rows. `settle` has to write that word anyway, and so a
/// claim reads one word less and never pays for the first use of a word, unless its row is beyond them.
library ExitRecords {
    uint256 private constant COUNT_BITS = 32;

    /// @notice Records a tree of `rows` leaves, below 2^32, none of them paid.
    function set(ExitRecord storage self, bytes32 root, uint256 rows) internal {
        self.root = root;
        self.words[0] = rows;
    }

    /// @notice How many rows there are; 0 without a record.
    function count(ExitRecord storage self) internal view returns (uint256) {
        return uint32(self.words[0]);
    }

    /// @notice Whether a row is paid.
    function isClaimed(ExitRecord storage self, uint256 row) internal view returns (bool) {
        (uint256 word, uint256 mask) = _placeOf(row);
        return self.words[word] & mask != 0;
    }

    /// @notice Marks a row as paid.
    function setClaimed(ExitRecord storage self, uint256 row) internal {
        (uint256 word, uint256 mask) = _placeOf(row);
        self.words[word] |= mask;
    }

    /// @dev The word and the bit of a row. Rows that no batch can have are of no word in use.
    function _placeOf(uint256 row) private pure returns (uint256 word, uint256 mask) {
        uint256 bit = COUNT_BITS + row;
        return (bit >> 8, 1 << (bit & 0xff));
    }
}
