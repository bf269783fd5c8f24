import path from "node:path";
import { standardWork, workByTransactions } from "../sequencer/work-by-transactions.ts";
import { measureProving, provingClaim } from "./claims/proving-work.ts";
import { measurePublishedBytes, publishedBytesClaim } from "./claims/published-bytes.ts";
import { sequencerClaim } from "./claims/sequencer-work.ts";
import { measureVerification, verificationClaim } from "./claims/verification-cost.ts";
import type { Measured } from "./result.ts";

/** Circuits and keys of chains of hashes, which take longer to make than to prove. */
const folder = path.resolve(import.meta.dirname, "..", "..", "cache", "bench", "chains");

/** Measures how everything grows, one after another. Minutes. */
export async function measureAll(onProgress: (message: string) => void): Promise<Measured> {
  onProgress("published bytes");
  const bytes = publishedBytesClaim(measurePublishedBytes());
  onProgress("sequencer: signing");
  const { accounts } = standardWork;
  const work = await workByTransactions({
    ...standardWork,
    onRow: ({ transactions }) => onProgress(`sequencer: ${transactions} transactions`),
  });
  const proving = provingClaim(await measureProving(folder, onProgress));
  const verification = verificationClaim(await measureVerification(onProgress));
  return { sequencer: sequencerClaim(accounts, work), proving, verification, bytes };
}
