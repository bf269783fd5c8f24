// What docs/node.md shows to authors of apps, run as it stands there.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { Wallet as L1Wallet } from "ethers";
import { pino } from "pino";
import { Wallet } from "../../../plugin/client/index.ts";
import { parseAddress } from "../../../plugin/protocol/address.ts";
import { NodeRpc } from "../../../plugin/sequencer/rpc/node-rpc.ts";
import {
  cleanUp,
  domain,
  identity,
  openSequencer,
  openStore,
  shapes,
  temporaryFolder,
} from "../../sequencer/fixture.ts";

const repository = path.resolve(import.meta.dirname, "../../..");
const client = pathToFileURL(path.join(repository, "plugin", "client", "index.ts")).href;

/** The blocks of TypeScript of the document. */
async function examples(): Promise<string[]> {
  const text = await readFile(path.join(repository, "docs", "node.md"), "utf8");
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
}

describe("Examples of docs/node.md", () => {
  afterEach(cleanUp);

  it("pay and withdraw", async () => {
    const signer = L1Wallet.createRandom();
    const wallet = await Wallet.fromSigner(signer);
    const store = await openStore();
    const sequencer = await openSequencer(store);
    const deposit = { kind: 1, entry: 0, deadline: 1_000, amount: 1_000n, ...wallet.holder(1) } as const;
    await sequencer.observe([{ ...deposit, owner: parseAddress(wallet.owner) }]);
    const log = pino({ level: "silent" });
    const rpc = await NodeRpc.start({ sequencer, store, domain, shapes, log, version: "1", port: 0 });
    const codes = await examples();
    expect(codes).to.have.length(2);
    const folder = await temporaryFolder();
    const printed: unknown[] = [];
    const console = { log: (value: unknown) => void printed.push(value) };
    for (const [number, code] of codes.entries()) {
      const body = code.replace(/import \{(.*?)\} from "hardhat-rollup\/client";/, "");
      const names = /import \{(.*?)\} from "hardhat-rollup\/client";/.exec(code)?.[1] ?? "";
      const file = path.join(folder, `example-${number}.mts`);
      await writeFile(
        file,
        `import {${names}} from "${client}";\nexport async function run({ url, address, signer, console }: any) {\n${body}\nreturn rollup;\n}\n`,
      );
      const example = (await import(pathToFileURL(file).href)) as {
        run: (scope: object) => Promise<{ close(): void }>;
      };
      const rollup = await example.run({ url: rpc.url, address: identity.rollup, signer, console });
      rollup.close();
    }
    expect(printed).to.deep.equal([25n, 970n]);
    await rpc.close();
    await sequencer.close();
  });
});
