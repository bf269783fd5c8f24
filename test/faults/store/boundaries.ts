const watched = ["putSync", "removeSync", "transactionSync"] as const;

type Methods = Record<(typeof watched)[number], (...args: unknown[]) => unknown>;

/**
 * Has this process kill itself at an operation on a database that is opened from now on: before a value is written or removed, before a
 * transaction begins, and after it is committed.
 *
 * @param fatal - The number of the operation, from 1; 0 kills never.
 * @returns how many there have been
 */
export function countOperations(fatal: number): () => number {
  let count = 0;
  const next = (): void => {
    count++;
    if (count === fatal) process.kill(process.pid, "SIGKILL");
  };
  onDatabaseClass((methods) => {
    for (const name of watched) {
      const original = methods[name];
      methods[name] = function (this: unknown, ...args: unknown[]): unknown {
        next();
        const result = original.apply(this, args);
        if (name === "transactionSync") next();
        return result;
      };
    }
  });
  return () => count;
}

/** Calls back with the methods of each database, whose class lmdb makes anew when it opens one, by Object.assign. */
function onDatabaseClass(change: (methods: Methods) => void): void {
  const assign = Object.assign;
  Object.assign = (target: object, ...sources: unknown[]): object => {
    assign(target, ...sources);
    if (sources.some((source) => typeof source === "object" && source !== null && "putSync" in source)) {
      change(target as Methods);
    }
    return target;
  };
}
