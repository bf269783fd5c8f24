/** Requests to a node that wait at a time: enough to hide its latency, few enough not to be refused. */
const concurrency = 16;

/** The results of an asynchronous function on each item, in order; a few are under way at a time. */
export async function inGroups<T, R>(items: readonly T[], apply: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += concurrency) {
    results.push(...(await Promise.all(items.slice(start, start + concurrency).map(apply))));
  }
  return results;
}
