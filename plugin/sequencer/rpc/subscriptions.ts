// Who is told what. Subscriptions belong to a connection and end with it.

import { randomUUID } from "node:crypto";
import { RpcError } from "./errors.ts";
import type { Subscriber } from "./subscriber.ts";

/** Subscriptions of one connection, at most. */
const maxPerConnection = 100;

/** Of these, the ones that name nothing and so are told everything: one of each kind is all that anybody needs. */
const maxForAllPerConnection = 4;

/** Ids and accounts that the subscriptions of one connection name, and those of all: each takes some 200 bytes. */
const maxKeysPerConnection = 5_000;
const maxKeys = 1_000_000;

/** Something that happens, by what it is about. */
export type Topic = "transaction" | "transactions" | "accounts" | "batches";

type Subscription = {
  readonly id: string;
  readonly subscriber: Subscriber;
  readonly topic: Topic;
  /** Ids of transactions or indices of accounts; undefined: all. */
  readonly keys: readonly (string | number)[] | undefined;
};

/** All subscriptions of a node. */
export class Subscriptions {
  readonly #byId = new Map<string, Subscription>();
  readonly #bySubscriber = new Map<Subscriber, Set<Subscription>>();
  #keyCount = 0;
  /** By topic, then by key; those without keys are under `all`. */
  readonly #index = new Map<string, Set<Subscription>>();
  readonly #onCount: (count: number) => void;

  /** @param onCount - Told how many there are when that changes. */
  constructor(onCount: (count: number) => void) {
    this.#onCount = onCount;
  }

  /** @throws RpcError `LIMIT_EXCEEDED` */
  add(subscriber: Subscriber, topic: Topic, keys: readonly (string | number)[] | undefined): string {
    const known = this.#bySubscriber.get(subscriber);
    const own = known ?? new Set();
    if (own.size >= maxPerConnection) {
      throw new RpcError("LIMIT_EXCEEDED", "The connection has too many subscriptions.", {
        limit: maxPerConnection,
        "what to do": "end some with rollup_unsubscribe, or give one subscription several ids or accounts",
      });
    }
    if (
      keys === undefined &&
      [...own].filter((other) => other.keys === undefined).length >= maxForAllPerConnection
    ) {
      throw new RpcError("LIMIT_EXCEEDED", "The connection has too many subscriptions to everything.", {
        limit: maxForAllPerConnection,
        "what to do": "end some with rollup_unsubscribe, or name ids or accounts",
      });
    }
    this.#requireRoom(own, keys?.length ?? 0);
    if (known === undefined) {
      this.#bySubscriber.set(subscriber, own);
      subscriber.onEnd(() => this.#end(subscriber));
    }
    const subscription = { id: randomUUID(), subscriber, topic, keys };
    own.add(subscription);
    this.#byId.set(subscription.id, subscription);
    this.#keyCount += keys?.length ?? 0;
    for (const name of namesOf(subscription)) {
      const set = this.#index.get(name) ?? new Set();
      this.#index.set(name, set.add(subscription));
    }
    this.#onCount(this.#byId.size);
    return subscription.id;
  }

  /** Ends one. Returns whether the connection had it. */
  remove(subscriber: Subscriber, id: string): boolean {
    const subscription = this.#byId.get(id);
    if (subscription?.subscriber !== subscriber) return false;
    this.#remove(subscription);
    return true;
  }

  /**
   * Tells everybody who wants to know, each subscription once.
   *
   * @param keys - What it is about.
   * @param event - Made only if somebody is told.
   */
  publish(topic: Topic, keys: readonly (string | number)[], event: () => unknown): void {
    const told = new Set<Subscription>(this.#index.get(nameOf(topic, undefined)));
    for (const key of keys) for (const each of this.#index.get(nameOf(topic, key)) ?? []) told.add(each);
    if (told.size === 0) return;
    const result = event();
    if (result === undefined) return;
    for (const { id, subscriber } of told) tell(subscriber, id, result);
  }

  /** Tells one subscription. */
  tell(id: string, result: unknown): void {
    const subscription = this.#byId.get(id);
    if (subscription !== undefined) tell(subscription.subscriber, id, result);
  }

  #end(subscriber: Subscriber): void {
    for (const subscription of this.#bySubscriber.get(subscriber) ?? []) this.#remove(subscription);
    this.#bySubscriber.delete(subscriber);
  }

  #requireRoom(own: ReadonlySet<Subscription>, count: number): void {
    let ofConnection = count;
    for (const { keys } of own) ofConnection += keys?.length ?? 0;
    if (ofConnection > maxKeysPerConnection) {
      throw new RpcError("LIMIT_EXCEEDED", "The connection's subscriptions name too many ids and accounts.", {
        limit: maxKeysPerConnection,
        given: ofConnection,
        "what to do": "end some with rollup_unsubscribe, or subscribe to all transactions",
      });
    }
    if (this.#keyCount + count <= maxKeys) return;
    throw new RpcError("LIMIT_EXCEEDED", "The node's subscriptions name too many ids and accounts.", {
      limit: maxKeys,
      "what to do": "try again later, or run a node of your own",
    });
  }

  #remove(subscription: Subscription): void {
    this.#byId.delete(subscription.id);
    this.#keyCount -= subscription.keys?.length ?? 0;
    this.#bySubscriber.get(subscription.subscriber)?.delete(subscription);
    for (const name of namesOf(subscription)) {
      const set = this.#index.get(name);
      set?.delete(subscription);
      if (set?.size === 0) this.#index.delete(name);
    }
    this.#onCount(this.#byId.size);
  }
}

function tell(subscriber: Subscriber, subscription: string, result: unknown): void {
  subscriber.notify("rollup_subscription", { subscription, result });
}

function namesOf({ topic, keys }: Subscription): string[] {
  return keys === undefined ? [nameOf(topic, undefined)] : keys.map((key) => nameOf(topic, key));
}

function nameOf(topic: Topic, key: string | number | undefined): string {
  return key === undefined ? `${topic} ` : `${topic} ${key}`;
}
