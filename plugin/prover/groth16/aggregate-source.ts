// Verification of several proofs at once: the Solidity of `IVerifier.verifyAll`, for a contract made of snarkjs' Groth16
// template, whose constants it uses.
//
// With the powers of a random rho as coefficients, the k equations e(A_i, B_i) = e(alpha, beta) e(IC(x_i), gamma) e(C_i, delta) add up to
//
//   prod e(rho^i A_i, B_i) = e(sum rho^i alpha, beta) e(sum rho^i IC(x_i), gamma) e(sum rho^i C_i, delta),
//
// k + 3 pairings instead of 4k (batch verification as Bellare, Garay and Rabin, Eurocrypt 1998; for Groth16 as in the Zcash
// protocol specification, appendix B.2). If one of the equations is false, the sum is a polynomial in rho that is not zero, of
// a degree below k, and holds for fewer than k values of rho out of r; rho is a hash of the key and of all proofs and inputs.
// Whoever looks for proofs whose errors cancel needs about r / k hashes.

/** The function's source, indented for a contract's body. */
export const aggregateSource = `
    /// @notice Whether every proof is valid, each for its inputs: one product of \`k + 3\` pairings. The coefficients are
    /// powers of a hash of the key and all proofs and inputs.
    function verifyAll(bytes[] calldata proofs, uint256[3][] calldata inputs) external view returns (bool) {
        uint256 count = proofs.length;
        if (count != inputs.length) return false;
        if (count == 0) return true;

        // All of the arguments are in the call's data.
        uint256 challenge = uint256(keccak256(abi.encode(keyHash(), keccak256(msg.data)))) % r;
        uint256 rho = 1;
        uint256[] memory pairs = new uint256[](6 * count + 18);
        uint256[2] memory sumC;
        uint256[4] memory sums; // of the coefficients, and of the coefficients times each input
        for (uint256 i = 0; i < count; ++i) {
            if (proofs[i].length != 256) return false;
            if (!_addProof(pairs, i, proofs[i], rho, sumC)) return false;
            sums[0] = addmod(sums[0], rho, r);
            uint256[3] calldata its = inputs[i];
            if (its[0] >= r || its[1] >= r || its[2] >= r) return false;
            sums[1] = addmod(sums[1], mulmod(rho, its[0], r), r);
            sums[2] = addmod(sums[2], mulmod(rho, its[1], r), r);
            sums[3] = addmod(sums[3], mulmod(rho, its[2], r), r);
            rho = mulmod(rho, challenge, r);
        }

        uint256[2] memory sum;
        uint256 next = 6 * count;
        if (!_addMultiple(sum, alphax, alphay, sums[0])) return false;
        _putNegative(pairs, next, sum);
        (pairs[next + 2], pairs[next + 3], pairs[next + 4], pairs[next + 5]) = (betax1, betax2, betay1, betay2);
        delete sum;
        if (!_addMultiple(sum, IC0x, IC0y, sums[0])) return false;
        if (!_addMultiple(sum, IC1x, IC1y, sums[1])) return false;
        if (!_addMultiple(sum, IC2x, IC2y, sums[2])) return false;
        if (!_addMultiple(sum, IC3x, IC3y, sums[3])) return false;
        _putNegative(pairs, next + 6, sum);
        (pairs[next + 8], pairs[next + 9], pairs[next + 10], pairs[next + 11]) = (gammax1, gammax2, gammay1, gammay2);
        _putNegative(pairs, next + 12, sumC);
        (pairs[next + 14], pairs[next + 15], pairs[next + 16], pairs[next + 17]) = (deltax1, deltax2, deltay1, deltay2);
        return _isOne(pairs);
    }

    /// @dev \`pairs[6 * position ...] = (rho * A, B)\` and \`sumC += rho * C\`.
    function _addProof(
        uint256[] memory pairs,
        uint256 position,
        bytes calldata proof,
        uint256 rho,
        uint256[2] memory sumC
    ) private view returns (bool done) {
        uint256[4] memory scratch;
        assembly ("memory-safe") {
            let pair := add(add(pairs, 0x20), mul(position, 0xc0))
            calldatacopy(scratch, proof.offset, 0x40)
            mstore(add(scratch, 0x40), rho)
            done := staticcall(gas(), 7, scratch, 0x60, pair, 0x40)
            calldatacopy(add(pair, 0x40), add(proof.offset, 0x40), 0x80)
            // What is no point takes all the gas that it is given: there is not enough for a second one.
            if done {
                calldatacopy(scratch, add(proof.offset, 0xc0), 0x40)
                done := staticcall(gas(), 7, scratch, 0x60, scratch, 0x40)
            }
            if done {
                mcopy(add(scratch, 0x40), sumC, 0x40)
                done := staticcall(gas(), 6, scratch, 0x80, sumC, 0x40)
            }
        }
    }

    /// @dev \`sum += scalar * (x, y)\`.
    function _addMultiple(
        uint256[2] memory sum,
        uint256 x,
        uint256 y,
        uint256 scalar
    ) private view returns (bool done) {
        uint256[4] memory scratch = [x, y, scalar, 0];
        assembly ("memory-safe") {
            done := staticcall(gas(), 7, scratch, 0x60, scratch, 0x40)
            mcopy(add(scratch, 0x40), sum, 0x40)
            done := and(done, staticcall(gas(), 6, scratch, 0x80, sum, 0x40))
        }
    }

    /// @dev \`(pairs[start], pairs[start + 1]) = -point\`; the point at infinity is (0, 0).
    function _putNegative(uint256[] memory pairs, uint256 start, uint256[2] memory point) private pure {
        pairs[start] = point[0];
        pairs[start + 1] = (q - point[1]) % q;
    }

    /// @dev Whether the product of the pairings is 1. A chain without the precompiled contract answers nothing.
    function _isOne(uint256[] memory pairs) private view returns (bool) {
        uint256[1] memory product;
        bool answered;
        assembly ("memory-safe") {
            answered := staticcall(gas(), 8, add(pairs, 0x20), shl(5, mload(pairs)), product, 0x20)
            answered := and(answered, eq(returndatasize(), 0x20))
        }
        return answered && product[0] == 1;
    }
`;
