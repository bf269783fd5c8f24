import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { ProvingKey } from "../proving-key.ts";
import { aggregateSource } from "./aggregate-source.ts";

/**
 * The Solidity verifier of a key: the contract that snarkjs makes of its Groth16 template, under another name and with
 * what IVerifier asks for added. One contract without imports, so that it compiles in any project and can be read and
 * published alone.
 */
export async function verifierSource(
  { verificationKey, keyHash, development }: ProvingKey,
  contractName: string,
): Promise<string> {
  const generated = await renderTemplate(verificationKey);
  const end = generated.lastIndexOf("}");
  return `${generated.slice(0, end).replace("contract Groth16Verifier", `contract ${contractName}`)}
    /// @notice What a rollup calls (IVerifier): verifyProof, which answers from assembly and so has to be a call of its
    /// own. A proof is 256 bytes, abi.encode(uint256[2] a, uint256[2][2] b, uint256[2] c).
    function verify(bytes calldata proof, uint256[3] calldata inputs) external view returns (bool) {
        if (proof.length != 256) return false;
        (bool answered, bytes memory answer) = address(this).staticcall(
            abi.encodePacked(this.verifyProof.selector, proof, inputs)
        );
        return answered && answer.length == 32 && abi.decode(answer, (bool));
    }
${aggregateSource}
    /// @notice Hash of the verification key's words, in the order of the constants above.
    function keyHash() public pure returns (bytes32) {
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
async function renderTemplate(verificationKey: object): Promise<string> {
  const require = createRequire(import.meta.url);
  const snarkjs = require.resolve("snarkjs");
  const ejs = createRequire(snarkjs)("ejs") as { render(template: string, data: object): string };
  const template = path.join(path.dirname(snarkjs), "..", "templates", "verifier_groth16.sol.ejs");
  return ejs.render(await readFile(template, "utf8"), verificationKey);
}
