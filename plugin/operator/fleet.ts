import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { FleetCoordinator } from "../prover/fleet/coordinator.ts";
import { FleetError } from "../prover/fleet/errors.ts";
import type { FleetAddress } from "../prover/fleet/fleet-connection.ts";
import { FleetSecret } from "../prover/fleet/fleet-secret.ts";
import { secretVariable } from "../prover/fleet/secret-variable.ts";
import type { Prover } from "../prover/prover.ts";

type Environment = Pick<HardhatRuntimeEnvironment, "config">;

/** Names the queue where neither an option nor the config does; unlike an option it is not seen by other users. */
const queueVariable = "HARDHAT_ROLLUP_QUEUE";

/**
 * Where the fleet's queue is: the option, or else the environment, or else the config. Undefined if none names one.
 *
 * @throws FleetError without the fleet's secret
 */
async function fleetAddress(
  { config }: Environment,
  option: string | undefined,
): Promise<FleetAddress | undefined> {
  const { queue, secret } = config.rollup.fleet;
  const url = option ?? process.env[queueVariable] ?? (await queue?.get());
  if (url === undefined) return undefined;
  return { url, secret: new FleetSecret(await readSecret(secret)) };
}

/**
 * Works with the fleet of the option or the config, if either names one.
 *
 * @param onWarning - Called with short lines about what was not as it should be.
 */
export async function provingFleet(
  hre: Environment,
  option: string | undefined,
  onWarning: (message: string) => void,
  work: (prover: Prover | undefined) => Promise<void>,
): Promise<void> {
  const address = await fleetAddress(hre, option);
  if (address === undefined) return await work(undefined);
  const coordinator = await FleetCoordinator.open({ ...address, onWarning });
  try {
    await work(coordinator);
  } finally {
    await coordinator.close();
  }
}

/** As fleetAddress. Throws FleetError if no queue is named. */
export async function requiredFleetAddress(
  hre: Environment,
  option: string | undefined,
): Promise<FleetAddress> {
  const address = await fleetAddress(hre, option);
  if (address !== undefined) return address;
  throw new FleetError("Which queue?", {
    "what to do": `name the Redis server: --queue redis://host, or ${queueVariable} in the environment, or rollup.fleet.queue in the Hardhat config`,
  });
}

async function readSecret(variable: Environment["config"]["rollup"]["fleet"]["secret"]): Promise<string> {
  try {
    return await variable.get();
  } catch (error) {
    throw new FleetError(
      "The fleet's secret is missing.",
      {
        "what to do": `set ${secretVariable} in the environment of every machine of the fleet (or in Hardhat's keystore; with Hardhat 2: npx hardhat vars set) to the same text: openssl rand -hex 32`,
      },
      error instanceof Error ? error : undefined,
    );
  }
}
