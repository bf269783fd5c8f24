// A node's figures for Prometheus. Their names are part of the interface: dashboards are built on them (docs/node.md).

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const prefix = "hardhat_rollup_";

/** What is counted where it happens, and a registry for what others ask for when it is wanted. */
export class NodeMetrics {
  readonly #registry = new Registry();
  readonly calls = new Counter({
    ...this.#named("rpc_calls_total", "Calls of JSON-RPC methods"),
    labelNames: ["method", "outcome"],
  });
  readonly callSeconds = new Histogram({
    ...this.#named("rpc_call_seconds", "Time to answer a call"),
    labelNames: ["method"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  });
  readonly connections = new Gauge(this.#named("rpc_connections", "WebSocket connections"));
  readonly subscriptions = new Gauge(this.#named("rpc_subscriptions", "Subscriptions of all connections"));
  readonly admitted = new Counter(this.#named("transactions_admitted_total", "Transactions taken"));
  readonly refused = new Counter({
    ...this.#named("transactions_refused_total", "Transactions not taken"),
    labelNames: ["code"],
  });
  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix: `${prefix}process_` });
  }

  /** A figure that is asked for when somebody reads the metrics. */
  gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      ...this.#named(name, help),
      collect() {
        this.set(value());
      },
    });
  }

  /** A figure that only goes up, counted where it happens. */
  counter(name: string, help: string): Counter {
    return new Counter(this.#named(name, help));
  }

  /** Everything in Prometheus' text format. */
  async exposition(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #named(name: string, help: string) {
    return { name: `${prefix}${name}`, help, registers: [this.#registry] };
  }
}
