// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ConservationTest} from "./Conservation.sol";

/// @title Conservation from an empty rollup on
// solhint-disable-next-line no-empty-blocks
contract NewRollupTest is ConservationTest {}
