import type { EventEmitter } from "node:events";
import path from "node:path";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { Signer } from "ethers";
import type { HardhatConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import type { JobOptions } from "../circuits/background.ts";
import type { CompiledCircuit } from "../circuits/compile.ts";
import { compileShape } from "../circuits/compile-shape.ts";
import { confirmationsOn } from "../config.ts";
import { parseAddress } from "../protocol/address.ts";
import type { Facts } from "../protocol/facts.ts";
import type { Shape } from "../protocol/shape.ts";
import type { VerifiedKey } from "../prover/ceremony/verified-key.ts";
import { localProver } from "../prover/local-prover.ts";
import { proofSystem } from "../prover/proof-systems.ts";
import { loadShape, type ShapeSetup, setUpShape } from "../prover/shape-setup.ts";
import { Sequencer } from "../sequencer/sequencer.ts";
import { Store, storeFolder } from "../sequencer/store.ts";
import { buildVerifier, readRollupArtifact } from "../settlement/artifacts.ts";
import { type DeploymentStep, deployRollup } from "../settlement/deploy.ts";
import {
  checkDeployment,
  type DeployedShape,
  type Deployment,
  deploymentPath,
  readDeployment,
} from "../settlement/deployment.ts";
import { isDevelopmentChain } from "../settlement/development-chain.ts";
import { L1Rollup } from "../settlement/l1.ts";
import { ClientError } from "./errors.ts";
import type { RollupEvents } from "./events.ts";
import { RollupClient } from "./rollup.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { verifyInstalledKey } from "./verified-key.ts";
import { Wallet } from "./wallet.ts";

/** What of Hardhat is needed, in tasks and in hooks. */
export type Environment = Pick<HardhatRuntimeEnvironment, "config" | "solidity">;

/** A connection to a network, with the extension of hardhat-ethers. */
export type Connection = NetworkConnection<string> & { readonly ethers: HardhatEthers };

export type SetupOptions = JobOptions & {
  /** Called with short lines about a shape. */
  readonly onSetup?: ((shapeName: string, message: string) => void) | undefined;
  /** The circuit, key and verifier of a shape. Default: setUpConfiguredShape. */
  readonly setUp?: ((shapeName: string) => Promise<ShapeSetup>) | undefined;
  /**
   * Called now and then with the number of accounts that are left to be hashed. With it that is done at once, for a
   * process that runs for long; without it when it is first needed.
   */
  readonly onHashing?: ((left: number) => void) | undefined;
  /** What is told of all that happens on the rollup. */
  readonly events?: EventEmitter<RollupEvents> | undefined;
};

/** A shape of the config, built-in ones included. Throws ClientError that lists them. */
export function configuredShape(config: HardhatConfig, name: string): Shape {
  const shape = config.rollup.shapes[name];
  if (shape !== undefined) return shape;
  throw new ClientError("The config has no such shape.", {
    given: name,
    "shapes there are": Object.keys(config.rollup.shapes).join(", "),
    "what to do": "add it under rollup.shapes in the Hardhat config",
  });
}

/** Compiles the circuit of a configured shape as the configured proof system wants it, unless the cache has it. */
export async function compileConfiguredShape(
  { config }: Environment,
  name: string,
  { onSetup, signal }: SetupOptions = {},
): Promise<CompiledCircuit> {
  const shape = configuredShape(config, name);
  const { folder, proofSystem: system } = config.rollup;
  const { optimization } = proofSystem(system);
  const onProgress = (message: string): void => onSetup?.(name, message);
  return await compileShape({ name, shape, folder, optimization, onProgress, signal });
}

/**
 * The circuit, key and verifier of a configured shape: what is missing is made.
 *
 * @throws ClientError for a shape that the config does not have
 */
export async function setUpConfiguredShape(
  { config }: Environment,
  name: string,
  { onSetup, signal }: SetupOptions = {},
): Promise<ShapeSetup> {
  const shape = configuredShape(config, name);
  const onProgress = (message: string): void => onSetup?.(name, message);
  const { folder, ceremony, proofSystem: system } = config.rollup;
  return await setUpShape({
    name,
    shape,
    folder,
    system,
    ceremonies: ceremony.folder,
    onProgress,
    signal,
  });
}

export type DeployOptions = SetupOptions & {
  /** Names of the shapes to register. Default: those of the config. */
  readonly shapes?: readonly string[] | undefined;
  readonly onStep?: ((step: DeploymentStep) => void) | undefined;
  /** The key of a shape, verified for a live network. Default: verifyInstalledKey. */
  readonly verifyKey?: ((shapeName: string, setup: ShapeSetup) => Promise<VerifiedKey>) | undefined;
};

/**
 * Deploys the rollup that the config describes, and makes what is missing for it. On a live network the keys have to be
 * installed ones from ceremonies, which are verified first. Writes no deployment file.
 */
export async function deployConfigured(
  hre: Environment,
  connection: Connection,
  options: DeployOptions = {},
): Promise<Deployment> {
  const { rollup: config } = hre.config;
  const circuits = [];
  const setUp = options.setUp ?? ((name) => setUpConfiguredShape(hre, name, options));
  const live = await isLive(connection);
  const verifyKey =
    options.verifyKey ??
    ((name, { circuit }) => {
      const onProgress = (message: string): void => options.onSetup?.(name, message);
      return verifyInstalledKey(hre.config, name, circuit, { onProgress, signal: options.signal });
    });
  for (const name of options.shapes ?? config.register) {
    const setup = await setUp(name);
    const { shape, circuit, key, verifierPath } = setup;
    const verifiedKey = live ? await verifyKey(name, setup) : undefined;
    const verifierArtifact = await buildVerifier(hre, verifierPath);
    const { system, keyHash, development } = key;
    const circuitHash = circuit.contentHash;
    circuits.push({ name, shape, system, verifierArtifact, keyHash, circuitHash, development, verifiedKey });
  }
  const signer = await firstSigner(connection);
  const { onStep } = options;
  return await deployRollup({
    signer,
    readArtifact: (contract) => readRollupArtifact(hre, contract),
    circuits,
    parameters: { ...config, maxQueuedDeposits: queuedDepositsLimit(hre, circuits[0]?.shape.depth ?? 1) },
    networkName: connection.networkName,
    simulated: isSimulated(connection),
    // A chain in this process mines when it is asked to: nobody would mine while this waits.
    confirmations: isSimulated(connection) ? 0 : await confirmationsOf(hre, connection),
    ...(onStep === undefined ? {} : { onStep }),
  });
}

/**
 * The rollup of a network's deployment file, with its store.
 *
 * @throws DeploymentError if there is none, or not on this chain any more
 */
export async function openDeployed(
  hre: Environment,
  connection: Connection,
  options: SetupOptions = {},
): Promise<RollupClient> {
  const deployment = await checkedDeployment(hre, connection);
  const { folder } = hre.config.rollup;
  return await openStore(hre, connection, deployment, storeFolder(folder, deployment), options);
}

/**
 * The contract of a network's deployment file, for reading: without a store, and without accounts.
 *
 * @throws as openDeployed
 */
export async function openReader(hre: Environment, connection: Connection): Promise<L1Rollup> {
  const deployment = await checkedDeployment(hre, connection);
  const confirmations = await confirmationsOf(hre, connection);
  return new L1Rollup(deployment, connection.ethers.provider, { confirmations });
}

/**
 * A copy of a network's rollup that somebody else sequences: with a store of its own, and without accounts.
 *
 * @throws as openDeployed
 */
export async function openCopy(
  hre: Environment,
  connection: Connection,
  options: Pick<SetupOptions, "onHashing"> = {},
): Promise<RollupClient> {
  const l1 = await openReader(hre, connection);
  const { deployment } = l1;
  const folder = path.join(hre.config.rollup.folder, "copies");
  const store = await Store.open(storeFolder(folder, deployment), deployment);
  try {
    if (options.onHashing !== undefined) await store.hashAccounts(options.onHashing);
    const { domain, depth, shapes } = deployment;
    const sequencer = await Sequencer.open({ store, domain, depth, shapes });
    return new RollupClient({
      l1,
      store,
      sequencer,
      setup: (name) => setUpDeployedShape(hre, deployment, name, {}),
      prover: () => localProver(hre.config.rollup.prover),
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Where the deployment of a network is written down. */
export async function deploymentFile({ config }: Environment, connection: Connection): Promise<string> {
  const { chainId } = await connection.ethers.provider.getNetwork();
  return deploymentPath(config.rollup.deployments, connection.networkName, chainId);
}

async function checkedDeployment(hre: Environment, connection: Connection): Promise<Deployment> {
  const deployment = await readDeployment(await deploymentFile(hre, connection));
  await checkDeployment(deployment, connection.ethers.provider);
  return deployment;
}

/** A client for a deployment, with its store in a folder. */
export async function openStore(
  hre: Environment,
  connection: Connection,
  deployment: Deployment,
  folder: string,
  options: SetupOptions & { readonly durable?: boolean },
): Promise<RollupClient> {
  const confirmations = await confirmationsOf(hre, connection);
  const signer = await firstSigner(connection);
  const l1 = new L1Rollup(deployment, signer, { confirmations });
  const store = await Store.open(folder, deployment, options);
  try {
    if (options.onHashing !== undefined) await store.hashAccounts(options.onHashing);
    const { domain, depth, shapes } = deployment;
    const { node } = hre.config.rollup;
    const maxQueuedDeposits = queuedDepositsLimit(hre, depth);
    // Whoever seals the batches takes the fees.
    const { key, owner } = await Wallet.fromSigner(signer);
    const feeHolder = { ...key.publicKey, owner: parseAddress(owner) };
    const sequencer = await Sequencer.open({ store, domain, depth, shapes, feeHolder, maxQueuedDeposits });
    return new RollupClient({
      l1,
      store,
      sequencer,
      setup: (name) => setUpDeployedShape(hre, deployment, name, options),
      prover: () => localProver(hre.config.rollup.prover),
      settling: { maxFeePerGas: node.maxFeePerGas, stuckAfter: 1_000 * node.stuckAfter },
      events: options.events,
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A rollup that lives as long as its in-process chain: freshly deployed, its store thrown away in the end. */
export async function openEphemeral(
  hre: Environment,
  connection: Connection,
  options: DeployOptions = {},
): Promise<{ readonly client: RollupClient; readonly close: () => Promise<void> }> {
  const deployment = await deployConfigured(hre, connection, options);
  const stores = path.join(hre.config.rollup.folder, "stores");
  const { folder, remove } = await temporaryFolder(stores, "in-process-");
  try {
    const client = await openStore(hre, connection, deployment, folder, { ...options, durable: false });
    const close = async (): Promise<void> => {
      await client.close();
      await remove();
    };
    return { client, close };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * The setup of a shape as it was deployed: proofs of another key would be refused on L1. A circuit that is missing is
 * compiled again, which gives the same one; a key is drawn only once.
 */
async function setUpDeployedShape(
  hre: Environment,
  deployment: Deployment,
  name: string,
  options: SetupOptions,
): Promise<ShapeSetup> {
  const deployed = deployment.shapes.find((shape) => shape.name === name);
  if (deployed === undefined) {
    throw new ClientError("The rollup has no such shape.", {
      given: name,
      "shapes deployed": deployment.shapes.map((shape) => shape.name).join(", "),
      "what to do": "use one of these: a deployment's shapes are fixed",
    });
  }
  const setup = await (options.setUp?.(name) ?? loadDeployedShape(hre, deployment, deployed, options));
  if (deployed.keyHash === setup.key.keyHash) return setup;
  throw unusableKey(deployment, deployed, {
    "hash of the deployed key": deployed.keyHash,
    "hash of the key here": setup.key.keyHash,
    key: setup.key.zkeyPath,
  });
}

async function loadDeployedShape(
  { config }: Environment,
  deployment: Deployment,
  deployed: DeployedShape,
  { onSetup, signal }: SetupOptions,
): Promise<ShapeSetup> {
  const { name, shape, system, keyHash } = deployed;
  const { folder, ceremony } = config.rollup;
  const onProgress = (message: string): void => onSetup?.(name, message);
  try {
    const request = { name, shape, folder, system, ceremonies: ceremony.folder, onProgress, signal };
    return await loadShape(request, keyHash);
  } catch (error) {
    if (!HardhatPluginError.isHardhatPluginError(error)) throw error;
    throw unusableKey(deployment, deployed, { problem: error.message.replace(/\n\s*/g, "; ") });
  }
}

function unusableKey(deployment: Deployment, { name }: DeployedShape, facts: Facts): ClientError {
  const { network, chainId } = deployment;
  const file = path.basename(deploymentPath("", network, chainId));
  return new ClientError("The proving key that the rollup was deployed with is not here.", {
    shape: name,
    ...facts,
    "what to do": `restore the key and its record from a copy; or, on a development chain, make another key and rollup: npx hardhat rollup:setup, delete ${file}, npx hardhat rollup:deploy --network ${network}`,
  });
}

/** Whether a network may hold money: it is neither simulated nor, by its id, a chain for development. */
export async function isLive(connection: Connection): Promise<boolean> {
  const { chainId } = await connection.ethers.provider.getNetwork();
  return !isSimulated(connection) && !isDevelopmentChain(chainId);
}

/** Whether the chain runs in this process and ends with it. */
export function isSimulated(connection: Pick<Connection, "networkConfig">): boolean {
  return connection.networkConfig.type === "edr-simulated";
}

async function confirmationsOf({ config }: Environment, connection: Connection): Promise<number> {
  const { chainId } = await connection.ethers.provider.getNetwork();
  return confirmationsOn(config.rollup, { name: connection.networkName, chainId });
}

/** As configured, but never more than a quarter of the tree, which is kept free for them. */
function queuedDepositsLimit({ config }: Environment, depth: number): number {
  return Math.min(config.rollup.maxQueuedDeposits, 4 ** depth / 4);
}

/** Who pays on L1. */
export async function firstSigner(connection: Connection): Promise<Signer> {
  const [signer] = await connection.ethers.getSigners();
  if (signer !== undefined) return signer;
  throw new ClientError("The network has no account to pay with.", {
    network: connection.networkName,
    "what to do": `give it accounts: networks.${connection.networkName}.accounts in the Hardhat config`,
  });
}
