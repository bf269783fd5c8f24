import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import type { Environment } from "./open-rollup.ts";
import type { RollupClient } from "./rollup.ts";

const methods = [
  "wallet",
  "asset",
  "registerToken",
  "deposit",
  "requestExit",
  "transfer",
  "withdraw",
  "balance",
  "balances",
  "seal",
  "prove",
  "settleProven",
  "settle",
  "claim",
  "sync",
] as const satisfies readonly (keyof RollupClient)[];

/**
 * The rollup of a network connection. On an in-process chain it is deployed when it is first used and goes with the
 * connection; on other networks it is the one of the deployment file (`rollup:deploy`).
 */
export type RollupConnection = Pick<RollupClient, (typeof methods)[number]> & {
  /** The whole client, for what has no method here: the contract, the sequencer, the store. */
  client(): Promise<RollupClient>;
  /** Releases the store. A closed connection does so itself. */
  close(): Promise<void>;
};

type Opened = { readonly client: RollupClient; readonly close: () => Promise<void> };

/** The lazy part of a connection: nothing is loaded, deployed or opened before the first call. */
export function connectRollup(
  hre: Environment,
  connection: NetworkConnection<string> & { readonly ethers: HardhatEthers },
): RollupConnection {
  let opened: Promise<Opened> | undefined;
  const open = async (): Promise<Opened> => {
    const { isSimulated, openDeployed, openEphemeral } = await import("./open-rollup.ts");
    if (isSimulated(connection)) return await openEphemeral(hre, connection);
    const client = await openDeployed(hre, connection);
    return { client, close: () => client.close() };
  };
  const client = async (): Promise<RollupClient> => {
    // Two callers in one turn get one rollup; a failure is not kept.
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return (await opened).client;
  };
  const close = async (): Promise<void> => {
    const closing = opened;
    opened = undefined;
    await (await closing)?.close();
  };
  const calls = methods.map((name) => [
    name,
    async (...args: unknown[]) => {
      const target = await client();
      return await (target[name] as (...args: unknown[]) => unknown).apply(target, args);
    },
  ]);
  return { ...(Object.fromEntries(calls) as Pick<RollupClient, (typeof methods)[number]>), client, close };
}
