import type { RootDatabase } from "lmdb";
import { SequencerError } from "./errors.ts";
import { readDatabase, type TableSpace } from "./table.ts";

/** A change to the store that is under way. */
type Write = {
  readonly change: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
};

/** Has the changes that are asked for in one turn of the event loop go to disk in one commit. */
export class GroupCommit {
  readonly #database: RootDatabase<Uint8Array>;
  readonly #space: TableSpace;
  #waiting: Write[] = [];

  constructor(space: TableSpace) {
    this.#database = space.database;
    this.#space = space;
  }

  /** See Store.write. */
  write<T>(change: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#space.assertOpen();
      if (this.#waiting.length === 0) setImmediate(() => this.flush());
      this.#waiting.push({ change, resolve, reject });
    });
  }

  /** Does now what has been asked for. */
  flush(): void {
    const writes = this.#waiting;
    this.#waiting = [];
    if (writes.length === 0) return;
    const outcomes: (() => void)[] = [];
    try {
      readDatabase(this.#space, () =>
        this.#database.transactionSync(() => {
          for (const { change, resolve, reject } of writes) {
            // Nested, so that one that throws is undone without the others.
            try {
              const value = this.#database.transactionSync(change) as never;
              outcomes.push(() => resolve(value));
            } catch (error) {
              outcomes.push(() => reject(this.#failure(error)));
            }
          }
        }),
      );
    } catch (error) {
      for (const { reject } of writes) reject(this.#failure(error));
      return;
    }
    for (const outcome of outcomes) outcome();
  }

  #failure(error: unknown): unknown {
    return isUnwritable(error) ? unwritable(this.#space.folder, error) : error;
  }
}

/** What LMDB says when the system does not write what it should; after a short write, an error of input or output. */
function isUnwritable(error: unknown): error is Error {
  const known =
    /No space left|quota exceeded|File too large|Read-only file system|Input\/output error|MDB_MAP_FULL/i;
  return error instanceof Error && known.test(error.message);
}

function unwritable(folder: string, cause: Error): SequencerError {
  return new SequencerError(
    "UNWRITABLE_STORE",
    "The disk did not take a change to the sequencer's store: it may be full.",
    { folder, found: cause.message, "to do": "make room; nothing has changed, so try again then" },
    cause,
  );
}
