// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IRollup} from "hardhat-rollup/contracts/IRollup.sol";

/// @title Salaries that are paid into the rollup
/// @notice The employer pays all gas and fees of L1. Each salary goes into the employee's own account on L2: the contract only
/// passes it on, and cannot take it back.
contract Payroll {
    using SafeERC20 for IERC20;

    struct Employee {
        address owner; // who may force the account's exit on L1
        uint256 ax; // the key that signs on L2
        uint256 ay;
        uint256 salary; // in base units of the token
    }

    IRollup public immutable rollup;
    IERC20 public immutable token;
    address public immutable employer;

    Employee[] private _employees;

    /// @notice Somebody who is not the employer has called.
    error PayrollNotEmployer(address caller);

    /// @notice The employer did not take back what was left of the fees.
    error PayrollRefundFailed(uint256 amount);

    modifier onlyEmployer() {
        if (msg.sender != employer) revert PayrollNotEmployer(msg.sender);
        _;
    }

    constructor(IRollup rollup_, IERC20 token_) {
        rollup = rollup_;
        token = token_;
        employer = msg.sender;
    }

    /// @notice What the rollup gives back of a fee.
    receive() external payable {}

    /// @notice Adds an employee.
    function hire(Employee calldata employee) external onlyEmployer {
        _employees.push(employee);
    }

    /// @notice Pays every salary once, out of the employer's tokens. `msg.value` has to cover the fees of the deposits.
    function payday() external payable onlyEmployer {
        uint256 count = _employees.length;
        for (uint256 i = 0; i < count; ++i) {
            Employee memory employee = _employees[i];
            token.safeTransferFrom(msg.sender, address(this), employee.salary);
            token.forceApprove(address(rollup), employee.salary);
            rollup.deposit{value: address(this).balance}(
                address(token),
                employee.salary,
                employee.ax,
                employee.ay,
                employee.owner
            );
        }
        uint256 left = address(this).balance;
        (bool taken, ) = msg.sender.call{value: left}("");
        if (!taken) revert PayrollRefundFailed(left);
    }
}
