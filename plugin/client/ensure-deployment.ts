import { getAddress } from "ethers";
import { developmentKey, isDevelopmentChain } from "../settlement/deploy.ts";
import {
  checkDeployment,
  type Deployment,
  DeploymentError,
  readDeployment,
  writeDeployment,
} from "../settlement/deployment.ts";
import { L1Rollup } from "../settlement/l1.ts";
import type { Token } from "../settlement/tokens.ts";
import { ClientError } from "./errors.ts";
import {
  type Connection,
  type DeployOptions,
  deployConfigured,
  deploymentFile,
  type Environment,
  firstSigner,
} from "./open-rollup.ts";

export type EnsureOptions = DeployOptions & {
  /** Called before a deployment that the chain does not have any more is replaced. */
  readonly onStale?: (error: DeploymentError, file: string) => void;
};

export type EnsuredDeployment = {
  readonly deployment: Deployment;
  readonly file: string;
  /** Whether it is a new one. */
  readonly isNew: boolean;
};

/**
 * The rollup of a network's deployment file; without one, a new rollup and its file. On a chain for development, a
 * rollup that the chain does not have any more is replaced: such chains are started anew all the time.
 *
 * @throws DeploymentError `DAMAGED`, `WRONG_CHAIN`, and elsewhere `STALE`; as deployConfigured
 */
export async function ensureDeployed(
  hre: Environment,
  connection: Connection,
  options: EnsureOptions = {},
): Promise<EnsuredDeployment> {
  const file = await deploymentFile(hre, connection);
  const { chainId } = await connection.ethers.provider.getNetwork();
  try {
    const deployment = await readDeployment(file);
    await checkDeployment(deployment, connection.ethers.provider);
    return { deployment, file, isNew: false };
  } catch (error) {
    if (!(error instanceof DeploymentError)) throw error;
    if (error.code === "STALE" && isDevelopmentChain(chainId)) options.onStale?.(error, file);
    else if (error.code !== "MISSING") throw error;
  }
  // Every key that this version makes is one for development: better to say so now than after minutes of work.
  const [shape] = hre.config.rollup.register;
  if (!isDevelopmentChain(chainId)) throw developmentKey(shape ?? "", connection.networkName, chainId);
  const deployment = await deployConfigured(hre, connection, options);
  await writeDeployment(file, deployment);
  return { deployment, file, isNew: true };
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
