import type { EthereumProvider } from "hardhat/types/providers";

interface Step {
  readonly op: string;
  readonly gasCost: number;
  readonly depth: number;
}

/** Instructions that read and write storage, or tell the world. */
const storageInstructions = /^(SLOAD|SSTORE|TLOAD|TSTORE|LOG\d)$/;

/** What a transaction spent on storage and events, by its trace. */
export async function storageGas(provider: EthereumProvider, transaction: string): Promise<number> {
  const options = { disableMemory: true, disableStack: true, disableStorage: true };
  const { structLogs } = (await provider.request({
    method: "debug_traceTransaction",
    params: [transaction, options],
  })) as { structLogs: readonly Step[] };
  return structLogs
    .filter(({ op }) => storageInstructions.test(op))
    .reduce((sum, { gasCost }) => sum + gasCost, 0);
}
