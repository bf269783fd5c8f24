import type { Logger } from "pino";
import type { RollupClient } from "../../client/rollup.ts";
import type { Prover } from "../../prover/prover.ts";
import { SequencerError } from "../../sequencer/errors.ts";
import type { SequencerEventMap } from "../../sequencer/events.ts";
import { NodeMetrics } from "../../sequencer/rpc/metrics.ts";
import { NodeRpc, type NodeRpcLimits } from "../../sequencer/rpc/node-rpc.ts";
import type { Health } from "../../sequencer/rpc/server.ts";
import type { SealingPolicy } from "../../sequencer/sealing-policy.ts";
import { DeepReorg, L1Unavailable } from "../../settlement/chain/errors.ts";
import { type FollowStep, L1Follower } from "../../settlement/following/l1-follower.ts";
import type { Settler } from "../../settlement/sending/settler.ts";
import { Duty } from "./duty.ts";
import { addRollupMetrics } from "./node-metrics.ts";

export type NodeOptions = {
  readonly client: RollupClient;
  readonly log: Logger;
  /** Version of the package. */
  readonly version: string;
  /** Whether somebody else sequences: the node only keeps a copy and serves reads. Default false. */
  readonly following?: boolean;
  /** What makes proofs. Default: the client's own. */
  readonly prover?: Prover | undefined;
  /** When to seal. */
  readonly sealing?: SealingPolicy;
  /** Milliseconds between two looks at L1. Default 4,000. */
  readonly pollMilliseconds?: number;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly limits?: Partial<NodeRpcLimits>;
  readonly trustProxy?: boolean;
};

/** What a node does all the time. */
type DutyName = "follow" | "seal" | "prove" | "settle";

const defaultPoll = 4_000;
const sealPause = 250;
const provePause = 1_000;
/** Milliseconds without a look at L1 after which a node is not healthy. */
const maxSilence = 60_000;

/**
 * A rollup's node, all of it: it follows L1, takes transactions, seals batches, has them proven and settles them, and
 * tells the world. Each of these goes on when another one fails.
 */
export class RollupNode {
  /** Where it listens. */
  readonly url: string;
  /** Resolves when it has stopped; rejects if it had to, since what it relies on is gone. */
  readonly ended: Promise<void>;
  readonly #options: NodeOptions;
  readonly #rpc: NodeRpc;
  readonly #stop = new AbortController();
  readonly #duties = new Map<DutyName, Duty>();
  readonly #problems: Map<DutyName, string>;
  readonly #state: NodeState;
  /** Aborted when a batch that may be under way is gone. */
  #proving = new AbortController();

  private constructor(options: NodeOptions, rpc: NodeRpc, state: NodeState, problems: Map<DutyName, string>) {
    this.#options = options;
    this.#rpc = rpc;
    this.#state = state;
    this.#problems = problems;
    this.url = rpc.url;
    this.#begin();
    this.ended = this.#end();
  }

  /**
   * Starts a node. It catches up with L1 first, so that it serves nothing that is long out of date.
   *
   * @throws CannotListen; DeepReorg; L1Unavailable if L1 cannot be read
   */
  static async start(options: NodeOptions): Promise<RollupNode> {
    const { client, log, version, following = false, host, port, limits, trustProxy } = options;
    const { l1, store, sequencer, deployment } = client;
    const follower = new L1Follower({
      l1,
      store,
      sequencer,
      copies: following,
      onBatch: ({ batchNumber }, total) => log.info({ batchNumber, total }, "read a settled batch from L1"),
    });
    const state: NodeState = { follower, seen: await follower.step(), seenAt: Date.now() };
    const problems = new Map<DutyName, string>();
    const metrics = new NodeMetrics();
    addRollupMetrics(metrics, client, () => state.seen);
    const rpc = await NodeRpc.start({
      sequencer,
      store,
      domain: deployment.domain,
      shapes: deployment.shapes,
      following,
      log,
      version,
      metrics,
      host,
      port,
      l1: () => ({
        blockNumber: state.seen.head.number,
        finalBlockNumber: state.seen.final.number,
        observedEntries: store.progress.observed,
      }),
      health: () => healthOf(state, problems),
      ...(limits === undefined ? {} : { limits }),
      ...(trustProxy === undefined ? {} : { trustProxy }),
    });
    return new RollupNode(options, rpc, state, problems);
  }

