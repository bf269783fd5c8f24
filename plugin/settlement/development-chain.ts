/** Chains that hold no money: Hardhat's and, by an old habit, Ganache's and Geth's `--dev`. */
export const developmentChainIds: readonly bigint[] = [31_337n, 1_337n];

/** Whether a chain is one for development, by its id. Simulated networks are as well, whatever their id. */
export function isDevelopmentChain(chainId: bigint): boolean {
  return developmentChainIds.includes(chainId);
}
