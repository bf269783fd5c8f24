import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { AbiCoder, JsonRpcProvider, Network, Wallet } from "ethers";
import { traceBatch } from "../../../plugin/circuits/trace.ts";
import { batchChallenge, batchElements, evaluateElements } from "../../../plugin/protocol/batch-data.ts";
import { Sequencer } from "../../../plugin/sequencer/sequencer.ts";
import { Store, storeFolder } from "../../../plugin/sequencer/store.ts";
import type { Deployment } from "../../../plugin/settlement/deployment.ts";
import { L1Follower } from "../../../plugin/settlement/following/l1-follower.ts";
import { L1Rollup } from "../../../plugin/settlement/l1.ts";
import type { L1Options } from "../../../plugin/settlement/rollup-views.ts";
import { Settler, type SettlerOptions } from "../../../plugin/settlement/sending/settler.ts";
import { ethers, networkHelpers } from "../../settlement/connection.ts";
import { account, deployed, key } from "../../settlement/fixture.ts";
import { mineAtOnce, mineBlocks } from "./branches.ts";
import { MisbehavingNode } from "./misbehaving-node.ts";

/** The first account of every Hardhat chain. */
const sequencerKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/** Blocks on top of a final one in these tests, unless a test says otherwise. */
export const confirmations = 3;

/** One process of a sequencer: its store, and its eyes and hands on L1. A test may have several, one after another. */
export class Operator {
  readonly l1: L1Rollup;
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly follower: L1Follower;
  readonly settler: Settler;

  private constructor(
    l1: L1Rollup,
    store: Store,
    sequencer: Sequencer,
    copies: boolean,
    options: SettlerOptions,
  ) {
    this.l1 = l1;
    this.store = store;
    this.sequencer = sequencer;
    this.follower = new L1Follower({ l1, store, sequencer, copies, recheckAfter: 1 });
    this.settler = new Settler({ l1, store, sequencer }, options);
  }

  static async start(
    { deployment, node, folder }: Pick<Setting, "deployment" | "node" | "folder">,
    options: L1Options & SettlerOptions & { readonly store?: string; readonly copies?: boolean } = {},
  ): Promise<Operator> {
    const network = Network.from(Number(deployment.chainId));
    const provider = new JsonRpcProvider(node.url, network, {
      staticNetwork: network,
      batchMaxCount: 1,
      cacheTimeout: -1,
    });
    const signer = new Wallet(sequencerKey, provider);
    const l1 = new L1Rollup(deployment, signer, { confirmations, requestTimeout: 2_000, ...options });
    const store = await Store.open(
      storeFolder(path.join(folder, options.store ?? "one"), deployment),
      deployment,
    );
    const { domain, depth, shapes } = deployment;
    const sequencer = await Sequencer.open({ store, domain, depth, shapes });
    return new Operator(l1, store, sequencer, options.copies ?? false, options);
  }

  /** Seals and proves what is pending. The fixture's verifiers take the inputs that a proof is for as the proof. */
  async sealAndProve(): Promise<number[]> {
    const sealed = await this.sequencer.seal();
    const numbers = sealed.map((record) => record.sealed.batchNumber);
    for (const number of numbers) await this.prove(number);
    return numbers;
  }

  async prove(batchNumber: number): Promise<void> {
    const { sealed, shapeId, exits, rows } = this.store.batch(batchNumber);
    const shape = this.l1.deployment.shapes.find(({ id }) => id === shapeId)?.shape;
    if (shape === undefined) throw new Error("The batch has a shape that is not deployed.");
    const { oldRoot, newRoot } = traceBatch(shape, this.store.stateAfter(batchNumber - 1), sealed);
    const commitment = 0xc0ffeen + BigInt(batchNumber);
    const { domain } = this.l1.deployment;
    const { operations } = sealed;
    const batch = { batchNumber, newRoot, commitment, shapeId, operations, exits, rows };
    const elements = batchElements(shape, { ...batch, domain, oldRoot });
    const r = batchChallenge(shapeId, commitment, elements);
    const inputs = [commitment, r, evaluateElements(elements, r)];
    const proof = AbiCoder.defaultAbiCoder().encode(["uint256[3]"], [inputs]);
    const figures = { witnessSeconds: 0, proofSeconds: 0, constraints: 0, peakMemoryBytes: 0 };
    await this.store.saveProof(batchNumber, { commitment, newRoot, proof, ...figures });
  }

  async stop(): Promise<void> {
    await this.store.close();
  }
}

/** A rollup on a development chain, and a node in front of that which can misbehave. */
export type Setting = {
  readonly deployment: Deployment;
  readonly node: MisbehavingNode;
  /** For stores. */
  readonly folder: string;
  /** A deposit of an account's, sent past the node; it is mined with the next block if blocks are not mined at once. */
  readonly deposit: (amount: bigint, to?: number) => Promise<unknown>;
  readonly start: (options?: Parameters<typeof Operator.start>[1]) => Promise<Operator>;
};

/** A new setting for each test, undone behind it. */
export function setting(): () => Setting {
  let present: Setting | undefined;
  let operators: Operator[] = [];
  beforeEach(async () => {
    const { deployment, alice } = await networkHelpers.loadFixture(deployed);
    await mineAtOnce(true);
    await mineBlocks(5);
    const node = await MisbehavingNode.start(({ method, params }) =>
      ethers.provider.send(method, params as unknown[]),
    );
    const folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
    const contract = new L1Rollup(deployment, alice).contract;
    const deposit = async (amount: bigint, to = 1): Promise<unknown> => {
      const { ax, ay } = key(to);
      const value = amount + 10n ** 17n;
      const args = [ethers.ZeroAddress, amount, ax, ay, alice.address];
      const { data } = await contract.getFunction("deposit").populateTransaction(...args);
      const fields = { from: alice.address, to: deployment.rollup, data, value: ethers.toQuantity(value) };
      return await ethers.provider.send("eth_sendTransaction", [{ ...fields, gas: "0x7a120" }]);
    };
    const start: Setting["start"] = async (options) => {
      const operator = await Operator.start({ deployment, node, folder }, options);
      operators.push(operator);
      return operator;
    };
    present = { deployment, node, folder, deposit, start };
  });
  afterEach(async () => {
    for (const operator of operators) await operator.stop();
    operators = [];
    await present?.node.stop();
    await mineAtOnce(true);
    if (present !== undefined) await rm(present.folder, { recursive: true, force: true });
  });
  return () => {
    if (present === undefined) throw new Error("The setting exists in tests only.");
    return present;
  };
}

/** The account that settles. */
export const sequencerAccount = () => account(0);
