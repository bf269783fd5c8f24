// The database under a store: opening it, and whose it is.

import { open, type RootDatabase } from "lmdb";
import { headerCodec, type StoreHeader } from "./codec.ts";
import { SequencerError } from "./errors.ts";
import type { StoreIdentity } from "./records.ts";
import { corruptedStore, readDatabase, type TableSpace } from "./table.ts";

const storeVersion = 2;
const headerKey = "format";

/**
 * @param durable - Whether a commit that has returned is on disk. Default true.
 * @throws SequencerError `CORRUPTED_STORE`
 */
export function openDatabase(folder: string, durable = true): RootDatabase<Uint8Array> {
  try {
    // Without overlapping syncs, it is.
    const options = {
      noSubdir: false,
      encoding: "binary",
      overlappingSync: false,
      noSync: !durable,
    } as const;
    return open<Uint8Array>({ path: folder, ...options });
  } catch (error) {
    throw corruptedStore(folder, (error as Error).message, error as Error);
  }
}

/**
 * Writes the header into an empty database; refuses one of somebody else's.
 *
 * @throws SequencerError `FOREIGN_STORE`, `WRONG_DEPLOYMENT`, `NEWER_STORE`, `OLDER_STORE`, `CORRUPTED_STORE`
 */
export function assertStoreOf(space: TableSpace, mine: StoreIdentity): void {
  const { database, folder } = space;
  const text = readDatabase(space, () =>
    database.transactionSync(() => {
      const found = database.get(headerKey);
      if (found !== undefined) return Buffer.from(found).toString();
      if ([...database.getKeys({ limit: 1 })].length > 0) return undefined;
      const header = headerCodec.encode({ version: storeVersion, identity: mine });
      database.putSync(headerKey, Buffer.from(header));
      return header;
    }),
  );
  const { version, identity } = decodeHeader(folder, text);
  if (version !== storeVersion) throw otherVersion(folder, version);
  if (headerCodec.encode({ version, identity }) !== headerCodec.encode({ version, identity: mine })) {
    throw new SequencerError("WRONG_DEPLOYMENT", "The sequencer's store belongs to another deployment.", {
      folder,
      expected: describeIdentity(mine),
      found: describeIdentity(identity),
      "to do": "use the folder of this deployment, or deploy again with rollup:deploy",
    });
  }
}

function otherVersion(folder: string, version: number): SequencerError {
  const facts = { folder, "its version": version, "known version": storeVersion };
  if (version > storeVersion) {
    return new SequencerError(
      "NEWER_STORE",
      "A later version of hardhat-rollup has written the sequencer's store.",
      { ...facts, "to do": "update hardhat-rollup" },
    );
  }
  return new SequencerError(
    "OLDER_STORE",
    "An earlier version of hardhat-rollup has written the sequencer's store.",
    {
      ...facts,
      "to do":
        "settle what is sealed with the version that wrote it, then move the folder away: what has settled is read from L1",
    },
  );
}

function decodeHeader(folder: string, text: string | undefined): StoreHeader {
  try {
    if (text === undefined) throw new Error("It has no header.");
    return headerCodec.decode(text);
  } catch (error) {
    throw new SequencerError(
      "FOREIGN_STORE",
      "The folder holds a database that is not a sequencer's store.",
      { folder, "to do": "move it away, or set rollup.folder in the Hardhat config" },
      error as Error,
    );
  }
}

function describeIdentity({ chainId, rollup, blockHash, depth }: StoreIdentity): string {
  return `rollup ${rollup} on chain ${chainId}, deployed in block ${blockHash}, depth ${depth}`;
}
