import type { Block, L1Chain } from "../chain/l1-chain.ts";

/** What a transaction pays for gas, in wei per gas: EIP-1559's two numbers, or one on chains without it. */
export type GasPrice =
  | { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly gasPrice: bigint };

/** Where the node does not say what miners ask for. */
const defaultPriorityFee = 1_000_000_000n;

/** Nodes take a replacement that offers a tenth more, some an eighth. */
const bumpNumerator = 9n;
const bumpDenominator = 8n;

/** How many times the usual price a replacement may offer: above that, something else is wrong. */
const maxOverprice = 10n;

/**
 * What a transaction should offer now: room for the base fee to double.
 *
 * @param limit - The most that the operator pays, in wei per gas, whatever the node says. Default: none.
 */
export async function presentGasPrice(chain: L1Chain, head: Block, limit?: bigint): Promise<GasPrice> {
  const within = (price: bigint): bigint => (limit !== undefined && price > limit ? limit : price);
  if (head.baseFeePerGas === undefined) return { gasPrice: within(await chain.gasPrice()) };
  const maxPriorityFeePerGas = (await chain.priorityFee()) ?? defaultPriorityFee;
  return {
    maxFeePerGas: within(2n * head.baseFeePerGas + maxPriorityFeePerGas),
    maxPriorityFeePerGas: within(maxPriorityFeePerGas),
  };
}

/**
 * What a replacement of a stuck transaction offers: an eighth more in every number, as nodes demand, or the present
 * price if that is higher.
 *
 * @param limit - The most that the operator pays, in wei per gas. Default: ten times the present price.
 * @returns undefined if that is more than the limit: then the transaction has to wait as it is
 */
export function replacementGasPrice(last: GasPrice, present: GasPrice, limit?: bigint): GasPrice | undefined {
  if ("gasPrice" in last || "gasPrice" in present) {
    const [old, now] = [topPrice(last), topPrice(present)];
    const gasPrice = larger(bumped(old), now);
    return gasPrice > (limit ?? maxOverprice * now) ? undefined : { gasPrice };
  }
  const maxFeePerGas = larger(bumped(last.maxFeePerGas), present.maxFeePerGas);
  const maxPriorityFeePerGas = larger(bumped(last.maxPriorityFeePerGas), present.maxPriorityFeePerGas);
  if (maxFeePerGas > (limit ?? maxOverprice * present.maxFeePerGas)) return undefined;
  return { maxFeePerGas, maxPriorityFeePerGas };
}

/** The most that a transaction pays for a unit of gas, in wei. */
function topPrice(price: GasPrice): bigint {
  return "gasPrice" in price ? price.gasPrice : price.maxFeePerGas;
}

function bumped(price: bigint): bigint {
  return (price * bumpNumerator + bumpDenominator - 1n) / bumpDenominator + 1n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
