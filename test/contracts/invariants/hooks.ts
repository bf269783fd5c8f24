import type { TestHooks } from "hardhat/types/hooks";
import { poseidonBytecode } from "../../../plugin/settlement/poseidon-contract.ts";

/** Solidity tests cannot ask circomlibjs for the Poseidon contract, so they find it in their environment. */
export default async (): Promise<Partial<TestHooks>> => ({
  onTestRunStart: async (context, runner, next) => {
    if (runner === "solidity") process.env.POSEIDON_CONTRACT = poseidonBytecode();
    await next(context, runner);
  },
});
