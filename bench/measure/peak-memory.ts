// Peak resident memory of the processes that this one starts, from Linux' /proc.

import { readdir, readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

const intervalMilliseconds = 100;

/** @returns Result of some work, and the largest peak of any process that ran for it, in bytes; 0 without /proc. */
export async function peakMemory<Result>(work: () => Promise<Result>): Promise<[number, Result]> {
  let peak = 0;
  let running = true;
  const sample = async (): Promise<void> => {
    while (running) {
      for (const child of await childrenOf(process.pid)) peak = Math.max(peak, await peakOf(child));
      await setTimeout(intervalMilliseconds);
    }
  };
  const sampling = sample();
  try {
    const result = await work();
    return [peak, result];
  } finally {
    running = false;
    await sampling;
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")),
  );
  const children = lists.flatMap((list) =>
    list
      .split(" ")
      .filter((each) => each !== "")
      .map(Number),
  );
  return [...children, ...(await Promise.all(children.map(childrenOf))).flat()];
}

async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
}
