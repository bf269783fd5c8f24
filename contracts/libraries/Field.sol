// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @dev `p`, the order of the scalar field of BN254: circuits compute modulo it. Not the order of the curve's base field,
/// which begins with the same digits.
uint256 constant FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
