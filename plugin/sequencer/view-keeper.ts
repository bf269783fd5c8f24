import type { ChangeLog } from "./change-log.ts";
import type { Store } from "./store.ts";
import { View } from "./view.ts";

/** Keeps a view of a store that is never older than the store, whatever other processes write. */
export class ViewKeeper {
  readonly #store: Store;
  #view: View | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The view of the store as it is now. */
  get current(): View {
    const { revision } = this.#store.progress;
    const view = this.#view;
    if (view !== undefined && (view.progress.revision >= revision || view.catchUp())) return view;
    this.#view = new View(this.#store);
    return this.#view;
  }

  /**
   * Changes the store and the view alike, all or nothing, and tells it once it is on disk.
   *
   * @throws whatever `change` throws; SequencerError `UNWRITABLE_STORE`, `CLOSED_STORE`
   */
  async write<T>(change: (view: View) => T): Promise<T> {
    const { value, changes } = await this.#commit(change);
    changes.tell(this.#store.events);
    return value;
  }

  /** Inside a write only: looks anew, after a change to the store that the view knows nothing of. */
  renew(): View {
    this.#view = new View(this.#store);
    return this.#view;
  }

  async #commit<T>(change: (view: View) => T): Promise<{ readonly value: T; readonly changes: ChangeLog }> {
    let isRefused = false;
    try {
      return await this.#store.write(() => {
        const view = this.current;
        try {
          view.begin();
          const value = change(view);
          return { value, changes: this.current.finish() };
        } catch (error) {
          isRefused = !view.isChanged;
          // The next change may come before this one's failure is told.
          if (!isRefused) this.#view = undefined;
          throw error;
        }
      });
    } catch (error) {
      // The view has what the store has not, unless the change was refused before it began.
      if (!isRefused) this.#view = undefined;
      throw error;
    }
  }
}
