import type { ScratchApp } from "./scratch-app.ts";

/** All that a new user does with an installed package: from init to money that has left L2. Throws at the first thing that is not so. */
export async function rollupLife(app: ScratchApp): Promise<void> {
  expectIn(
    await app.run("hardhat-rollup", "init"),
    "changed    hardhat.config.ts",
    "created    test/rollup.test.ts",
  );
  expectIn(
    await app.run("hardhat", "rollup:init"),
    "unchanged  hardhat.config.ts",
    "unchanged  package.json",
  );
  const config = await app.read("hardhat.config.ts");
  expectIn(config, "plugins: [toolbox, rollup],", 'register: ["tiny"]', "}, // hardhat node");

  expectIn(await app.run("hardhat", "rollup:compile"), "compiled, because");
  expectIn(await app.run("hardhat", "rollup:setup"), "Development key (groth16) and verifier of tiny");
  expectIn(await app.run("hardhat", "test", "mocha", "test/rollup.test.ts"), "1 passing");
  // After Hardhat has made the types of its contracts.
  await app.run("tsc");

  await lifeOnNode(app, config);
}

/** All that a new user of Hardhat 2 does. Throws at the first thing that is not so. */
export async function hardhatTwoLife(app: ScratchApp): Promise<void> {
  expectIn(await app.run("hardhat", "rollup:compile"), "compiled, because");
  expectIn(await app.run("hardhat", "rollup:setup"), "Development key (groth16) and verifier of tiny");
  expectIn(await app.run("hardhat", "test"), "2 passing");
  // After typechain has made the types of its contracts.
  await app.run("tsc");
  await lifeOnNode(app, await app.read("hardhat.config.ts"));
}

/** Task by task on the chain of a `hardhat node`, which the config has as the network l1. */
async function lifeOnNode(app: ScratchApp, config: string): Promise<void> {
  const port = /127\.0\.0\.1:(\d+)/.exec(config)?.[1] ?? "";
  await app.beside("Account #0", ["hardhat", "node", "--hostname", "127.0.0.1", "--port", port], async () => {
    const rollup = (task: string, ...args: string[]): Promise<string> =>
      app.run("hardhat", `rollup:${task}`, ...args, "--network", "l1");
    await rollup("deploy");
    await rollup("send", "--kind", "deposit", "--to", "alice", "--amount", "2");
    await rollup("send", "--kind", "transfer", "--from", "alice", "--to", "bob", "--amount", "0.5");
    await rollup("sequence");
    expectIn(await rollup("prove"), "Proved 1 batch");
    await rollup("settle");
    const { batches } = JSON.parse(await rollup("status", "--json")) as {
      readonly batches: { readonly settled: number };
    };
    if (batches.settled !== 1) throw new Error(`1 batch should have settled, not ${batches.settled}.`);
  });
}

function expectIn(text: string, ...parts: readonly string[]): void {
  for (const part of parts) {
    if (!text.includes(part)) throw new Error(`"${part}" is missing in:\n${text}`);
  }
}
