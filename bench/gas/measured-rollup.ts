// A rollup on the in-process chain in the middle of its life, whose settlements are measured.

import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { id as hashOfText, Interface, toBeHex } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { rollupAbi } from "../../plugin/settlement/abi.ts";
import type { BuiltContract } from "../../plugin/settlement/artifacts.ts";
import { type BatchToSettle, settleArguments } from "../../plugin/settlement/batch-to-settle.ts";
import { type CircuitToDeploy, deployRollup } from "../../plugin/settlement/deploy.ts";
import type { Deployment } from "../../plugin/settlement/deployment.ts";
import type { MeasuredShape } from "./measured-shapes.ts";

/** The chain, and where contracts come from. */
export interface MeasuringChain {
  readonly connection: NetworkConnection<string> & { readonly ethers: HardhatEthers };
  readonly artifact: (contract: MeasuringContract) => Promise<BuiltContract & { deployedBytecode: string }>;
}

/** `AcceptingVerifier` stands in for one whose key would take too long to make. */
export type MeasuringContract = "Rollup" | "ExpectedInputsVerifier" | "AcceptingVerifier";

/** EIP-7825: what a transaction may have at most. */
export const maxTransactionGas = 2 ** 24;

/** How many batches have settled when the measuring begins: any number but 0, whose storage would be dearer. */
export const settledBefore = 1_000;

export const rollupInterface = new Interface(rollupAbi);

const parameters = {
  sequencerTimeout: 3_600,
  forcedInclusionPeriod: 7 * 86_400,
  deadlineSpacing: 60,
  maxQueuedDeposits: 64,
};

/** A verifier to deploy under; it is replaced by an accepting one afterwards, which no rollup would be deployed with. */
export async function standInCircuit(
  { artifact }: MeasuringChain,
  { name, shape }: MeasuredShape,
): Promise<CircuitToDeploy> {
  const { abi, bytecode } = await artifact("ExpectedInputsVerifier");
  const keyHash = hashOfText(name);
  return {
    name,
    shape,
    system: "groth16",
    // Its constructor's argument becomes part of the creation code.
    verifierArtifact: {
      abi: abi.filter((entry: { type: string }) => entry.type !== "constructor"),
      bytecode: bytecode + keyHash.slice(2),
    },
    keyHash,
    circuitHash: name,
    development: true,
  };
}

export class MeasuredRollup {
  readonly deployment: Deployment;
  readonly #chain: MeasuringChain;

  private constructor(chain: MeasuringChain, deployment: Deployment) {
    this.#chain = chain;
    this.deployment = deployment;
  }

  /**
   * Deploys a rollup with circuits of one depth, and has it go on from a state: its accounts exist, as if it had
   * settled batches before.
   */
  static async deploy(
    chain: MeasuringChain,
    circuits: readonly CircuitToDeploy[],
    accounts: number,
    root: bigint,
  ): Promise<MeasuredRollup> {
    const [signer] = await chain.connection.ethers.getSigners();
    if (signer === undefined) throw new Error("The chain has no account.");
    const deployment = await deployRollup({
      signer,
      readArtifact: chain.artifact,
      circuits,
      parameters,
      networkName: "in-process",
      simulated: true,
    });
    const rollup = new MeasuredRollup(chain, deployment);
    // The first slots of Rollup's storage (docs/protocol.md, section 9).
    await rollup.#store(0n, root);
    await rollup.#store(1n, BigInt(settledBefore) | (BigInt(accounts) << 32n));
    return rollup;
  }

  /** From now on every proof is accepted, until `undone` ends. */
  async acceptAll(): Promise<void> {
    const { deployedBytecode } = await this.#chain.artifact("AcceptingVerifier");
    for (const { verifier } of this.deployment.shapes) {
      await this.#request("hardhat_setCode", [verifier, deployedBytecode]);
    }
  }

  /** Does something, and undoes on the chain whatever it did. */
  async undone<Result>(work: () => Promise<Result>): Promise<Result> {
    const snapshot = await this.#request("evm_snapshot", []);
    try {
      return await work();
    } finally {
      await this.#request("evm_revert", [snapshot]);
    }
  }

  /** Settles batches that follow on `settledBefore`, and undoes it. */
  async settle(
    batches: readonly BatchToSettle[],
  ): Promise<{ readonly gasUsed: number; readonly hash: string }> {
    const [signer] = await this.#chain.connection.ethers.getSigners();
    const response = await signer?.sendTransaction({
      to: this.deployment.rollup,
      data: settleData(batches),
      gasLimit: maxTransactionGas,
    });
    const receipt = await response?.wait();
    if (receipt === null || receipt === undefined) throw new Error("A settlement was not mined.");
    return { gasUsed: Number(receipt.gasUsed), hash: receipt.hash };
  }

  shapeId(name: string): string {
    const found = this.deployment.shapes.find((shape) => shape.name === name);
    if (found === undefined) throw new Error(`The rollup has no shape ${name}.`);
    return found.id;
  }

  async #store(slot: bigint, value: bigint): Promise<void> {
    const { rollup } = this.deployment;
    await this.#request("hardhat_setStorageAt", [rollup, `0x${slot.toString(16)}`, toBeHex(value, 32)]);
  }

  #request(method: string, params: unknown[]): Promise<unknown> {
    return this.#chain.connection.provider.request({ method, params });
  }
}

/** The calldata of a settlement. */
export function settleData(batches: readonly BatchToSettle[]): string {
  return rollupInterface.encodeFunctionData("settle", settleArguments(batches));
}
