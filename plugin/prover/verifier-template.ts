import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

/** What snarkjs' template of a verifier is filled with, and what is added for IVerifier. */
export interface VerifierTemplate {
  readonly protocol: "plonk" | "fflonk";
  /** Name of the contract in snarkjs' template. */
  readonly templateContract: string;
  readonly data: object;
  readonly contractName: string;
  readonly proofWords: number;
  /** What a proof is, for the comment. */
  readonly proofFormat: string;
  readonly keyHash: string;
  readonly development: boolean;
}

/**
 * A Solidity verifier: the contract that snarkjs makes of its template, under another name and with what IVerifier
 * asks for added. What the generated code leaves out is checked here: the public inputs have to be canonical, and the
 * precompiled contracts have to be there, since the pairing's answer is read from memory that holds its input.
 */
export async function verifierFromTemplate(request: VerifierTemplate): Promise<string> {
  const { templateContract, contractName, proofWords, proofFormat, keyHash, development } = request;
  const generated = await renderTemplate(request.protocol, request.data);
  const end = generated.lastIndexOf("}");
  const contract = generated
    .slice(0, end)
    .replace(`contract ${templateContract}`, `contract ${contractName}`)
    .replace(/pragma solidity [^;]+;/, "pragma solidity ^0.8.4;")
    // Read from assembly by its place; with a name, the compiler warns that nobody uses it.
    .replace(/(\[24\] calldata) \w+/, "$1");
  return `${contract}
    /// @notice Thrown at creation where the precompiled contracts for the curve are missing.
    error CurveNotAvailable();

    /// @dev The pairing of the generators is not 1, and times its inverse is 1; the negative of the generator is had
    /// from multiplication and checked by addition. A chain that cannot tell would accept false proofs.
    constructor() {
        uint256[12] memory pairs;
        (pairs[0], pairs[1]) = (G1x, G1y);
        (pairs[2], pairs[3], pairs[4], pairs[5]) = (G2x2, G2x1, G2y2, G2y1);
        (pairs[8], pairs[9], pairs[10], pairs[11]) = (G2x2, G2x1, G2y2, G2y1);
        uint256[3] memory product = [G1x, G1y, q - 1];
        uint256[4] memory sum;
        bool answered;
        uint256 equal;
        uint256 single;
        assembly {
            answered := staticcall(gas(), 7, product, 96, add(pairs, 192), 64)
            answered := and(answered, eq(returndatasize(), 64))
            mstore(sum, 1)
            mstore(add(sum, 32), 2)
            mstore(add(sum, 64), mload(add(pairs, 192)))
            mstore(add(sum, 96), mload(add(pairs, 224)))
            answered := and(answered, staticcall(gas(), 6, sum, 128, sum, 64))
            answered := and(answered, eq(returndatasize(), 64))
            answered := and(answered, staticcall(gas(), 8, pairs, 384, product, 32))
            answered := and(answered, eq(returndatasize(), 32))
            equal := mload(product)
            answered := and(answered, staticcall(gas(), 8, pairs, 192, product, 32))
            answered := and(answered, eq(returndatasize(), 32))
            single := mload(product)
        }
        if (!answered || sum[0] != 0 || sum[1] != 0 || equal != 1 || single != 0) revert CurveNotAvailable();
    }

    /// @notice What a rollup calls (IVerifier): verifyProof, which answers from assembly and so has to be a call of its
    /// own. A proof is ${32 * proofWords} bytes, ${proofFormat}.
    function verify(bytes calldata proof, uint256[3] calldata inputs) public view returns (bool) {
        if (proof.length != ${32 * proofWords}) return false;
        if (inputs[0] >= q || inputs[1] >= q || inputs[2] >= q) return false;
        (bool answered, bytes memory answer) = address(this).staticcall(
            abi.encodePacked(this.verifyProof.selector, proof, inputs)
        );
        return answered && answer.length == 32 && abi.decode(answer, (uint256)) == 1;
    }

    /// @notice Whether every proof is valid, each for its inputs.
    function verifyAll(bytes[] calldata proofs, uint256[3][] calldata inputs) external view returns (bool) {
        if (proofs.length != inputs.length) return false;
        for (uint256 i = 0; i < proofs.length; ++i) {
            if (!verify(proofs[i], inputs[i])) return false;
        }
        return true;
    }

    /// @notice Hash of the verification key's words (docs/protocol.md, section 9).
    function keyHash() external pure returns (bytes32) {
        return ${keyHash};
    }

    /// @notice Whether somebody knew the key's secrets, so that proofs can be forged.
    function isDevelopment() external pure returns (bool) {
        return ${development};
    }
}
`;
}

/** snarkjs' own template, by the engine that it uses itself. snarkjs' function for this starts threads. */
async function renderTemplate(protocol: string, data: object): Promise<string> {
  const require = createRequire(import.meta.url);
  const snarkjs = require.resolve("snarkjs");
  const ejs = createRequire(snarkjs)("ejs") as { render(template: string, data: object): string };
  const template = path.join(path.dirname(snarkjs), "..", "templates", `verifier_${protocol}.sol.ejs`);
  return ejs.render(await readFile(template, "utf8"), data);
}
