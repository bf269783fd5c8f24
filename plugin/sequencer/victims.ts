import type { Pooled } from "./mempool.ts";
import type { View } from "./view.ts";

/** Candidates by decreasing fee, so that the cheapest is the last; of the same fee the youngest is. */
type Candidates = Pooled[];

export const ethAsset = 1;

/**
 * Which pending transaction goes first when there are too many: the cheapest of those whose sender has no later one,
 * since fees compare only within an asset, in the asset of the one that comes.
 */
export class Victims {
  readonly #view: View;
  /** Made when somebody asks, since most groups find room. */
  #ready: Map<number, Candidates> | undefined;
  #waiting: Map<number, Candidates> | undefined;
  /** Transactions that are ready, by asset: as of when somebody asked, and what was evicted since. */
  #counts: Map<number, number> | undefined;

  constructor(view: View) {
    this.#view = view;
  }

  /**
   * @param waits - Whether one that waits is wanted.
   * @param from - Whose transactions are spared: nobody has his own one evicted.
   */
  cheapest(asset: number, waits: boolean, from: number): Pooled | undefined {
    const candidates = this.#candidates(waits).get(asset) ?? [];
    return candidates.findLast(
      ({ arrival, transaction }) => transaction.from !== from && this.#isThere(arrival, transaction),
    );
  }

  /**
   * The cheapest of the other asset with the most transactions that are ready, as long as ETH has less than half of all.
   * Anybody can make a token and fill the pool with it, which nobody could displace who pays in what is worth something.
   */
  cheapestBesideEth(): Pooled | undefined {
    this.#counts ??= this.#countByAsset();
    const others = [...this.#counts].filter(([asset]) => asset !== ethAsset);
    const [most] = others.sort(([, one], [, other]) => other - one);
    const eth = this.#counts.get(ethAsset) ?? 0;
    if (most === undefined || 2 * eth >= this.#view.pool.ready.size) return undefined;
    return this.cheapest(most[0], false, -1);
  }

  /** Takes a victim off the list: then the one before it may be the next. To be called before it is dropped. */
  remove(victim: Pooled): void {
    const { from, nonce } = victim.transaction;
    const before = victim.waits ? undefined : this.#view.pool.find(from, nonce - 1);
    const { asset } = this.#view.draft.account(from);
    const candidates = this.#candidates(victim.waits).get(asset) ?? [];
    if (!victim.waits && this.#counts !== undefined) {
      this.#counts.set(asset, (this.#counts.get(asset) ?? 1) - 1);
      this.#counts.set(ethAsset, (this.#counts.get(ethAsset) ?? 0) + (asset === ethAsset ? 0 : 1));
    }
    const place = candidates.indexOf(victim);
    if (place >= 0) candidates.splice(place, 1);
    if (before !== undefined && !before.waits) insert(candidates, before);
  }

  #countByAsset(): Map<number, number> {
    const counts = new Map<number, number>();
    for (const { from } of this.#view.pool.ready.values()) {
      const { asset } = this.#view.draft.account(from);
      counts.set(asset, (counts.get(asset) ?? 0) + 1);
    }
    return counts;
  }

  #isThere(arrival: number, transaction: Pooled["transaction"]): boolean {
    return this.#view.pool.at(arrival)?.transaction === transaction;
  }

  #candidates(waits: boolean): Map<number, Candidates> {
    if (waits) {
      this.#waiting ??= this.#byAsset(this.#view.pool.waiting());
      return this.#waiting;
    }
    this.#ready ??= this.#byAsset(this.#view.pool.lastOfEachSender());
    return this.#ready;
  }

  #byAsset(all: Iterable<Pooled>): Map<number, Candidates> {
    const byAsset = new Map<number, Candidates>();
    for (const pooled of all) {
      const { asset } = this.#view.draft.account(pooled.transaction.from);
      const candidates = byAsset.get(asset);
      if (candidates === undefined) byAsset.set(asset, [pooled]);
      else candidates.push(pooled);
    }
    for (const candidates of byAsset.values()) candidates.sort(byFee);
    return byAsset;
  }
}

function byFee(one: Pooled, other: Pooled): number {
  const difference = other.transaction.fee - one.transaction.fee;
  return difference === 0n ? one.arrival - other.arrival : difference > 0n ? 1 : -1;
}

function insert(candidates: Candidates, pooled: Pooled): void {
  let low = 0;
  for (let high = candidates.length; low < high; ) {
    const middle = (low + high) >> 1;
    const candidate = candidates[middle];
    if (candidate !== undefined && byFee(candidate, pooled) < 0) low = middle + 1;
    else high = middle;
  }
  candidates.splice(low, 0, pooled);
}
