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
import type { SenderOptions } from "../../../plugin/settlement/sending/sender.ts";
import { Settler } from "../../../plugin/settlement/sending/settler.ts";

/** The first account of every Hardhat chain. */
const sequencerKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/** Blocks on top of a final one in these tests, unless a test says otherwise. */
export const confirmations = 3;

export type OperatorOptions = L1Options &
  SenderOptions & {
    /** Name of its store. */
    readonly store?: string;
    readonly copies?: boolean;
    /** Whether the node signs transactions, as Hardhat's own networks do for us. */
    readonly accountsOfNode?: boolean;
  };

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
    options: SenderOptions,
  ) {
    this.l1 = l1;
    this.store = store;
    this.sequencer = sequencer;
    this.follower = new L1Follower({ l1, store, sequencer, copies, recheckAfter: 1 });
    this.settler = new Settler({ l1, store, sequencer }, options);
  }

  static async start(
    { deployment, url, folder }: { deployment: Deployment; url: string; folder: string },
    options: OperatorOptions = {},
  ): Promise<Operator> {
    const network = Network.from(Number(deployment.chainId));
    const provider = new JsonRpcProvider(url, network, {
      staticNetwork: network,
      batchMaxCount: 1,
      cacheTimeout: -1,
    });
    const wallet = new Wallet(sequencerKey, provider);
    const signer = options.accountsOfNode === true ? await provider.getSigner(wallet.address) : wallet;
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
