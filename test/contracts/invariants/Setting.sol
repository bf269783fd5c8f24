// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IPoseidon} from "../../../contracts/IPoseidon.sol";
import {IRollup} from "../../../contracts/IRollup.sol";
import {SampleToken} from "../../../contracts/samples/SampleToken.sol";
import {ExpectedInputsVerifier} from "../../../contracts/test/ExpectedInputsVerifier.sol";
import {ScriptedAccount} from "../../../contracts/test/ScriptedAccount.sol";
import {ScriptedToken} from "../../../contracts/test/ScriptedToken.sol";
import {AccountTrees} from "./AccountTree.sol";
import {Slots} from "./BatchDraft.sol";
import {Ledger} from "./Ledger.sol";
import {VM} from "./Vm.sol";

/// @title A rollup, the people around it and the books about it
/// @dev Everything here is deterministic in the numbers that the fuzzer draws, through `_begin`.
abstract contract Setting {
    error Unexpected(string action, bool succeeded, bytes answer);
    error Broken(string rule, uint256 given, uint256 bound);

    uint32 internal constant ETH = 1;
    uint32 internal constant SOUND = 2;
    /// @dev A token that takes fees, blocks, reenters and lies about what it did.
    uint32 internal constant HOSTILE = 3;
    /// @dev A token whose balances shrink by themselves.
    uint32 internal constant SHRINKING = 4;
    /// @dev A sound token that somebody registers later.
    uint32 internal constant LATER = 5;

    uint48 internal constant TIMEOUT = 1 hours;
    uint48 internal constant PERIOD = 1 days;
    uint48 internal constant SPACING = 60;
    uint48 internal constant UPGRADE_DELAY = 31 days;
    uint256 internal constant CATCH_UP = 6;
    uint256 internal constant ESCROW_LIMIT = 1 << 127;
    uint32 internal constant MAX_DEPOSITS = 10;

    IRollup public immutable rollup;
    address internal immutable _admin = address(0xad);
    /// @dev The last of the actors, the only one with code.
    ScriptedAccount internal immutable _payee = new ScriptedAccount();
    SampleToken internal immutable _later = new SampleToken();

    address[] internal _actors;
    Slots[] internal _shapes;
    Ledger internal _ledger;
    mapping(string action => uint256) public successes;

    uint256 private _seed;

    constructor() {
        for (uint256 i = 1; i <= 4; ++i) _actors.push(address(uint160(0xac0 + i)));
        _actors.push(address(_payee));
        for (uint256 i = 0; i < _actors.length; ++i) VM.deal(_actors[i], 1e42);

        IPoseidon poseidon = IPoseidon(_create(VM.envBytes("POSEIDON_CONTRACT")));
        IRollup.Shape[] memory shapes = new IRollup.Shape[](2);
        shapes[0] = _shape("small", 4, 2, 2);
        shapes[1] = _shape("large", 12, 6, 7);
        IRollup.Configuration memory configuration = IRollup.Configuration({
            depth: 2,
            poseidon: poseidon,
            sequencer: _actors[0],
            sequencerTimeout: TIMEOUT,
            forcedInclusionPeriod: PERIOD,
            deadlineSpacing: SPACING,
            maxQueuedDeposits: MAX_DEPOSITS,
            admin: _admin,
            upgradeDelay: UPGRADE_DELAY
        });
        bytes memory code = VM.getCode("contracts/Rollup.sol:Rollup");
        rollup = IRollup(_create(bytes.concat(code, abi.encode(configuration, shapes))));
        bytes32[] memory ids = rollup.shapeIds();
        _shapes.push(Slots(ids[0], 4, 2, 2));
        _shapes.push(Slots(ids[1], 12, 6, 7));

        AccountTrees.clear(_ledger.tree, poseidon);
        _register(address(new SampleToken()));
        _register(address(new ScriptedToken()));
        _register(address(new ScriptedToken()));
        _approve(address(_later));
    }

    /// @dev A new sequence of drawn numbers.
    function _begin(uint256 seed) internal {
        _seed = seed;
    }

    /// @dev A number below `bound`.
    function _random(uint256 bound) internal returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % bound;
    }

    function _anyActor() internal returns (address) {
        return _actors[_random(_actors.length)];
    }

    function _anyAsset() internal returns (uint32) {
        return uint32(1 + _random(rollup.assetCount()));
    }

    /// @dev A key on the curve.
    function _anyKey() internal returns (uint256 ax, uint256 ay) {
        if (_random(2) == 0) {
            return (
                15944627324083773346390189001500210680939402028015651549526524193195473201952,
                17251889856797524237981285661279357764562574766148660962999867467495459148286
            );
        }
        return (
            4044393282578688582896187440332443375392492214705434598936990660961068722040,
            4862644268749425810567793658630502670008545397818408317392674122665460786971
        );
    }

    /// @dev Calls the rollup as `sender`.
    function _call(
        address sender,
        uint256 value,
        bytes memory data
    ) internal returns (bool success, bytes memory answer) {
        VM.prank(sender, sender);
        return address(rollup).call{value: value}(data);
    }

    /// @dev Compares what happened with what had to. A payment that the payee or the token may refuse can fail.
    function _expect(
        string memory action,
        bool possible,
        bool mayRefuse,
        bool success,
        bytes memory answer
    ) internal {
        if (success != possible && (success || !mayRefuse)) revert Unexpected(action, success, answer);
        if (success) ++successes[action];
    }

    function _require(bool condition, string memory rule, uint256 given, uint256 bound) internal pure {
        if (!condition) revert Broken(rule, given, bound);
    }

    /// @dev Whether a payment of this asset to this address may fail without any fault of the rollup.
    function _mayRefuse(uint32 asset, address to) internal view returns (bool) {
        return asset == HOSTILE || asset == SHRINKING || (asset == ETH && to == address(_payee));
    }

    function _balanceOf(uint32 asset, address account) internal view returns (uint256) {
        return asset == ETH ? account.balance : SampleToken(rollup.tokenOf(asset)).balanceOf(account);
    }

    function _shape(
        string memory name,
        uint32 accounts,
        uint32 operations,
        uint32 exits
    ) internal returns (IRollup.Shape memory) {
        ExpectedInputsVerifier verifier = new ExpectedInputsVerifier(keccak256(bytes(name)));
        return IRollup.Shape(4, accounts, operations, exits, 1, 0, verifier);
    }

    function _register(address token) private {
        rollup.registerToken(token);
        _approve(token);
    }

    function _approve(address token) private {
        for (uint256 i = 0; i < _actors.length; ++i) {
            VM.prank(_actors[i], _actors[i]);
            SampleToken(token).approve(address(rollup), type(uint256).max);
        }
    }

    function _create(bytes memory code) private returns (address created) {
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
        if (created.code.length == 0) revert Unexpected("create", false, "");
    }
}
