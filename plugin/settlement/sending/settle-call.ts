import { rollupInterface } from "../abi.ts";
import { type BatchToSettle, settleArguments } from "../batch-to-settle.ts";
import { L1Unavailable } from "../chain/errors.ts";
import { type Block, hexQuantity, type L1Chain } from "../chain/l1-chain.ts";
import { ContractError, readableError } from "../contract-error.ts";

/** A call of `settle` that the contract takes. */
export type SettleCall = {
  readonly firstBatch: number;
  readonly lastBatch: number;
  /** `0x` hexadecimal. */
  readonly data: string;
  readonly gasLimit: bigint;
};

/** EIP-7825: no transaction may have more. */
const maxGas = 2n ** 24n;

/**
 * The call that settles successive batches, or only the first of them if the contract does not take all.
 *
 * @param batches - At least one.
 * @throws ContractError if the contract does not even take the first; L1Unavailable if the node contradicts itself
 */
export async function settleCall(
  chain: L1Chain,
  rollup: string,
  from: string,
  batches: readonly BatchToSettle[],
  head: Block,
): Promise<SettleCall> {
  const numbers = batches.map(({ batchNumber }) => batchNumber);
  const data = rollupInterface.encodeFunctionData("settle", settleArguments(batches));
  const call = { from, to: rollup, data };
  try {
    const estimate = await chain.estimateGas(call);
    const gasLimit = estimate + estimate / 10n;
    return {
      firstBatch: Math.min(...numbers),
      lastBatch: Math.max(...numbers),
      data,
      gasLimit: gasLimit < maxGas ? gasLimit : maxGas,
    };
  } catch (error) {
    const refusal = readableError("settle", error);
    if (!(refusal instanceof ContractError)) throw error;
    if (batches.length > 1) return await settleCall(chain, rollup, from, batches.slice(0, 1), head);
    await requireRefusal(chain, call, head);
    throw refusal;
  }
}

/** A node that estimates on an old block refuses what the latest one takes. */
async function requireRefusal(
  chain: L1Chain,
  call: Readonly<Record<string, string>>,
  head: Block,
): Promise<void> {
  try {
    await chain.run({ ...call, gas: hexQuantity(maxGas) }, head);
  } catch (error) {
    if (readableError("settle", error) instanceof ContractError) return;
    throw error;
  }
  throw new L1Unavailable("L1's node refuses a batch that its latest block takes.", { block: head.number });
}
