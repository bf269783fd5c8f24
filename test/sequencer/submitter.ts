// A process of its own that submits one person's transfers to themselves, as fast as it can, and says which of them the
// sequencer has acknowledged. Arguments: the store's folder, the person's number, their account's index, how many.

import { openSequencer, openStore, Person, transfer } from "./fixture.ts";

// Test runners load every file below test/.
if (process.argv[1] === import.meta.filename) await submitAll();

async function submitAll(): Promise<void> {
  const [folder = "", person = "", index = "", count = ""] = process.argv.slice(2);
  const somebody = new Person(Number(person));
  const from = Number(index);
  const store = await openStore(folder);
  const sequencer = await openSequencer(store);
  for (let nonce = sequencer.nextNonce(from); nonce < Number(count); nonce++) {
    await sequencer.submit(transfer(somebody, from, somebody.holder(), { from, nonce }));
    process.stdout.write(`${nonce}\n`);
  }
  await store.close();
}
