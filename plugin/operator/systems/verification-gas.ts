import { Contract, getBytes, type Signer } from "ethers";

const verifierAbi = ["function verify(bytes proof, uint256[3] inputs) view returns (bool)"];

/** What every transaction pays before its first instruction (EIP-2028): itself, and each byte of its data. */
const transactionGas = 21_000;
const byteGas = { zero: 4, other: 16 };

/**
 * Gas of one verification, measured with a transaction of its own and without what that costs by itself.
 *
 * @throws TypeError if the verifier refuses the proof.
 */
export async function verificationGas(
  signer: Signer,
  verifier: string,
  proof: string,
  inputs: readonly [bigint, bigint, bigint],
): Promise<bigint> {
  const contract = new Contract(verifier, verifierAbi, signer);
  const verify = contract.getFunction("verify");
  if ((await verify.staticCall(proof, inputs)) !== true)
    throw new TypeError("The verifier refuses the proof.");
  const data = contract.interface.encodeFunctionData("verify", [proof, inputs]);
  const receipt = await (await signer.sendTransaction({ to: verifier, data })).wait();
  const zeros = getBytes(data).filter((byte) => byte === 0).length;
  const others = getBytes(data).length - zeros;
  const intrinsic = transactionGas + byteGas.zero * zeros + byteGas.other * others;
  return (receipt?.gasUsed ?? 0n) - BigInt(intrinsic);
}
