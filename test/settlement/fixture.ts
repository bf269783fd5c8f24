import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { artifacts } from "hardhat";
import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import type { BuiltContract } from "../../plugin/settlement/artifacts.ts";
import {
  type CircuitToDeploy,
  type DeploymentRequest,
  deployRollup,
} from "../../plugin/settlement/deploy.ts";
import { L1Rollup } from "../../plugin/settlement/l1.ts";
import { ethers } from "./connection.ts";

/** Two shapes of a tree of 64 accounts. */
export const shapes = {
  small: { depth: 3, transactions: 4, accounts: 6, operations: 2, exits: 3, fees: 1, applications: 0 },
  large: { depth: 3, transactions: 8, accounts: 10, operations: 5, exits: 5, fees: 2, applications: 0 },
} as const satisfies Record<string, Shape>;
export type ShapeName = keyof typeof shapes;

export const parameters = {
  sequencerTimeout: 3_600,
  forcedInclusionPeriod: 86_400,
  deadlineSpacing: 60,
  maxQueuedDeposits: 100,
};

/** A key whose owner can sign, a different one for each number. */
export function key(number: number) {
  return SigningKey.fromSeed(new Uint8Array(32).fill(number)).publicKey;
}

export async function account(number: number): Promise<HardhatEthersSigner> {
  const found = (await ethers.getSigners())[number];
  if (found === undefined) throw new Error(`The chain has no account ${number}.`);
  return found;
}

async function readArtifact(contract: string): Promise<BuiltContract> {
  const { abi, bytecode } = await artifacts.readArtifact(contract);
  return { abi, bytecode };
}

/** A circuit whose verifier takes the inputs that a proof is for as its proof; it calls its key a development one. */
export async function circuit(name: ShapeName): Promise<CircuitToDeploy> {
  const keyHash = ethers.id(name);
  const { abi, bytecode } = await readArtifact("ExpectedInputsVerifier");
  return {
    name,
    shape: shapes[name],
    system: "groth16",
    // A verifier that setup makes has no constructor: here its argument becomes part of the creation code.
    verifierArtifact: {
      abi: abi.filter((entry: { type: string }) => entry.type !== "constructor"),
      bytecode: ethers.concat([bytecode, keyHash]),
    },
    keyHash,
    circuitHash: `circuit of ${name}`,
    development: true,
  };
}

export async function deploymentRequest(change: Partial<DeploymentRequest> = {}): Promise<DeploymentRequest> {
  return {
    signer: await account(0),
    readArtifact,
    circuits: [await circuit("small"), await circuit("large")],
    parameters,
    networkName: "default",
    ...change,
  };
}

/** A rollup with both shapes; its first account is the sequencer. Asset 2 is a sample token that Alice has. */
export async function deployed() {
  const deployment = await deployRollup(await deploymentRequest());
  const [sequencer, alice, bob] = await Promise.all([account(0), account(1), account(2)]);
  const token = await ethers.deployContract("SampleToken");
  const l1 = new L1Rollup(deployment, sequencer);
  await l1.registerToken(await token.getAddress());
  await (await token.getFunction("mint").send(alice, 1_000_000n)).wait();
  return { deployment, l1, token, sequencer, alice, bob };
}
