import { existsSync } from "node:fs";
import path from "node:path";
import { circuitName } from "../circuits/compile-shape.ts";
import { ClientError } from "../client/errors.ts";
import { type Connection, deploymentFile, type Environment, isSimulated } from "../client/open-rollup.ts";
import type { RollupClient } from "../client/rollup.ts";
import { ceremonyFolder } from "../client/verified-key.ts";
import { productionKeyPath } from "../prover/ceremony/production-key.ts";
import { developmentKeyPath } from "../prover/keys/development-key.ts";
import { proofSystem as proofSystemByName } from "../prover/proof-systems.ts";
import { keysFolder } from "../prover/shape-setup.ts";
import type { Deployment } from "../settlement/deployment.ts";
import { isDevelopmentChain } from "../settlement/development-chain.ts";

/** A command of ours on a network. */
export function command(task: string, networkName?: string): string {
  return `npx hardhat rollup:${task}${networkName === undefined ? "" : ` --network ${networkName}`}`;
}

/** A value as it is typed in a shell: `#0` would be a comment. */
export function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `"${value.replace(/["$`\\]/g, "\\$&")}"`;
}

/** What to run next, by what waits. */
export function nextCommand(client: RollupClient): string {
  const { network } = client.deployment;
  const [unproven] = client.unproven();
  const [unsettled] = client.unsettled();
  // What can be settled goes first, so that it need not wait for the proofs behind it.
  if (unsettled !== undefined && (unproven === undefined || unsettled < unproven)) {
    return command("settle", network);
  }
  if (unproven !== undefined) return command("prove", network);
  if (client.sequencer.pendingCount() > 0) return command("sequence", network);
  return firstPayment(client.deployment);
}

/** A deposit to begin with: to a name where names are wallets, else to the first account. */
export function firstPayment({ network, chainId }: Deployment): string {
  const party = isDevelopmentChain(chainId) ? "--to alice" : '--from "#0"';
  return `${command("send", network)} --kind deposit ${party} --amount 1`;
}

type Stage = { readonly name: string; readonly isDone: boolean; readonly command: string };

/**
 * Refuses a network whose chain ends with this process: what a task does there is lost with it.
 *
 * @throws ClientError that says how to get one that stays
 */
export function requireLasting(hre: Environment, connection: Connection): void {
  if (isSimulated(connection)) throw noLastingNetwork(hre, connection.networkName);
}

/**
 * Refuses a network on which there is nothing to work with yet. The error says which steps are done, which one is missing, and the command for it.
 *
 * @throws ClientError
 */
export async function requireDeployed(hre: Environment, connection: Connection): Promise<void> {
  requireLasting(hre, connection);
  if (existsSync(await deploymentFile(hre, connection))) return;
  const stages = stagesUpToDeployment(hre, connection.networkName);
  const next = stages.find(({ isDone }) => !isDone);
  throw new ClientError(`No rollup is deployed on the network "${connection.networkName}" yet.`, {
    ...Object.fromEntries(
      stages.map(({ name, isDone, command: run }) => [name, isDone ? "done" : `missing: ${run}`]),
    ),
    "what to do": next?.command ?? "",
    "or all at once": `${command("prove")} --demo`,
  });
}

function noLastingNetwork({ config }: Environment, networkName: string): ClientError {
  const lasting = Object.entries(config.networks).filter(([, network]) => network?.type === "http");
  const [name = "localhost"] = lasting.map(([known]) => known);
  const [missing] = stagesUpToDeployment({ config }, name).filter(({ isDone }) => !isDone);
  return new ClientError(`The chain of the network "${networkName}" ends with this command.`, {
    "missing first": "a chain that stays: npx hardhat node, in another terminal",
    "after that": missing?.command ?? command("deploy", name),
    "networks that stay": lasting.map(([known]) => known).join(", ") || "none in the Hardhat config",
    "or all at once, in this process": `${command("prove")} --demo`,
  });
}

function stagesUpToDeployment({ config }: Pick<Environment, "config">, networkName: string): Stage[] {
  const { folder, register, proofSystem } = config.rollup;
  const every = (file: (shape: string) => string): boolean =>
    register.every((shape) => existsSync(file(shape)));
  return [
    {
      name: "circuits",
      isDone: every((shape) => {
        const circuit = circuitName(shape, proofSystemByName(proofSystem).optimization);
        return path.join(folder, "circuits", circuit, `${circuit}.r1cs`);
      }),
      command: command("compile"),
    },
    {
      name: "keys",
      isDone: register.every((shape) =>
        [
          developmentKeyPath(keysFolder(folder), shape, proofSystem),
          productionKeyPath(ceremonyFolder(config, shape), shape, proofSystem),
        ].some(existsSync),
      ),
      command: command("setup"),
    },
    { name: "rollup", isDone: false, command: command("deploy", networkName) },
  ];
}
