import type { Logger } from "pino";
import type { RegisteredShape } from "../records.ts";
import type { Sequencer } from "../sequencer.ts";
import type { Store } from "../store.ts";
import { AdmissionGate } from "./admission-gate.ts";
import { Dispatcher } from "./dispatcher.ts";
import { EventFeed } from "./event-feed.ts";
import type { RpcMethod } from "./method.ts";
import { accountMethods } from "./methods/account-methods.ts";
import { batchMethods } from "./methods/batch-methods.ts";
import { feeMethods } from "./methods/fee-methods.ts";
import { openMethods } from "./methods/open-methods.ts";
import { proofMethods } from "./methods/proof-methods.ts";
import { sendMethods } from "./methods/send-transactions.ts";
import { statusMethods } from "./methods/status-methods.ts";
import { subscriptionMethods } from "./methods/subscription-methods.ts";
import { transactionMethods } from "./methods/transaction-methods.ts";
import { NodeMetrics } from "./metrics.ts";
import { discoverMethod, openRpcDocument } from "./open-rpc.ts";
import { refusing } from "./read-only.ts";
import { type Health, RpcServer } from "./server.ts";
import { Subscriptions } from "./subscriptions.ts";
import type { StatusJson } from "./wire.ts";

export type NodeRpcOptions = {
  readonly sequencer: Sequencer;
  readonly store: Store;
  /** See rollupDomain. */
  readonly domain: bigint;
  readonly shapes: readonly RegisteredShape[];
  /** Whether somebody else sequences, so that nothing is taken. Default false. */
  readonly following?: boolean;
  /** What the node has seen of L1; undefined before it has. */
  readonly l1?: () => StatusJson["l1"];
  readonly health?: () => Health;
  readonly metrics?: NodeMetrics;
  readonly log: Logger;
  /** Version of the package, for the OpenRPC document. */
  readonly version: string;
  readonly limits?: Partial<NodeRpcLimits>;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Whether a proxy in front says in X-Forwarded-For who calls. Default false. */
  readonly trustProxy?: boolean;
};

export type NodeRpcLimits = {
  /** Calls a second and address, a transaction counting as one; 0: no limit. Default 500. */
  readonly rate: number;
  /** Bytes of a request. Default 1 MiB. */
  readonly bodyBytes: number;
  /** Requests in one array. Default 100. */
  readonly batch: number;
  /** WebSocket connections. Default 1,000. */
  readonly connections: number;
  /** WebSocket connections of one address. Default 100. */
  readonly connectionsPerAddress: number;
  /** Accounts that callers may have opened in an hour, all together. Default 100; Infinity: no limit. */
  readonly opensPerHour: number;
  /** Transactions that wait for an answer. Default 20,000. */
  readonly admissions: number;
};

const defaultLimits: NodeRpcLimits = {
  rate: 500,
  bodyBytes: 1024 * 1024,
  batch: 100,
  connections: 1_000,
  connectionsPerAddress: 100,
  opensPerHour: 100,
  admissions: 20_000,
};

const healthy: Health = { healthy: true, problems: [] };

/** A node's interface to the world: JSON-RPC, subscriptions, metrics and health of one sequencer. */
export class NodeRpc {
  readonly metrics: NodeMetrics;
  readonly #server: RpcServer;
  readonly #gate: AdmissionGate;
  readonly #feed: EventFeed;

  private constructor(server: RpcServer, gate: AdmissionGate, metrics: NodeMetrics, feed: EventFeed) {
    this.#server = server;
    this.#gate = gate;
    this.metrics = metrics;
    this.#feed = feed;
  }

  /**
   * Serves until `close`.
   *
   * @throws CannotListen
   *
   * @example
   * const rpc = await NodeRpc.start({ sequencer, store, domain, shapes, log, version: "0.1.0", port: 9650 });
   * console.log(rpc.url);
   */
  static async start(options: NodeRpcOptions): Promise<NodeRpc> {
    const { sequencer, store, log, version } = options;
    const limits = { ...defaultLimits, ...options.limits };
    const metrics = options.metrics ?? new NodeMetrics();
    const gate = new AdmissionGate(sequencer, limits.admissions, metrics);
    const feed = new EventFeed(sequencer, store);
    const subscriptions: Subscriptions = new Subscriptions((total) => {
      metrics.subscriptions.set(total);
      feed.serve(total === 0 ? undefined : subscriptions);
    });
    const methods = methodsOf(options, limits, gate, subscriptions);
    const document = openRpcDocument(methods, version);
    const dispatcher = new Dispatcher({
      methods: [...methods, discoverMethod(() => document)],
      maxBatch: limits.batch,
      onInternalError: (method, error) => log.error({ err: error, method }, "a method has failed"),
      onCall: (method, outcome, seconds) => {
        metrics.calls.inc({ method, outcome });
        metrics.callSeconds.observe({ method }, seconds);
      },
    });
    metrics.gauge("admissions_waiting", "Transactions that wait for an answer", () => gate.waiting);
    const server = await RpcServer.start({
      host: options.host ?? "127.0.0.1",
      port: options.port,
      dispatcher,
      document,
      rateLimit: limits.rate,
      maxBodyBytes: limits.bodyBytes,
      maxConnections: limits.connections,
      maxPerAddress: limits.connectionsPerAddress,
      trustProxy: options.trustProxy ?? false,
      log,
      metrics,
      health: () => {
        const health = options.health?.() ?? healthy;
        if (gate.problem === undefined) return health;
        return { healthy: false, problems: [...health.problems, gate.problem] };
      },
    });
    return new NodeRpc(server, gate, metrics, feed);
  }

  /** Such as `http://127.0.0.1:9650`. */
  get url(): string {
    return this.#server.url;
  }

  /** Takes nothing more, answers what is under way, and ends. */
  async close(): Promise<void> {
    this.#gate.close();
    await this.#server.close();
    this.#feed.serve(undefined);
  }
}

function methodsOf(
  options: NodeRpcOptions,
  limits: NodeRpcLimits,
  gate: AdmissionGate,
  subscriptions: Subscriptions,
): RpcMethod[] {
  const { sequencer, store, domain, shapes, following = false, l1 = () => undefined } = options;
  const changing = [...sendMethods(gate), ...openMethods(sequencer, limits.opensPerHour)];
  return [
    ...(following ? refusing(changing) : changing),
    ...accountMethods(sequencer, store),
    ...transactionMethods(sequencer, store),
    ...batchMethods(store, domain),
    ...proofMethods(store),
    ...statusMethods({ sequencer, store, domain, shapes, following, l1 }),
    ...feeMethods(sequencer),
    ...subscriptionMethods(subscriptions, sequencer, store),
  ];
}
