import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { poseidonContract } from "circomlibjs";
import type { BaseContract, Signer } from "ethers";
import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import { type Shape, shapeId } from "../../plugin/protocol/shape.ts";
import { ethers } from "./connection.ts";
import { type AccountContract, as, type RollupContract, type TokenContract } from "./rollup-contract.ts";

export const hour = 3_600;
const day = 24 * hour;
export const noAddress = `0x${"0".repeat(40)}`;

/** Wei to send with a request: more than its fee, so that some comes back. */
export const spare = 10n ** 18n;

export const assets = { eth: 1, token: 2 } as const;

const dimensions = { transactions: 4, fees: 1, applications: 0 };

/**
 * Shapes of a tree of 16 accounts. The exit tree is as deep as the largest that is registered needs: 3 levels, with
 * the wide one 8.
 */
export const shapes = {
  small: { depth: 2, accounts: 4, operations: 2, exits: 2, ...dimensions },
  large: { depth: 2, accounts: 12, operations: 6, exits: 7, ...dimensions },
  wide: { depth: 2, accounts: 1, operations: 1, exits: 256, ...dimensions },
} as const satisfies Record<string, Shape>;
export type ShapeName = keyof typeof shapes;

export const keyHashes = { small: ethers.id("small"), large: ethers.id("large"), wide: ethers.id("wide") };

export const times = {
  sequencerTimeout: hour,
  forcedInclusionPeriod: day,
  deadlineSpacing: 60,
  provingMargin: (day - hour) / 2,
  upgradeDelay: 31 * day,
};

export type DeploymentOptions = {
  readonly depth?: number;
  readonly openToAll?: boolean;
  readonly sequencer?: string;
  readonly maxQueuedDeposits?: number;
  readonly admin?: string;
  readonly shapes?: readonly ShapeName[];
};

/** A key whose owner can sign, a different one for each number. */
export function key(number: number) {
  return SigningKey.fromSeed(new Uint8Array(32).fill(number)).publicKey;
}

/** A shape's id on a rollup whose tree has `depth` levels. */
export function idOf(name: ShapeName, depth: number = shapes[name].depth): string {
  return shapeId({ ...shapes[name], depth }, keyHashes[name]);
}

/** What the constructor takes, for a rollup with the small and the large shape unless others are named. */
async function constructorArguments(options: DeploymentOptions = {}) {
  const sequencer = options.sequencer ?? (await signer(1)).address;
  const configuration = {
    depth: options.depth ?? shapes.small.depth,
    poseidon: await deployPoseidon(),
    sequencer: options.openToAll === true ? noAddress : sequencer,
    sequencerTimeout: times.sequencerTimeout,
    forcedInclusionPeriod: times.forcedInclusionPeriod,
    deadlineSpacing: times.deadlineSpacing,
    maxQueuedDeposits: options.maxQueuedDeposits ?? 10,
    admin: options.admin ?? noAddress,
    upgradeDelay: options.admin === undefined ? 0 : times.upgradeDelay,
  };
  const slots = [];
  for (const name of options.shapes ?? (["small", "large"] as const)) {
    slots.push({ ...shapes[name], verifier: await deployVerifier(keyHashes[name]) });
  }
  return { configuration, shapes: slots };
}

/** A rollup whose verifiers accept what they expect; asset 2 is a sample token that Alice has and has approved. */
export async function deployRollup(options: DeploymentOptions = {}) {
  const { configuration, shapes: registered } = await constructorArguments(options);
  const contract = await deploy<RollupContract>("Rollup", [configuration, registered]);
  const [sequencer, alice, bob, racer] = await Promise.all([signer(1), signer(2), signer(3), signer(4)]);
  const token = await deploy<TokenContract>("SampleToken");
  await contract.registerToken(token);
  await giveTokens(token, contract, alice);
  return { rollup: as(contract, sequencer), token, sequencer, alice, bob, racer };
}

/** The default rollup, as a fixture. */
export async function defaultRollup() {
  return deployRollup();
}

/** The arguments of the default rollup's constructor, as a fixture. */
export async function defaultArguments() {
  return constructorArguments();
}
export type Deployed = Awaited<ReturnType<typeof deployRollup>>;

/** A token that a test can make misbehave, registered as the next asset; Alice has it and has approved it. */
export async function registerScriptedToken({ rollup, alice }: Deployed): Promise<TokenContract> {
  const token = await deploy<TokenContract>("ScriptedToken");
  await rollup.registerToken(token);
  await giveTokens(token, rollup, alice);
  return token;
}

export async function deployScriptedAccount(): Promise<AccountContract> {
  return deploy<AccountContract>("ScriptedAccount");
}

async function deployPoseidon() {
  const [deployer] = await ethers.getSigners();
  const abi = [...poseidonContract.generateABI(4)];
  const factory = new ethers.ContractFactory(abi, poseidonContract.createCode(4), deployer);
  return (await factory.deploy()).waitForDeployment();
}

/** Deploys a contract of this project, with its methods' names known. */
export async function deploy<C extends BaseContract>(name: string, args: unknown[] = []): Promise<C> {
  return (await ethers.deployContract(name, args)) as BaseContract as C;
}

export async function deployVerifier(keyHash: string) {
  return ethers.deployContract("ExpectedInputsVerifier", [keyHash]);
}

async function giveTokens(token: TokenContract, rollup: RollupContract, owner: Signer): Promise<void> {
  await token.mint(owner, 1_000_000_000n);
  await as(token, owner).approve(rollup, ethers.MaxUint256);
}

async function signer(number: number): Promise<HardhatEthersSigner> {
  const found = (await ethers.getSigners())[number];
  if (found === undefined) throw new Error(`The chain has no account ${number}.`);
  return found;
}
