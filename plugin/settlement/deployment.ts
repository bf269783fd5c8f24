// What a deployment file says, and whether it is true. The file is all that a later run knows of an earlier one.

import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Contract, getAddress, type Provider } from "ethers";
import { z } from "zod";
import { ProtocolError } from "../protocol/errors.ts";
import type { Facts } from "../protocol/facts.ts";
import { type Shape, shapeId } from "../protocol/shape.ts";
import { rollupDomain } from "../protocol/transaction.ts";
import { type ProofSystemName, proofSystemNames } from "../prover/proof-system.ts";
import { rollupInterface } from "./abi.ts";
import { isRefusedCall } from "./contract-error.ts";
import { SettlementError } from "./errors.ts";

/** A shape with the verifier of its proofs. */
export type DeployedShape = {
  readonly name: string;
  readonly shape: Shape;
  /** What proves its batches. `simulated`: nothing does, on chains for development. */
  readonly system: ProofSystemName;
  /** Its id on chain, `0x` and 64 digits. */
  readonly id: string;
  /** Address of its verifier. */
  readonly verifier: string;
  /** Hash of the verification key (protocol section 9), `0x` and 64 digits. */
  readonly keyHash: string;
  /** Content hash of the circuit that the key is for. */
  readonly circuitHash: string;
  /** Whether the key's secrets are known, so that anybody can forge proofs. */
  readonly development: boolean;
};

/** A rollup on a chain. Addresses have their checksums. */
export type Deployment = {
  /** Name of the network in Hardhat's config. */
  readonly network: string;
  readonly chainId: bigint;
  readonly rollup: string;
  readonly poseidon: string;
  /** The block that has the rollup's creation: nothing of it is older. */
  readonly blockNumber: number;
  /** That block's hash: a chain that was started anew has another one. */
  readonly blockHash: string;
  readonly deployer: string;
  readonly depth: number;
  readonly domain: bigint;
  readonly shapes: readonly DeployedShape[];
};

/**
 * `MISSING`: there is no file. `DAMAGED`: it is not what writeDeployment wrote. `WRONG_CHAIN`: the network is another
 * one. `STALE`: the network does not have that rollup, or no more.
 */
export type DeploymentErrorCode = "MISSING" | "DAMAGED" | "WRONG_CHAIN" | "STALE";

/** Why a deployment cannot be used. Callers branch on the code. */
export class DeploymentError extends SettlementError {
  readonly code: DeploymentErrorCode;

  constructor(code: DeploymentErrorCode, sentence: string, facts: Facts, cause?: Error) {
    super(sentence, facts, cause);
    this.name = "DeploymentError";
    this.code = code;
  }
}

/** Raise it when a file changes its meaning. */
const fileVersion = 1;

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "Expected an address")
  .transform((text, context) => {
    try {
      return getAddress(text);
    } catch {
      context.addIssue({ code: "custom", message: "The address has a wrong checksum" });
      return z.NEVER;
    }
  });
const hash = z.string().regex(/^0x[0-9a-f]{64}$/, "Expected 0x and 64 lower-case hexadecimal digits");
const integer = z.number().int().nonnegative();
const decimal = z
  .string()
  .regex(/^(0|[1-9][0-9]*)$/, "Expected an integer in decimals, in quotes")
  .transform(BigInt);

const shapeType = z
  .object({
    depth: integer,
    transactions: integer,
    accounts: integer,
    operations: integer,
    exits: integer,
    fees: integer,
    applications: integer,
  })
  .strict();

const fileType = z
  .object({
    version: z.literal(fileVersion),
    network: z.string().min(1),
    chainId: decimal,
    rollup: address,
    poseidon: address,
    blockNumber: integer,
    blockHash: hash,
    deployer: address,
    depth: integer,
    domain: decimal,
    shapes: z
      .array(
        z
          .object({
            name: z.string().min(1),
            shape: shapeType,
            // Files from before there was a choice do not name it.
            system: z.enum(proofSystemNames).default("groth16"),
            id: hash,
            verifier: address,
            keyHash: hash,
            circuitHash: z.string().min(1),
            development: z.boolean(),
          })
          .strict(),
      )
      .nonempty(),
  })
  .strict();

/** The file of a network's deployment. Networks of one name on other chains have other files. */
export function deploymentPath(folder: string, networkName: string, chainId: bigint): string {
  return path.join(folder, `${encodeURIComponent(networkName)}-${chainId}.json`);
}

