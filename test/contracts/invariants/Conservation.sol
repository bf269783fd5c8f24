// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IRollup} from "../../../contracts/IRollup.sol";
import {SampleToken} from "../../../contracts/samples/SampleToken.sol";
import {RollupHandler} from "./RollupHandler.sol";

/// @title Conservation of money, whatever anybody does
/// @notice The fuzzer calls the handler's actions at random; after each, the rollup is compared with books that are kept
/// apart from it. At the end of each sequence everybody leaves, and what is left has to be what nobody owns.
abstract contract ConservationTest {
    error Broken(string rule, uint32 asset, uint256 given, uint256 expected);

    /// @dev As in forge-std.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint32 private constant ETH = 1;
    uint32 private constant SHRINKING = 4;

    RollupHandler internal _handler;
    IRollup private _rollup;

    function setUp() public virtual {
        _handler = new RollupHandler();
        _rollup = _handler.rollup();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), _actions());
    }

    // solhint-disable-next-line func-name-mixedcase
    function invariant_conservation() external view {
        for (uint32 asset = ETH; asset <= _rollup.assetCount(); ++asset) _checkMoney(asset);
        _checkPayments();
        _checkProgress();
    }

    function afterInvariant() external {
        _handler.everybodyLeaves();
        for (uint32 asset = ETH; asset <= _rollup.assetCount(); ++asset) {
            _checkMoney(asset);
            if (asset == SHRINKING) continue;
            _require("nothing is left but what nobody owns", asset, _held(asset), _handler.donated(asset));
        }
        _checkPayments();
    }

    /// @dev Escrow is what is owed on L2 and of it; the contract holds that, all credits and the fees of what waits.
    function _checkMoney(uint32 asset) private view {
        (uint256 balances, uint256 queued, uint256 unclaimed) = _handler.owed(asset);
        uint256 escrow = _rollup.escrow(asset);
        _require("escrow is what is owed", asset, escrow, balances + queued + unclaimed);
        (uint256 booked, uint256 kept) = _handler.credits(asset);
        _require("credits", asset, kept, booked);
        // Of a token that shrinks by itself the rollup can hold less, and other assets do not suffer.
        if (asset == SHRINKING) return;
        uint256 expected = escrow + kept + _handler.donated(asset);
        if (asset == ETH) expected += _handler.waitingFees();
        _require("the rollup holds what it owes", asset, _held(asset), expected);
    }

    /// @dev The handler tries to be paid again what is paid, and looks at what arrives.
    function _checkPayments() private view {
        _require("an exit is paid once", 0, _handler.exitsInDoubt(), 0);
        _require("an account escapes once", 0, _handler.escapesInDoubt(), 0);
    }

    function _checkProgress() private view {
        (uint256 root, uint256 batches, uint256 accounts, uint256 deposits) = _handler.progress();
        _require("only a verified batch moves the root", 0, _rollup.root(), root);
        _require("batches", 0, _rollup.batchCount(), batches);
        _require("accounts", 0, _rollup.accountCount(), accounts);
        _require("waiting deposits", 0, _rollup.queuedDeposits(), deposits);
    }

    function _held(uint32 asset) private view returns (uint256) {
        if (asset == ETH) return address(_rollup).balance;
        return SampleToken(_rollup.tokenOf(asset)).balanceOf(address(_rollup));
    }

    function _require(string memory rule, uint32 asset, uint256 given, uint256 expected) private pure {
        if (given != expected) revert Broken(rule, asset, given, expected);
    }

    /// @dev What matters most is there more than once.
    function _actions() internal view virtual returns (bytes4[] memory actions) {
        actions = new bytes4[](20);
        actions[0] = _handler.deposit.selector;
        actions[1] = _handler.requestExit.selector;
        actions[2] = _handler.settle.selector;
        actions[3] = _handler.defraud.selector;
        actions[4] = _handler.claim.selector;
        actions[5] = _handler.withdraw.selector;
        actions[6] = _handler.freeze.selector;
        actions[7] = _handler.escape.selector;
        actions[8] = _handler.refund.selector;
        actions[9] = _handler.announceSequencer.selector;
        actions[10] = _handler.announceShape.selector;
        actions[11] = _handler.activateShape.selector;
        actions[12] = _handler.releaseShape.selector;
        actions[13] = _handler.registerToken.selector;
        actions[14] = _handler.wait.selector;
        actions[15] = _handler.changeBaseFee.selector;
        actions[16] = _handler.donate.selector;
        actions[17] = _handler.turnToken.selector;
        actions[18] = _handler.turnPayee.selector;
        actions[19] = _handler.shrink.selector;
    }
}
