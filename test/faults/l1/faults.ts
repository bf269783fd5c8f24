import {
  Disconnect,
  type Fault,
  HttpFailure,
  type Request,
  RpcFailure,
  type Upstream,
} from "./misbehaving-node.ts";

type Header = { readonly number: string; readonly hash: string } | null;

/** A node that has not seen the last blocks: it knows neither their numbers nor their hashes. */
export function lagging(blocks: number): Fault {
  return async (request, chain) => {
    const head = Number(await chain({ method: "eth_blockNumber", params: [] })) - blocks;
    return await asOf(head, request, chain, "refuses");
  };
}

/**
 * One of several nodes behind an address that answers what is asked of "latest" or of a number from an older block, as
 * if there were no newer one. Blocks themselves come from a node that is up to date.
 */
export function answersFromOlderBlock(blocks: number): Fault {
  return async (request, chain) => {
    const head = Number(await chain({ method: "eth_blockNumber", params: [] })) - blocks;
    const isState = /^eth_(?:call|getTransactionCount|estimateGas|getLogs)$/.test(request.method);
    return isState ? await asOf(head, request, chain, "pretends") : await chain(request);
  };
}

/** Two nodes behind one address, in irregular turns, of which one has not heard of the latest block yet. */
export function oneOfTwoIsBehind(seed = 1): Fault {
  const behind = lagging(1);
  let random = seed;
  return async (request, chain) => {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
    return random % 2 ** 20 < 2 ** 19 ? await chain(request) : await behind(request, chain);
  };
}

async function asOf(head: number, request: Request, chain: Upstream, beyond: "refuses" | "pretends") {
  const top = `0x${head.toString(16)}`;
  const block = async (tag: unknown): Promise<unknown> => {
    if (typeof tag === "object" && tag !== null) {
      const { blockHash } = tag as { blockHash: string };
      const header = (await chain({ method: "eth_getBlockByHash", params: [blockHash, false] })) as Header;
      if (header === null || Number(header.number) > head) throw new RpcFailure(-32000, "header not found");
      return tag;
    }
    if (typeof tag !== "string" || !tag.startsWith("0x")) return top;
    if (Number(tag) <= head) return tag;
    if (beyond === "refuses") throw new RpcFailure(-32000, "header not found");
    return top;
  };
  const { method, params } = request;
  switch (method) {
    case "eth_blockNumber":
      return top;
    case "eth_getBlockByNumber":
      if (typeof params[0] === "string" && params[0].startsWith("0x") && Number(params[0]) > head)
        return null;
      return await chain({ method, params: [await block(params[0]), params[1]] });
    case "eth_call":
    case "eth_getTransactionCount":
    case "eth_estimateGas":
      return await chain({ method, params: [params[0], await block(params[1])] });
    case "eth_getTransactionReceipt": {
      const receipt = (await chain(request)) as { blockNumber: string } | null;
      return receipt !== null && Number(receipt.blockNumber) <= head ? receipt : null;
    }
    case "eth_getLogs": {
      const filter = params[0] as { fromBlock: string; toBlock: string };
      if (Number(filter.fromBlock) > head) return [];
      return await chain({ method, params: [{ ...filter, toBlock: await block(filter.toBlock) }] });
    }
    default:
      return await chain(request);
  }
}

/** A node that leaves out the logs that a test chooses. */
export function dropsLogs(drops: (position: number) => boolean): Fault {
  return async (request, chain) => {
    const answer = await chain(request);
    if (request.method !== "eth_getLogs") return answer;
    return (answer as unknown[]).filter((_, position) => !drops(position));
  };
}

/** A node that fails at some methods, each time or the first times. */
export function fails(methods: RegExp, failure: Error, times = Number.POSITIVE_INFINITY): Fault {
  let left = times;
  return async (request, chain) => {
    if (!methods.test(request.method) || left === 0) return await chain(request);
    left--;
    throw failure;
  };
}

/** Ways in which a node says that it cannot. */
export const failures = {
  "an internal error": () => new RpcFailure(-32603, "Internal error"),
  "a limit": () => new RpcFailure(-32005, "limit exceeded"),
  "HTTP 500": () => new HttpFailure(500),
  "HTTP 404": () => new HttpFailure(404),
  "a closed connection": () => new Disconnect(),
} as const;

/** A node that never answers some methods. */
export function hangs(methods: RegExp): Fault {
  return async (request, chain) =>
    methods.test(request.method) ? await new Promise<never>(() => undefined) : await chain(request);
}

/** A node that takes a transaction with thanks and forgets it. */
export function swallowsTransactions(hash = `0x${"77".repeat(32)}`): Fault {
  return async (request, chain) =>
    request.method === "eth_sendRawTransaction" || request.method === "eth_sendTransaction"
      ? hash
      : await chain(request);
}

/** A node that passes a transaction on, and then fails to say so. */
export function sendsAndFails(failure: () => Error, times = 1): Fault {
  let left = times;
  return async (request, chain) => {
    const answer = await chain(request);
    if (!request.method.startsWith("eth_send") || left === 0) return answer;
    left--;
    throw failure();
  };
}