/** Writes a deployment file, as a whole or not at all. */
export async function writeDeployment(file: string, deployment: Deployment): Promise<void> {
  const content = { version: fileVersion, ...deployment };
  const text = JSON.stringify(
    content,
    (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
    2,
  );
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString("hex")}.partial`;
  try {
    await writeFile(temporary, `${text}\n`);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Reads a deployment file. Whether the chain still has the rollup is for checkDeployment to say.
 *
 * @param file - From deploymentPath.
 * @throws DeploymentError `MISSING`, `DAMAGED`
 */
export async function readDeployment(file: string): Promise<Deployment> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new DeploymentError("MISSING", "No rollup is deployed on this network.", {
      "expected file": file,
      "to deploy one": deployCommand(networkOf(file)),
    });
  }
  try {
    return parseDeployment(text);
  } catch (error) {
    if (!(error instanceof ProtocolError || error instanceof z.ZodError || error instanceof SyntaxError)) {
      throw error;
    }
    throw new DeploymentError(
      "DAMAGED",
      "The deployment file is damaged.",
      {
        file,
        problem: problemOf(error),
        "what to do": "restore the file; if nobody needs that rollup, delete it and deploy a new one",
        "to deploy one": deployCommand(networkOf(file)),
      },
      error,
    );
  }
}

/** The deployment file of a rollup, whatever its network is called. Files that cannot be read are passed over. */
export async function findDeploymentOf(
  folder: string,
  chainId: bigint,
  rollup: string,
): Promise<Deployment | undefined> {
  const files = await readdir(folder).catch(() => []);
  for (const file of files.filter((name) => name.endsWith(`-${chainId}.json`))) {
    const deployment = await readDeployment(path.join(folder, file)).catch(() => undefined);
    if (deployment?.rollup.toLowerCase() === rollup.toLowerCase()) return deployment;
  }
  return undefined;
}

/**
 * Refuses a deployment that is not on the provider's chain: another chain id, no contract at the address, another
 * block in the place of the deployment's (a chain started anew, or reorganised), or a rollup that the deployment
 * does not describe.
 *
 * @throws DeploymentError `WRONG_CHAIN`, `STALE`
 */
export async function checkDeployment(deployment: Deployment, provider: Provider): Promise<void> {
  const { network, rollup, chainId, blockNumber, blockHash } = deployment;
  const given = (await provider.getNetwork()).chainId;
  if (given !== chainId) {
    throw new DeploymentError("WRONG_CHAIN", "The deployment is on another chain.", {
      network,
      "chain id of the deployment": chainId,
      "chain id of the network": given,
      "what to do": "choose the network with --network, or deploy there",
      "to deploy": deployCommand(network),
    });
  }
  if ((await provider.getCode(rollup)) === "0x") {
    throw staleDeployment(deployment, "There is no contract at the deployment's address.", {});
  }
  const found = (await provider.getBlock(blockNumber))?.hash ?? "no such block";
  if (found !== blockHash) {
    throw staleDeployment(deployment, "The deployment's block is another one on this chain.", {
      block: blockNumber,
      "hash in the deployment": blockHash,
      "hash on the chain": found,
    });
  }
  await checkContract(deployment, provider);
}

/** Refuses a deployment whose contract is not what it says. */
async function checkContract(deployment: Deployment, provider: Provider): Promise<void> {
  const contract = new Contract(deployment.rollup, rollupInterface, provider);
  const read = async (view: string) => String(await contract.getFunction(view).staticCall());
  const expected = {
    domain: String(deployment.domain),
    depth: String(deployment.depth),
    poseidon: deployment.poseidon,
    shapeIds: deployment.shapes.map(({ id }) => id).join(","),
  };
  for (const [view, value] of Object.entries(expected)) {
    const onChain = await read(view).catch((error: unknown) => {
      if (!isRefusedCall(error)) throw error;
      return "the contract does not answer";
    });
    if (onChain === value) continue;
    throw staleDeployment(deployment, "The contract at the deployment's address is not what it describes.", {
      view,
      "in the deployment": value,
      "on the chain": onChain,
    });
  }
}

function staleDeployment(deployment: Deployment, sentence: string, facts: Facts): DeploymentError {
  const { network, chainId, rollup } = deployment;
  return new DeploymentError("STALE", sentence, {
    network,
    rollup,
    ...facts,
    "what to do": `if the chain was started anew, deploy again, which replaces ${path.basename(deploymentPath("", network, chainId))} on a development chain`,
    "to deploy": deployCommand(network),
  });
}

function parseDeployment(text: string): Deployment {
  const { version: _, ...deployment } = fileType.parse(JSON.parse(text));
  const { chainId, rollup, depth, domain, shapes } = deployment;
  const require = (holds: boolean, field: string) => {
    if (!holds) {
      throw new z.ZodError([{ code: "custom", path: [field], message: "Does not fit the other fields" }]);
    }
  };
  require(domain === rollupDomain(chainId, rollup), "domain");
  for (const { shape, keyHash, id } of shapes) {
    require(shape.depth === depth, "depth");
    require(shapeId(shape, keyHash) === id, "shapes");
  }
  return deployment;
}

function problemOf(error: Error): string {
  if (!(error instanceof z.ZodError)) return error.message;
  const [issue] = error.issues;
  return issue === undefined ? error.message : `${issue.path.join(".")}: ${issue.message}`;
}

function networkOf(file: string): string {
  const name = path.basename(file).replace(/-[0-9]+\.json$/, "");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function deployCommand(network: string): string {
  return `npx hardhat rollup:deploy --network ${network}`;
}
