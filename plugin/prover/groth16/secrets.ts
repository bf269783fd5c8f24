import { createHash, randomBytes } from "node:crypto";
import { fieldOrder } from "../../protocol/field.ts";

/** The secrets of a Groth16 setup (eprint 2016/260); gamma is 1, as in every key of snarkjs. */
export interface Groth16Secrets {
  readonly tau: bigint;
  readonly alpha: bigint;
  readonly beta: bigint;
  readonly delta: bigint;
  /** Of the record of the contribution that brings in delta. */
  readonly contribution: bigint;
}

/** Fresh secrets, or those that follow from `seed`: known to everybody who knows it. */
export function developmentSecrets(seed?: string): Groth16Secrets {
  const secret = (name: string): bigint => {
    const bytes =
      seed === undefined
        ? randomBytes(64)
        : createHash("sha512").update(`hardhat-rollup development key\n${name}\n${seed}`).digest();
    return (BigInt(`0x${bytes.toString("hex")}`) % (fieldOrder - 1n)) + 1n; // never 0
  };
  return {
    tau: secret("tau"),
    alpha: secret("alpha"),
    beta: secret("beta"),
    delta: secret("delta"),
    contribution: secret("contribution"),
  };
}