  /** Answers what is under way, gives up proofs that are being made, and ends. What is acknowledged is on disk. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.ended;
  }

  #begin(): void {
    const { following = false, pollMilliseconds = defaultPoll, client } = this.#options;
    this.#add("follow", pollMilliseconds, () => this.#follow());
    if (following) return;
    const settler = client.settler();
    this.#add("seal", sealPause, () => this.#seal());
    this.#add("prove", provePause, () => this.#prove());
    this.#add("settle", pollMilliseconds, () => this.#settle(settler));
    client.sequencer.on("batch", this.#onBatch);
    client.store.events.onFailure = (error) =>
      this.#options.log.error({ err: error }, "cannot tell of a change");
  }

  readonly #onBatch = ({ batchNumber, status }: SequencerEventMap["batch"][0]): void => {
    this.#options.log.info({ batchNumber }, `batch ${status}`);
    if (status === "unsealed") this.#proving.abort(new Error("A batch has been unsealed."));
    if (status === "sealed") this.#duties.get("prove")?.wake();
    if (status === "proven") this.#duties.get("settle")?.wake();
  };

  #add(name: DutyName, pause: number, step: () => Promise<boolean>): void {
    const { signal } = this.#stop;
    const duty = new Duty(step, {
      pause,
      signal,
      onFailure: (error) => this.#onFailure(name, error),
      onSuccess: () => this.#problems.delete(name),
    });
    this.#duties.set(name, duty);
  }

  async #end(): Promise<void> {
    const duties = [...this.#duties.values()].map(({ ended }) => ended);
    try {
      await Promise.all(duties);
    } finally {
      this.#stop.abort();
      this.#options.client.sequencer.off("batch", this.#onBatch);
      await this.#rpc.close();
      await Promise.allSettled(duties);
    }
  }

  async #follow(): Promise<boolean> {
    const step = await this.#state.follower.step();
    this.#state.seen = step;
    this.#state.seenAt = Date.now();
    const { entries, settled, adopted, final } = step;
    const { log, client } = this.#options;
    const { store } = client;
    if (entries > 0) log.info({ entries, block: final.number }, "observed entries of the L1 queue");
    if (adopted.length > 0) log.info({ batches: adopted }, "took batches over from L1");
    for (const batchNumber of adopted) store.events.emit("batch", { batchNumber, status: "settled" });
    if (settled.length > 0) log.info({ batches: settled }, "batches are final on L1");
    return false;
  }

  async #seal(): Promise<boolean> {
    const { client, sealing = {} } = this.#options;
    await client.sequencer.sealDue(sealing, Math.floor(Date.now() / 1_000));
    return false;
  }

  async #prove(): Promise<boolean> {
    const { client, prover, log } = this.#options;
    if (client.unproven().length === 0) return false;
    this.#proving = new AbortController();
    await client.prove({
      ...(prover === undefined ? {} : { prover }),
      signal: AbortSignal.any([this.#stop.signal, this.#proving.signal]),
      onProgress: (batchNumber, message) => log.debug({ batchNumber, message }, "proving"),
      onBatch: ({ batchNumber, proofSeconds, witnessSeconds }) =>
        log.info({ batchNumber, proofSeconds, witnessSeconds }, "proof made"),
    });
    return true;
  }

  async #settle(settler: Settler): Promise<boolean> {
    const { sent, included, orphaned, lost, unsealed } = await settler.step();
    const { log } = this.#options;
    if (sent !== undefined) log.info({ ...sent }, "sent a settlement");
    if (included.length > 0) log.info({ batches: included }, "batches are mined");
    if (orphaned.length > 0) log.warn({ batches: orphaned }, "batches are not on L1 any more: sent again");
    if (lost.length > 0) log.warn({ batches: lost }, "settlements failed: sent anew");
    if (unsealed.length > 0) log.warn({ batches: unsealed }, "late entries of the L1 queue: sealed anew");
    return false;
  }

  #onFailure(name: DutyName, error: unknown): void {
    if (error instanceof DeepReorg) throw error;
    if (error instanceof SequencerError && error.code === "CORRUPTED_STORE") throw error;
    if (this.#proving.signal.aborted && name === "prove") return;
    const { message } = error as Error;
    this.#problems.set(name, message);
    const { log } = this.#options;
    if (error instanceof L1Unavailable) log.warn({ problem: message }, `L1 is not available (${name})`);
    else log.error({ err: error }, `cannot ${name}; tries again`);
  }
}

type NodeState = {
  readonly follower: L1Follower;
  seen: FollowStep;
  /** Unix time in milliseconds of the last look at L1 that succeeded. */
  seenAt: number;
};

/** A node that has lost L1 for a while, or cannot do one of its duties, is not healthy. */
function healthOf({ seenAt }: NodeState, problems: ReadonlyMap<DutyName, string>): Health {
  const silence = Date.now() - seenAt;
  const found = [...problems]
    .filter(([name]) => name !== "follow")
    .map(([name, problem]) => `cannot ${name}: ${problem.split("\n")[0]}`);
  if (silence > maxSilence) found.push(`cannot read L1 for ${Math.round(silence / 1_000)} s`);
  return { healthy: found.length === 0, problems: found };
}
