// L1 block by block. What matters is asked of a block by its hash (EIP-1898), since a node that is behind, or one of
// many behind one address, answers a question about "latest" or a number from whatever it has, but does not know the
// hash of a block that it does not have.

import { setTimeout } from "node:timers/promises";
import type { Provider } from "ethers";
import { z } from "zod";
import { L1Unavailable } from "./errors.ts";

/** One block, on whichever branch. */
export type BlockId = { readonly number: number /** `0x` and 64 digits. */; readonly hash: string };

export type Block = BlockId & {
  /** Unix time. */
  readonly timestamp: number;
  /** In wei; undefined on chains without EIP-1559. */
  readonly baseFeePerGas: bigint | undefined;
};

/** A transaction as JSON-RPC takes it. */
export type TransactionFields = Readonly<Record<string, string>>;

const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform(BigInt);
const blockType = z
  .object({
    number: quantity,
    hash: z.string().regex(/^0x[0-9a-fA-F]{64}$/),
    timestamp: quantity,
    baseFeePerGas: quantity.nullish(),
  })
  .nullable();

/** What nodes say of a block that they do not know. */
const unknownBlock = /header not found|unknown block|block not found|invalid block tag|header for hash/i;
/** In milliseconds. */
const unknownBlockPauses = [50, 150, 450];

type Sender = { send(method: string, params: unknown[]): Promise<unknown> };

/** Reads a chain through a provider that speaks JSON-RPC. Every failure is an L1Unavailable. */
export class L1Chain {
  readonly #sender: Sender;

  /** @param provider - Has a method `send`, as JsonRpcProvider and the provider of hardhat-ethers do. */
  constructor(provider: Provider) {
    if (!isSender(provider)) {
      throw new L1Unavailable("The provider does not speak JSON-RPC.", {
        "what to do": "use a JsonRpcProvider, or the one of a network connection",
      });
    }
    this.#sender = provider;
  }

  /** The latest block, as far as the node knows. */
  async head(): Promise<Block> {
    const head = await this.#block("latest");
    if (head !== undefined) return head;
    throw new L1Unavailable("L1's node does not know its latest block.");
  }

  /** The block of a number on the branch that the node holds for the right one; undefined if it has none. */
  async block(number: number): Promise<Block | undefined> {
    const block = await this.#block(hexQuantity(number));
    if (block === undefined || block.number === number) return block;
    throw new L1Unavailable("L1's node gave another block than it was asked for.", {
      "number asked for": number,
      "number given": block.number,
    });
  }

  /** What a view returns as of a block, ABI-encoded. Throws what the node says if the contract refuses. */
  async call(to: string, data: string, at: BlockId): Promise<string> {
    return await this.run({ to, data }, at);
  }

  /** What a transaction would return as of a block. Throws what the node says if it would fail. */
  async run(transaction: TransactionFields, at: BlockId): Promise<string> {
    return z.string().parse(await this.#send("eth_call", [transaction, { blockHash: at.hash }]));
  }

  /** Transactions of an account up to and with a block: the nonce of its next one. */
  async transactionCount(address: string, at: BlockId): Promise<number> {
    const params = [address, { blockHash: at.hash }];
    return Number(await this.#request("eth_getTransactionCount", params, quantity));
  }

  /** The nonce behind all transactions of an account that the node knows, mined or not. */
  async pendingCount(address: string): Promise<number> {
    return Number(await this.#request("eth_getTransactionCount", [address, "pending"], quantity));
  }

  /** What miners ask for at present, in wei per gas; undefined where the node does not tell. */
  async priorityFee(): Promise<bigint | undefined> {
    return await this.#request("eth_maxPriorityFeePerGas", [], quantity).catch(() => undefined);
  }

  async gasPrice(): Promise<bigint> {
    return await this.#request("eth_gasPrice", [], quantity);
  }

  /** Throws what the node says, so that a contract's refusal can be read out of it. */
  async estimateGas(transaction: TransactionFields): Promise<bigint> {
    return quantity.parse(await this.#sender.send("eth_estimateGas", [transaction]));
  }

  /**
   * Has a transaction signed by the provider's accounts and broadcast. Throws what the node says.
   *
   * @returns its hash
   */
  async sendTransaction(transaction: TransactionFields): Promise<string> {
    return z.string().parse(await this.#sender.send("eth_sendTransaction", [transaction]));
  }

  /** Broadcasts a signed transaction. Throws what the node says. */
  async sendRawTransaction(raw: string): Promise<string> {
    return z.string().parse(await this.#sender.send("eth_sendRawTransaction", [raw]));
  }

  /** Asks again for a block that one of several nodes behind an address has just told of, and another not heard of. */
  async #send(method: string, params: unknown[]): Promise<unknown> {
    for (const pause of unknownBlockPauses) {
      try {
        return await this.#sender.send(method, params);
      } catch (error) {
        if (!unknownBlock.test(messagesOf(error).join("\n"))) throw error;
        await setTimeout(pause);
      }
    }
    return await this.#sender.send(method, params);
  }

  async #block(tag: string): Promise<Block | undefined> {
    const block = await this.#request("eth_getBlockByNumber", [tag, false], blockType);
    if (block === null) return undefined;
    return {
      number: Number(block.number),
      hash: block.hash,
      timestamp: Number(block.timestamp),
      baseFeePerGas: block.baseFeePerGas ?? undefined,
    };
  }

  async #request<T extends z.ZodTypeAny>(method: string, params: unknown[], type: T): Promise<z.output<T>> {
    try {
      return type.parse(await this.#send(method, params));
    } catch (error) {
      if (error instanceof L1Unavailable) throw error;
      throw unavailable(method, error);
    }
  }
}

/** What a failed request becomes. */
export function unavailable(request: string, error: unknown): L1Unavailable {
  const cause = error instanceof Error ? error : undefined;
  // Libraries wrap what the node says: that is innermost.
  const problem = messagesOf(error).at(-1)?.split("\n")[0] ?? String(error);
  return new L1Unavailable("L1's node cannot be asked.", { request, problem }, cause);
}

/** The messages of an error and of those within it, from the outside in. */
function messagesOf(error: unknown, levels = 6): string[] {
  if (levels === 0 || typeof error !== "object" || error === null) return [];
  const { message } = error as { message?: unknown };
  const inner = (["error", "info", "cause"] as const).flatMap((field) =>
    messagesOf((error as Record<string, unknown>)[field], levels - 1),
  );
  return typeof message === "string" ? [message, ...inner] : inner;
}

/** A number as JSON-RPC writes it. */
export function hexQuantity(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

function isSender(provider: object): provider is Sender {
  return "send" in provider && typeof provider.send === "function";
}
