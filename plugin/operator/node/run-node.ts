import { readFile } from "node:fs/promises";
import path from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Logger } from "pino";
import { packageFolder } from "../../circuits/package-folder.ts";
import { openCopy, openDeployed } from "../../client/open-rollup.ts";
import type { RollupClient } from "../../client/rollup.ts";
import type { Prover } from "../../prover/prover.ts";
import { isDevelopmentChain } from "../../settlement/development-chain.ts";
import { provingFleet } from "../fleet.ts";
import { requireDeployed } from "../next-step.ts";
import { withNetwork } from "../with-deployed.ts";
import { RollupNode } from "./node.ts";

export type RunNodeOptions = {
  /** Default: that of the config, as the next one. */
  readonly host?: string;
  readonly port?: number;
  /** Whether somebody else sequences. */
  readonly follow: boolean;
  /** The queue of a proving fleet. */
  readonly queue: string | undefined;
  readonly log: Logger;
  /** Stops the node. */
  readonly signal: AbortSignal;
};

const progressMilliseconds = 1_000;

/**
 * Runs the node of the network that Hardhat was started with, until it is stopped.
 *
 * @throws ClientError that says what is missing; what RollupNode.start throws, and what ends a node
 */
export async function runNode(hre: HardhatRuntimeEnvironment, options: RunNodeOptions): Promise<void> {
  const { follow, queue, log, signal } = options;
  await withNetwork(hre, async (connection) => {
    await requireDeployed(hre, connection);
    const onSetup = (shape: string, message: string): void => log.debug({ shape }, message);
    let toldAt = Date.now();
    const onHashing = (left: number): void => {
      signal.throwIfAborted();
      if (Date.now() - toldAt < progressMilliseconds) return;
      toldAt = Date.now();
      log.info({ left }, "hashing the accounts");
    };
    const client = follow
      ? await openCopy(hre, connection, { onHashing })
      : await openDeployed(hre, connection, { onSetup, onHashing, signal });
    try {
      if (follow) return await serve(hre, client, undefined, options);
      const onWarning = (message: string): void => log.warn(message);
      await provingFleet(hre, queue, onWarning, (prover) => serve(hre, client, prover, options));
    } finally {
      await client.sequencer.close();
      await client.close();
      log.info("stopped");
    }
  });
}

async function serve(
  { config }: HardhatRuntimeEnvironment,
  client: RollupClient,
  prover: Prover | undefined,
  { host, port, follow, log, signal }: RunNodeOptions,
): Promise<void> {
  const { node: settings } = config.rollup;
  const { deployment } = client;
  const { opensPerHour = isDevelopmentChain(deployment.chainId) ? Number.POSITIVE_INFINITY : undefined } =
    settings;
  signal.throwIfAborted();
  const node = await RollupNode.start({
    client,
    log,
    version: await packageVersion(),
    following: follow,
    prover,
    sealing: settings.sealing,
    pollMilliseconds: 1_000 * settings.pollInterval,
    host: host ?? settings.host,
    port: port ?? settings.port,
    limits: { rate: settings.rateLimit, ...(opensPerHour === undefined ? {} : { opensPerHour }) },
    trustProxy: settings.trustProxy,
  });
  log.info(
    { rollup: deployment.rollup, network: deployment.network, following: follow },
    `serving ${node.url}`,
  );
  const stop = (): void => {
    log.info("stopping");
    // How it ends is told by `ended`.
    node.stop().catch(() => undefined);
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await node.ended;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function packageVersion(): Promise<string> {
  const text = await readFile(path.join(packageFolder, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
