import type { Log, Provider } from "ethers";
import { type BatchSections, unpackBatch } from "../protocol/batch-data.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { wordHex } from "../protocol/hex.ts";
import { rollupInterface } from "./abi.ts";
import { L1Unavailable } from "./chain/errors.ts";
import { SettlementError } from "./errors.ts";
import { gasShares } from "./gas-shares.ts";
import { type PostedBatch, readSettleCalldata } from "./settle-calldata.ts";

/** A batch that L1 has accepted, with its data. */
export type SettledBatch = BatchSections & {
  readonly batchNumber: number;
  readonly newRoot: bigint;
  readonly commitment: bigint;
  /** Id of its shape, `0x` and 64 digits. */
  readonly shape: string;
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  /** Its share of what the transaction used, which may have settled other batches too. */
  readonly gasUsed: bigint;
};

/** The number of the batch that a BatchSettled event is about. */
export function settledNumber(log: Log): number {
  return Number(rollupInterface.parseLog(log)?.args.batchNumber);
}

/**
 * The batches that a transaction settled, in order. Their data is in BatchPublished events if a contract called
 * `settle`, else in the transaction's calldata (protocol section 5).
 *
 * @param rollup - The contract's address.
 * @throws L1Unavailable if the node does not have the transaction, or its data is not that of the batches;
 *   SettlementError if nobody can read the data
 */
export async function readSettlement(
  provider: Provider,
  rollup: string,
  transactionHash: string,
): Promise<SettledBatch[]> {
  const [transaction, receipt] = await Promise.all([
    provider.getTransaction(transactionHash),
    provider.getTransactionReceipt(transactionHash),
  ]);
  if (transaction === null || receipt === null) {
    throw new L1Unavailable("The node has no more the transaction that settled a batch.", {
      transaction: transactionHash,
      "what to do": "run it again: the chain may have been reorganised meanwhile",
    });
  }
  const ours = receipt.logs.filter(({ address }) => address === rollup);
  const events = ours.map((log) => rollupInterface.parseLog(log)).filter((event) => event !== null);
  const settled = events.filter(({ name }) => name === "BatchSettled");
  const published = new Map(
    events
      .filter(({ name }) => name === "BatchPublished")
      .map(({ args }) => [args.batchNumber as bigint, args.batch]),
  );
  const shares = gasShares(receipt.gasUsed, settled.length);
  const called = transaction.to === rollup ? readSettleCalldata(transaction.data, settled.length) : undefined;
  return settled.map(({ args }, position) => {
    const where = { batch: args.batchNumber as bigint, transaction: transactionHash };
    const posted: PostedBatch | undefined = published.get(args.batchNumber) ?? called?.[position];
    if (posted === undefined || posted.newRoot !== args.newRoot || posted.shape !== args.shape) {
      throw new L1Unavailable("The data of a settled batch is not where it has to be.", {
        ...where,
        "root settled": wordHex(args.newRoot),
        "root found": posted === undefined ? "no data" : wordHex(posted.newRoot),
        "what to do": "ask another node: this one has another transaction than was executed",
      });
    }
    return {
      batchNumber: Number(args.batchNumber),
      newRoot: posted.newRoot,
      commitment: posted.commitment,
      shape: posted.shape,
      ...unpack(posted, where),
      transactionHash,
      blockNumber: receipt.blockNumber,
      blockHash: receipt.blockHash,
      gasUsed: shares[position] ?? 0n,
    };
  });
}

function unpack(
  posted: PostedBatch,
  where: { readonly batch: bigint; readonly transaction: string },
): BatchSections {
  try {
    return unpackBatch(posted);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new SettlementError(`The data of a settled batch cannot be read. ${error.message}`, where, error);
  }
}
