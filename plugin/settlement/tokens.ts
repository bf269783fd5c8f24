import { Contract, type Provider } from "ethers";
import { tokenAbi } from "./abi.ts";
import { isRefusedCall } from "./contract-error.ts";

/** An asset of the rollup. */
export type Token = {
  readonly asset: number;
  /** The zero address for ETH. */
  readonly address: string;
  /** By the token's own word: symbols are not unique, and anybody can register a token that calls itself ETH. */
  readonly symbol: string;
  readonly decimals: number;
};

/** ETH, which needs no registration. */
export const eth: Token = { asset: 1, address: `0x${"0".repeat(40)}`, symbol: "ETH", decimals: 18 };

const maxSymbolLength = 20;

/**
 * What a token says of itself. One that has no symbol that can be shown gets `ASSET<n>`; one that says nothing of
 * decimals counts in base units.
 */
export async function readToken(provider: Provider, asset: number, address: string): Promise<Token> {
  const contract = new Contract(address, tokenAbi, provider);
  const read = (view: string): Promise<unknown> =>
    contract
      .getFunction(view)
      .staticCall()
      .catch((error: unknown) => {
        if (!isRefusedCall(error)) throw error;
        return undefined;
      });
  const [symbol, decimals] = await Promise.all([read("symbol"), read("decimals")]);
  return {
    asset,
    address,
    symbol: isPrintable(symbol) ? symbol : `ASSET${asset}`,
    decimals: decimals === undefined ? 0 : Number(decimals),
  };
}

/** Symbols end up in terminals and tables: neither blanks nor control characters, nor ones that look like others. */
function isPrintable(symbol: unknown): symbol is string {
  return typeof symbol === "string" && symbol.length <= maxSymbolLength && /^[!-~]+$/.test(symbol);
}
