import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Connection, openDeployed } from "../client/open-rollup.ts";
import type { RollupClient } from "../client/rollup.ts";
import { requireDeployed } from "./next-step.ts";

/** Works on the network that Hardhat was started with, and closes it again. */
export async function withNetwork<T>(
  hre: HardhatRuntimeEnvironment,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await hre.network.create();
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/**
 * Works on the rollup of that network, with its store.
 *
 * @throws ClientError that says what is missing; as openDeployed
 */
export async function withDeployed<T>(
  hre: HardhatRuntimeEnvironment,
  work: (client: RollupClient, connection: Connection) => Promise<T>,
): Promise<T> {
  return await withNetwork(hre, async (connection) => {
    await requireDeployed(hre, connection);
    const client = await openDeployed(hre, connection);
    try {
      return await work(client, connection);
    } finally {
      await client.close();
    }
  });
}
