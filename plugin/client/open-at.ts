import path from "node:path";
import { checkDeployment } from "../settlement/deployment.ts";
import type { Opened } from "./connection.ts";
import { deploymentAt } from "./deployment-at.ts";
import {
  type Connection,
  type Environment,
  openStore,
  type SetupOptions,
  setUpConfiguredShape,
} from "./open-rollup.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * A client for a rollup that somebody has deployed on the chain, with a store that is made of what has settled and is
 * thrown away in the end.
 *
 * @param address - Of the contract.
 * @throws ClientError as deploymentAt; SettlementError if what has settled does not give the contract's root
 */
export async function openAt(
  hre: Environment,
  connection: Connection,
  address: string,
  options: SetupOptions,
): Promise<Opened> {
  const { register, proofSystem: system, folder: files } = hre.config.rollup;
  const deployment = await deploymentAt(connection, address, async () => {
    const setups = [];
    for (const name of register) {
      setups.push({ ...(await setUpConfiguredShape(hre, name, options)), system });
    }
    return setups;
  });
  await checkDeployment(deployment, connection.ethers.provider);
  const { folder, remove } = await temporaryFolder(path.join(files, "stores"), "by-address-");
  try {
    const client = await openStore(hre, connection, deployment, folder, { ...options, durable: false });
    const close = async (): Promise<void> => {
      await client.close();
      await remove();
    };
    try {
      await client.observe();
    } catch (error) {
      await client.close();
      throw error;
    }
    return { client, close };
  } catch (error) {
    await remove();
    throw error;
  }
}
