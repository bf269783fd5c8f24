import { setTimeout } from "node:timers/promises";
import type { Contract, Log, Provider } from "ethers";
import { readableError } from "./contract-error.ts";
import { SettlementError } from "./errors.ts";

/** A transaction that was mined and succeeded. */
export type Mined = {
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly gasUsed: bigint;
};

/**
 * Calls a method of a contract in a transaction and waits until it is mined.
 *
 * @param contract - Connected to the account that pays.
 * @param value - Wei to send along.
 * @throws ContractError if the contract refuses
 */
export async function mine(
  contract: Contract,
  method: string,
  args: readonly unknown[],
  value = 0n,
): Promise<{ readonly mined: Mined; readonly logs: readonly Log[] }> {
  try {
    const response = await contract.getFunction(method).send(...args, { value });
    const receipt = await response.wait();
    if (receipt === null) throw new SettlementError("The transaction was not mined.", { call: method });
    const { hash, blockNumber, gasUsed, logs } = receipt;
    await seeBlock(receipt.provider, blockNumber);
    return { mined: { transactionHash: hash, blockNumber, gasUsed }, logs };
  } catch (error) {
    throw readableError(method, error);
  }
}

const pollMilliseconds = 50;
const maxPolls = 100;

/**
 * Waits until the provider's latest block is as late as a receipt that it has given. Some remember the number for a
 * while, or are many nodes behind one address; what was sent shall be there for whoever reads next.
 */
async function seeBlock(provider: Provider, blockNumber: number): Promise<void> {
  for (let poll = 0; poll < maxPolls; poll++) {
    if ((await provider.getBlockNumber()) >= blockNumber) return;
    await setTimeout(pollMilliseconds);
  }
}
