import { setTimeout } from "node:timers/promises";
import { L1Unavailable } from "../settlement/chain/errors.ts";

/** Pauses between looks at L1, in milliseconds. After the last one whoever waits is told what is wrong. */
const pauses = [50, 200, 800];

/** Does it again if L1's node fails or contradicts itself, which is often over in a moment. */
export async function patiently<T>(look: () => Promise<T>): Promise<T> {
  for (const pause of pauses) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof L1Unavailable)) throw error;
      await setTimeout(pause);
    }
  }
  return await look();
}
