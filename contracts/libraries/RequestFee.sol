// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What a request of the L1 queue costs
/// @notice A deposit or forced exit pays a *fee* for its processing, which goes to whoever settles it, and behind a long
/// queue a *surcharge*, which is burnt (docs/protocol.md, section 5). Nobody can set either.
/// @dev The surcharge is burnt because a sequencer who fills the queue itself gets its fees back when it settles them:
/// only what nobody receives costs everybody the same.
///
/// A fee is kept in the word of its entry as a code of 10 bits, a floating-point number: `(16 + mantissa) << exponent`,
/// exponent 6 bits, mantissa 4. It is rounded up to such a number before it is taken, so what is paid out or back is
/// what was taken, to the wei.
library RequestFee {
    /// @notice Gas that an entry adds to its batch: a deposit's 110 bytes at the floor price of calldata 4,400, its
    /// handling 6,300, its row and its exit row 1,900, and the storage of an exit tree that nobody else may need 48,500.
    uint256 internal constant ENTRY_GAS = 62_000;

    /// @notice Gas of a batch apart from what it contains, which the entries of a full batch share.
    uint256 internal constant BATCH_GAS = 300_000;

    /// @notice Least price of gas to reckon with, in wei: proving costs something where gas costs nothing.
    uint256 internal constant MIN_GAS_PRICE = 0.1 gwei;

    /// @notice How many entries may wait before there is a surcharge.
    uint256 internal constant FREE_ENTRIES = 32;

    /// @notice How many further entries raise the surcharge by one fee.
    uint256 internal constant ENTRIES_PER_FEE = 16;

    uint256 private constant MANTISSA_BITS = 4;
    uint256 private constant LAST_CODE = (1 << 10) - 1;

    /// @notice Gas that the fee of an entry pays for, where the largest batch has `operations` slots.
    function gasOfEntry(uint256 operations) internal pure returns (uint256) {
        return ENTRY_GAS + BATCH_GAS / operations;
    }

    /// @notice The code of the fee for `gas` at a base fee: the least one that is enough, up to about 285 ether.
    function codeFor(uint256 gas, uint256 baseFee) internal pure returns (uint256 code) {
        // Far above 16 wei, so there are five digits to keep. A carry is right: 32 << e is 16 << (e + 1).
        uint256 amount = gas * Math.max(baseFee, MIN_GAS_PRICE);
        uint256 exponent = Math.log2(amount) - MANTISSA_BITS;
        uint256 rounded = ((amount - 1) >> exponent) + 1;
        return Math.min((exponent << MANTISSA_BITS) + rounded - (1 << MANTISSA_BITS), LAST_CODE);
    }

    /// @notice The fee that a code stands for, in wei.
    function amountOf(uint256 code) internal pure returns (uint256) {
        uint256 one = 1 << MANTISSA_BITS;
        return (one + (code & (one - 1))) << (code >> MANTISSA_BITS);
    }

    /// @notice What an entry with this fee pays on top behind `waiting` others, in wei.
    function surchargeOf(uint256 fee, uint256 waiting) internal pure returns (uint256) {
        return (fee * (Math.max(waiting, FREE_ENTRIES) - FREE_ENTRIES)) / ENTRIES_PER_FEE;
    }
}
