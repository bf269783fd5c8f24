import type { Account } from "../../plugin/protocol/account.ts";
import { Store } from "../../plugin/sequencer/store.ts";
import { benchIdentity } from "../measure/sequencer-setting.ts";

const accountsPerWrite = 50_000;

/** Makes a store with accounts in it, as after settled batches. */
export async function fillStore(folder: string, accounts: readonly Account[]): Promise<void> {
  const store = await Store.open(folder, benchIdentity);
  for (let start = 0; start < accounts.length; start += accountsPerWrite) {
    await store.write(() => {
      accounts.slice(start, start + accountsPerWrite).forEach((account, position) => {
        store.accounts.put(start + position, account);
      });
    });
  }
  await store.close();
}
