import type { Progress } from "./records.ts";
import type { Store } from "./store.ts";

/** How far the sequencer has come. To be changed inside a write only, at whose end it is saved. */
export class ProgressKeeper {
  readonly #store: Store;
  #progress: Progress;
  #isSaved = true;

  constructor(store: Store) {
    this.#store = store;
    this.#progress = store.progress;
  }

  get now(): Progress {
    return this.#progress;
  }

  /** Whether there are changes that are not saved. */
  get isChanged(): boolean {
    return !this.#isSaved;
  }

  /** The number of the batch that is sealed next. */
  get nextBatch(): number {
    return this.#progress.sealed + 1;
  }

  /** Notes a change to what is pending or sealed, other than an arrival. */
  change(changes: Partial<Progress> = {}): void {
    this.#set({ ...changes, upheavals: this.#progress.upheavals + 1 });
  }

  /** Numbers what has arrived. */
  arrive(): number {
    const { arrivals } = this.#progress;
    this.#set({ arrivals: arrivals + 1 });
    return arrivals;
  }

  /**
   * Goes on to what the store says now, which another process has written.
   *
   * @returns the numbers of what has arrived, from and to, if nothing else has happened; nothing has changed otherwise
   */
  catchUp(): readonly [from: number, to: number] | undefined {
    const { progress } = this.#store;
    if (progress.upheavals !== this.#progress.upheavals || !this.#isSaved) return undefined;
    const from = this.#progress.arrivals;
    this.#progress = progress;
    return [from, progress.arrivals];
  }

  save(): void {
    if (!this.#isSaved) this.#store.putProgress(this.#progress);
    this.#isSaved = true;
  }

  #set(changes: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...changes, revision: this.#progress.revision + 1 };
    this.#isSaved = false;
  }
}
