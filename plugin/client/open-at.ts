import path from "node:path";
import { adoptBatch } from "../sequencer/adopt.ts";
import { checkDeployment } from "../settlement/deployment.ts";
import type { Opened } from "./connection.ts";
import { deploymentAt } from "./deployment-at.ts";
import { ClientError } from "./errors.ts";
import {
  type Connection,
  type Environment,
  openStore,
  type SetupOptions,
  setUpConfiguredShape,
} from "./open-rollup.ts";
import type { RollupClient } from "./rollup.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * A client for a rollup that somebody has deployed on the chain, with a store that is made of what has settled and is
 * thrown away in the end.
 *
 * @param address - Of the contract.
 * @throws ClientError as deploymentAt; if what has settled does not give the contract's root
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
    const client = await openStore(hre, connection, deployment, folder, options);
    const close = async (): Promise<void> => {
      await client.close();
      await remove();
    };
    try {
      await adoptSettled(client);
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

/** Fills an empty store with what has settled. */
async function adoptSettled({ l1, store, deployment }: RollupClient): Promise<void> {
  for await (const batch of l1.settledBatches()) {
    const { shape: shapeId, transactionHash, gasUsed } = batch;
    const shapeName = deployment.shapes.find(({ id }) => id === shapeId)?.name ?? shapeId;
    await store.write(() => {
      adoptBatch(store, { ...batch, shapeName, shapeId }, { transactionHash, gasUsed });
    });
  }
  const { root } = store.stateAfter(store.settledBatch);
  const onChain = await l1.root();
  if (root === onChain) return;
  throw new ClientError("What L1 tells of the rollup's batches does not give its root.", {
    rollup: deployment.rollup,
    "last settled batch": store.settledBatch,
    "root in the contract": onChain,
    "root of its batches": root,
  });
}
