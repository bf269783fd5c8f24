import { keccak256, toUtf8Bytes, Wallet } from "ethers";

/** The L1 account behind a development wallet. It has no money of its own. INSECURE: a name is no secret. */
export function developmentSigner(name: string): Wallet {
  return new Wallet(keccak256(toUtf8Bytes(`hardhat-rollup development wallet: ${name}`)));
}
