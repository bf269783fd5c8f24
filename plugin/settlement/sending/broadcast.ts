import { BaseWallet, type Signer } from "ethers";
import { hexQuantity, type L1Chain } from "../chain/l1-chain.ts";
import { readableError } from "../contract-error.ts";
import type { GasPrice } from "./gas-price.ts";

/** What nodes say of a transaction that they have, or that has been overtaken: no reason to do anything. */
const harmless =
  /already known|known transaction|already imported|already exists|nonce (?:is )?too low|underpriced/i;

/** A transaction without its price. */
export type Call = {
  readonly to: string;
  readonly nonce: number;
  readonly data: string;
  readonly gasLimit: bigint;
};

export type Broadcast = {
  /** Undefined if the node did not answer with it. */
  readonly hash?: string | undefined;
  /** What the node had against it; it may have passed it on all the same. */
  readonly problem?: string | undefined;
};

/**
 * Broadcasts a transaction of the signer's. It never fails: an answer that did not come, or that was an error, says
 * nothing about whether the transaction is on its way.
 */
export async function broadcast(
  chain: L1Chain,
  signer: Signer,
  call: Call,
  price: GasPrice,
): Promise<Broadcast> {
  try {
    return { hash: await send(chain, signer, call, price) };
  } catch (error) {
    const readable = readableError("settle", error);
    const problem = readable instanceof Error ? (readable.message.split("\n")[0] ?? "") : String(readable);
    return harmless.test(problem) ? {} : { problem };
  }
}

async function send(chain: L1Chain, signer: Signer, call: Call, price: GasPrice): Promise<string> {
  const { to, nonce, data, gasLimit } = call;
  if (signer instanceof BaseWallet) {
    const chainId = (await signer.provider?.getNetwork())?.chainId ?? null;
    const fields = { type: "gasPrice" in price ? 0 : 2, chainId, to, nonce, data, gasLimit, ...price };
    return await chain.sendRawTransaction(await signer.signTransaction(fields));
  }
  const prices = Object.entries(price).map(([field, value]) => [field, hexQuantity(value)]);
  return await chain.sendTransaction({
    from: await signer.getAddress(),
    to,
    nonce: hexQuantity(nonce),
    data,
    gas: hexQuantity(gasLimit),
    ...Object.fromEntries(prices),
  });
}
