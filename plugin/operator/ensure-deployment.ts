import { getAddress } from "ethers";
import { ClientError } from "../client/errors.ts";
import {
  type Connection,
  type DeployOptions,
  deployConfigured,
  deploymentFile,
  type Environment,
  firstSigner,
  isLive,
} from "../client/open-rollup.ts";
import { ceremonyFolder } from "../client/verified-key.ts";
import { CeremonyError } from "../prover/ceremony/errors.ts";
import { productionKeyPath, readProductionKey } from "../prover/ceremony/production-key.ts";
import { requirePtau } from "../prover/ceremony/ptau-file.ts";
import {
  checkDeployment,
  type Deployment,
  DeploymentError,
  readDeployment,
  writeDeployment,
} from "../settlement/deployment.ts";
import { isDevelopmentChain } from "../settlement/development-chain.ts";
import { L1Rollup } from "../settlement/l1.ts";
import { developmentKey, requireNoDevelopmentVerifier } from "../settlement/live-network.ts";
import type { Token } from "../settlement/tokens.ts";

/** What a network's deployment file says. */
export type FoundDeployment = {
  readonly file: string;
  /** Undefined: there is none, or it is stale. */
  readonly deployment: Deployment | undefined;
  /** Why the file is to be replaced: the chain does not have that rollup any more. */
  readonly stale: DeploymentError | undefined;
};

/**
 * Looks for a rollup on a network. One that the chain does not have any more is a finding on a chain for development,
 * which is started anew all the time; elsewhere it is an error.
 *
 * @throws DeploymentError `DAMAGED`, `WRONG_CHAIN`, and elsewhere `STALE`; LiveNetworkError `DEVELOPMENT_KEY` for a
 * rollup on a live network whose proofs anybody can forge
 */
export async function findDeployment(hre: Environment, connection: Connection): Promise<FoundDeployment> {
  const file = await deploymentFile(hre, connection);
  const { chainId } = await connection.ethers.provider.getNetwork();
  try {
    const deployment = await readDeployment(file);
    await checkDeployment(deployment, connection.ethers.provider);
    if (await isLive(connection)) await requireNoDevelopmentVerifier(deployment, connection.ethers.provider);
    return { file, deployment, stale: undefined };
  } catch (error) {
    if (!(error instanceof DeploymentError)) throw error;
    if (error.code === "MISSING") return { file, deployment: undefined, stale: undefined };
    if (error.code !== "STALE" || !isDevelopmentChain(chainId)) throw error;
    return { file, deployment: undefined, stale: error };
  }
}

/**
 * Refuses a live network for which a key is missing, before minutes of work. Whether the keys are what they should be,
 * the deployment finds out.
 *
 * @throws LiveNetworkError `DEVELOPMENT_KEY`; CeremonyError `RECORD_CHANGED`, `PTAU_MISSING`, `PTAU_DAMAGED`
 */
export async function requireLiveKeys({ config }: Environment, connection: Connection): Promise<void> {
  if (!(await isLive(connection))) return;
  const { chainId } = await connection.ethers.provider.getNetwork();
  const { register, proofSystem, ceremony } = config.rollup;
  for (const name of register) {
    if (proofSystem === "simulated") throw developmentKey(name, connection.networkName, chainId);
    const zkeyPath = productionKeyPath(ceremonyFolder(config, name), name, proofSystem);
    const key = await readProductionKey(zkeyPath, name, proofSystem).then(
      (found) => found.key,
      (error: unknown) => {
        if (error instanceof CeremonyError && error.code === "NO_PRODUCTION_KEY") return undefined;
        throw error;
      },
    );
    // There is none: a development key would be made in its place.
    if (key === undefined || key.development) throw developmentKey(name, connection.networkName, chainId);
  }
  await requirePtau(ceremony.ptau);
}

/** Deploys a rollup and writes it down. */
export async function deployToFile(
  hre: Environment,
  connection: Connection,
  file: string,
  options: DeployOptions,
): Promise<Deployment> {
  const deployment = await deployConfigured(hre, connection, options);
  await writeDeployment(file, deployment);
  return deployment;
}

/**
 * Reads a list of token addresses, separated by commas.
 *
 * @throws ClientError for what is no address of a contract on this network
 */
export async function readTokens(connection: Connection, list: string): Promise<string[]> {
  const tokens: string[] = [];
  for (const text of list.split(",").map((part) => part.trim())) {
    if (text === "") continue;
    const address = parse(text);
    if ((await connection.ethers.provider.getCode(address)) === "0x") {
      throw new ClientError("There is no contract at the address of a token.", {
        token: address,
        network: connection.networkName,
        "what to do": "give the address of an ERC-20 contract on this network",
      });
    }
    tokens.push(address);
  }
  return tokens;
}

function parse(text: string): string {
  try {
    return getAddress(text);
  } catch {
    throw new ClientError("A token's address cannot be read.", {
      option: "--tokens",
      given: text,
      expected: "addresses (0x and 40 hexadecimal digits, checksums right), separated by commas",
    });
  }
}

/** Makes tokens assets. Returns those that were none before. */
export async function registerTokens(
  connection: Connection,
  deployment: Deployment,
  addresses: readonly string[],
): Promise<Token[]> {
  const l1 = new L1Rollup(deployment, await firstSigner(connection));
  const known = new Set((await l1.tokens()).map(({ address }) => address));
  const registered: Token[] = [];
  for (const address of addresses) {
    if (known.has(address)) continue;
    known.add(address);
    registered.push(await l1.registerToken(address));
  }
  return registered;
}
