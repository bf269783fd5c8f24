// Processes of the built-in prover that have nothing to do, with the keys that they keep: the next batch of the same shape
// finds its key ready.

import { availableParallelism, freemem, totalmem } from "node:os";
import { ProverProcess } from "./prover-process.ts";

interface Idle {
  readonly keyHash: string;
  readonly process: ProverProcess;
}

/** The longest idle first. */
const idle: Idle[] = [];

/** Below this part of the machine's memory, no process is kept for later. */
const freeShare = 0.25;

/** A process that has this key ready, if there is one. */
export function takeProcess(keyHash: string): ProverProcess | undefined {
  forgetEnded();
  const known = idle.findLastIndex((each) => each.keyHash === keyHash);
  const [found] = known < 0 ? [] : idle.splice(known, 1);
  return found?.process;
}

/** A process that has no key yet. */
export async function startProcess(): Promise<ProverProcess> {
  await makeRoom(availableParallelism() - 1);
  return new ProverProcess();
}

/** Keeps a process for the next proof with its key, where memory allows. */
export async function keepProcess(keyHash: string, process: ProverProcess): Promise<void> {
  if (process.ended) return;
  idle.push({ keyHash, process });
  await makeRoom(availableParallelism());
}

/** Ends those that have been idle for longest, down to a number of them. */
async function makeRoom(most: number): Promise<void> {
  forgetEnded();
  while (idle.length > most || (idle.length > 0 && freemem() < freeShare * totalmem())) {
    await idle.shift()?.process.end();
  }
}

function forgetEnded(): void {
  for (let index = idle.length - 1; index >= 0; index--) {
    if (idle[index]?.process.ended === true) idle.splice(index, 1);
  }
}
