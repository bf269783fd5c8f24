import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { patiently } from "../../client/patient.ts";
import { Sequencer } from "../../sequencer/sequencer.ts";
import { Store, storeFolder } from "../../sequencer/store.ts";
import { L1Follower } from "../../settlement/following/l1-follower.ts";
import type { L1Rollup } from "../../settlement/l1.ts";
import type { SettledBatch } from "../../settlement/settled-batches.ts";

export type ResumeOptions = {
  /** Whether to begin anew: the store that is there is moved away first, not deleted. Default false. */
  readonly rebuild?: boolean | undefined;
  /** Called for each batch that comes from L1. `total` is the number of batches on L1. */
  readonly onBatch?: ((batch: SettledBatch, total: number) => void) | undefined;
};

/** What L1 has brought into a store. */
export type Resumed = {
  readonly folder: string;
  /** Where the store was moved that had been there. */
  readonly movedTo?: string | undefined;
  /** Batches that the store did not have. */
  readonly adopted: readonly number[];
  /** Batches that the store had, and that have become final. */
  readonly settled: readonly number[];
  /** Entries of the queue that it had not observed. */
  readonly entries: number;
};

/**
 * Brings the store of a rollup up to date with L1, whatever is left of it: one that was lost is rebuilt from what has
 * settled, an old copy is brought forward. What was sealed or pending and has not settled stays if it is there, and
 * cannot come back if it is not.
 *
 * @param folder - Of the plugin's files, `config.rollup.folder`.
 * @throws L1Unavailable; DeepReorg if the store contradicts L1; SequencerError as Store.open
 */
export async function resumeStore(
  l1: L1Rollup,
  folder: string,
  { rebuild = false, onBatch }: ResumeOptions = {},
): Promise<Resumed> {
  const { deployment } = l1;
  const storesFolder = storeFolder(folder, deployment);
  const movedTo = rebuild && existsSync(storesFolder) ? await moveAway(storesFolder) : undefined;
  const store = await Store.open(storesFolder, deployment);
  try {
    const { domain, depth, shapes } = deployment;
    const sequencer = await Sequencer.open({ store, domain, depth, shapes });
    try {
      const follower = new L1Follower({ l1, store, sequencer, onBatch });
      const { adopted, settled, entries } = await patiently(() => follower.step());
      return { folder: storesFolder, movedTo, adopted, settled, entries };
    } finally {
      await sequencer.close();
    }
  } finally {
    await store.close();
  }
}

async function moveAway(folder: string): Promise<string> {
  const time = new Date().toISOString().replace(/[:.]/g, "-");
  const target = `${folder}-until-${time}`;
  await rename(folder, target);
  return target;
}
