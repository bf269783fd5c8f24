import type { Log, Provider } from "ethers";
import { L1Unavailable } from "./chain/errors.ts";

export type LogFilter = {
  readonly address: string;
  /** As in `eth_getLogs`: at each position a topic, one of several, or any (null). */
  readonly topics: (string | string[] | null)[];
};

/**
 * The logs of blocks `fromBlock` to `toBlock`, both included, in order. Nodes limit how many blocks or logs they
 * look through for one request, each in its own way and with its own error, so a range that is refused is halved.
 *
 * @throws what the node says of a single block
 */
export async function readLogs(
  provider: Provider,
  filter: LogFilter,
  fromBlock: number,
  toBlock: number,
): Promise<Log[]> {
  const logs: Log[] = [];
  let size = toBlock - fromBlock + 1;
  for (let start = fromBlock; start <= toBlock; ) {
    const end = Math.min(start + size - 1, toBlock);
    try {
      const found = await provider.getLogs({ ...filter, fromBlock: start, toBlock: end });
      for (const log of found) logs.push(log);
      start = end + 1;
    } catch (error) {
      if (start === end) throw error;
      size = Math.ceil((end - start + 1) / 2);
    }
  }
  return logs;
}

/**
 * Refuses events that are not one for each number from `first` to `last`, in order.
 *
 * @throws L1Unavailable
 */
export function requireComplete(what: string, numbers: readonly number[], first: number, last: number): void {
  const gap = numbers.findIndex((number, position) => number !== first + position);
  if (gap === -1 && numbers.length === Math.max(0, last - first + 1)) return;
  throw new L1Unavailable(`The node's events of ${what} have a gap.`, {
    "expected number": first + (gap === -1 ? numbers.length : gap),
    "found number": (gap === -1 ? undefined : numbers[gap]) ?? "none",
    "last number in the contract": last,
    "what to do": "try again, or ask a node that has all logs",
  });
}
