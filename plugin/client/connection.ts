import type { EventEmitter } from "node:events";
import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { IsolatedEvents } from "../sequencer/isolated-events.ts";
import type { BatchReport } from "./batch-report.ts";
import { ChainSnapshots } from "./chain-snapshots.ts";
import type { RollupEvents } from "./events.ts";
import type { Environment } from "./open-rollup.ts";
import type { RollupClient, RollupSnapshot } from "./rollup.ts";

const methods = [
  "wallet",
  "asset",
  "registerToken",
  "deposit",
  "exit",
  "transfer",
  "withdraw",
  "balance",
  "balances",
  "seal",
  "commitBatch",
  "prove",
  "proveBatch",
  "settleProven",
  "settle",
  "claim",
  "sync",
] as const satisfies readonly (keyof RollupClient)[];

/**
 * The rollup of a network connection. On an in-process chain it is deployed when it is first used and goes with the
 * connection; on other networks it is the one of the deployment file (`rollup:deploy`). Where the chain goes back to a
 * snapshot (`loadFixture`), it goes back as well.
 */
export type RollupConnection = Pick<RollupClient, (typeof methods)[number]> & {
  /** What happens on it, whenever it is opened. `once` of node:events waits for one. */
  readonly events: EventEmitter<RollupEvents>;
  /**
   * Seals, proves and settles all that is pending, and mines until L1 counts it as final: for chains that mine on
   * demand only, and for configured confirmations. As `settle` where a chain mines by itself and one block suffices.
   *
   * @returns the reports of the batches that have settled
   * @throws ClientError on a network that does not mine on demand
   */
  mineUntilSettled(): Promise<BatchReport[]>;
  /**
   * Another rollup on this chain, by the address of its contract: what L1 tells of it, and the circuits and keys of the
   * config. It is this one for this one's address.
   *
   * @throws ClientError if there is none, or one of shapes or keys that are not here
   */
  at(address: string): RollupConnection;
  /** The whole client, for what has no method here: the contract, the sequencer, the store. */
  client(): Promise<RollupClient>;
  /** Releases the store. A closed connection does so itself. */
  close(): Promise<void>;
};

/** A client, and what releases it. */
export type Opened = { readonly client: RollupClient; readonly close: () => Promise<void> };

type Connected = NetworkConnection<string> & { readonly ethers: HardhatEthers };

/** The rollup of a connection, and what keeps it in step with its chain. */
export type ConnectedRollup = { readonly rollup: RollupConnection; readonly snapshots: ChainSnapshots };

/** The lazy part of a connection: nothing is loaded, deployed or opened before the first call. */
export function connectRollup(hre: Environment, connection: Connected): ConnectedRollup {
  const others = new Map<string, LazyRollup>();
  const lazy = new LazyRollup(connection, async (events) => {
    const { isSimulated, openDeployed, openEphemeral } = await import("./open-rollup.ts");
    if (isSimulated(connection)) return await openEphemeral(hre, connection, { events });
    const client = await openDeployed(hre, connection, { events });
    return { client, close: () => client.close() };
  });
  const all = (): LazyRollup[] => [lazy, ...others.values()];
  const at = (address: string): RollupConnection => {
    const key = address.toLowerCase();
    const known = others.get(key);
    if (known !== undefined) return known.rollup(at);
    const other = new LazyRollup(connection, async (events) => {
      const own = lazy.openedClient();
      if (own?.address.toLowerCase() === key) return { client: own, close: async () => undefined };
      const { openAt } = await import("./open-at.ts");
      return await openAt(hre, connection, address, { events });
    });
    others.set(key, other);
    return other.rollup(at);
  };
  const close = async (): Promise<void> => {
    for (const one of all()) await one.close();
  };
  const snapshots = new ChainSnapshots({
    snapshot: async () => {
      const goBack = await Promise.all(all().map((one) => one.snapshot()));
      const then = new Set(all());
      return async () => {
        for (const back of goBack) await back();
        for (const one of all()) if (!then.has(one)) await one.close();
      };
    },
    reset: close,
  });
  return { rollup: { ...lazy.rollup(at), close }, snapshots };
}

/** A rollup that is opened when it is first used, and again after it was closed. */
class LazyRollup {
  readonly #connection: Connected;
  readonly #open: (events: EventEmitter<RollupEvents>) => Promise<Opened>;
  readonly #events = new IsolatedEvents<RollupEvents>();
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;
  /** Counts how often it was opened or closed. */
  #changes = 0;
  #openedLater: ((client: RollupClient) => void)[] = [];

  constructor(connection: Connected, open: (events: EventEmitter<RollupEvents>) => Promise<Opened>) {
    this.#connection = connection;
    this.#open = open;
  }

  /** @param at - Finds another one on the same chain. */
  rollup(at: RollupConnection["at"]): RollupConnection {
    const calls = methods.map((name) => [
      name,
      async (...args: unknown[]) => {
        const target = await this.client();
        return await (target[name] as (...args: unknown[]) => unknown).apply(target, args);
      },
    ]);
    return {
      ...(Object.fromEntries(calls) as Pick<RollupClient, (typeof methods)[number]>),
      events: this.#events,
      at,
      mineUntilSettled: async () => {
        const { mineUntilSettled } = await import("./mine-until-settled.ts");
        return await mineUntilSettled(await this.client(), this.#connection.provider);
      },
      client: () => this.client(),
      close: () => this.close(),
    };
  }

  /** The client, if it is open. */
  openedClient(): RollupClient | undefined {
    return this.#opened?.client;
  }

  async client(): Promise<RollupClient> {
    // Two callers in one turn get one rollup; a failure is not kept.
    this.#opening ??= this.#start();
    return (await this.#opening).client;
  }

  async close(): Promise<void> {
    const closing = this.#opening;
    this.#changes++;
    this.#opening = undefined;
    this.#opened = undefined;
    // One that could not be opened has told its caller.
    await (await closing?.catch(() => undefined))?.close();
  }

  /** Takes note of this moment of the chain. Returns what goes back to it. */
  async snapshot(): Promise<() => Promise<void>> {
    const then = this.#opened?.client;
    let kept: RollupSnapshot | undefined = then?.snapshot();
    // Opened after the snapshot: as it is found is as it was then, if it was there at all.
    if (then === undefined) this.#openedLater.push((client) => (kept = client.snapshot()));
    return async () => {
      const now = this.#opened?.client;
      if (now !== undefined && kept !== undefined) await now.restore(kept);
      // What was deployed since is gone, and what was not is checked when it is used again.
      if (now === undefined || now !== then) await this.close();
    };
  }

  async #start(): Promise<Opened> {
    const change = ++this.#changes;
    try {
      const opened = await this.#open(this.#events);
      // Whoever has closed it meanwhile waits for it to close it.
      if (change !== this.#changes) return opened;
      this.#opened = opened;
      for (const note of this.#openedLater.splice(0)) note(opened.client);
      return opened;
    } catch (error) {
      if (change === this.#changes) this.#opening = undefined;
      throw error;
    }
  }
}
