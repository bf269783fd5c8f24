import { endFile } from "./hardhat-three-app.ts";
import type { ScratchApp } from "./scratch-app.ts";

/** Far less than any pool keeps idle threads, and enough for a machine that has much else to do. */
const secondsToEnd = 20;

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
  expectIn(config, "plugins: [toolbox, nodeTests, rollup],", 'register: ["tiny"]', "}, // hardhat node");

  expectIn(await app.run("hardhat", "rollup:compile"), "compiled, because");
  expectIn(await app.run("hardhat", "rollup:setup"), "Development key (groth16) and verifier of tiny");
  expectIn(await app.run("npm", "run", "rollup:test"), "1 passing");
  expectIn(await app.run("hardhat", "test", "nodejs", "--no-compile", "test/node.ts"), "1 passing");
  const seconds = (Date.now() - Number(await app.read(endFile))) / 1000;
  if (seconds > secondsToEnd) throw new Error(`The process has ended ${seconds} s after the last test.`);
  // After Hardhat has made the types of its contracts.
  await app.run("tsc");

  await lifeOnNode(app, config);
}

/** All that a new user of Hardhat 2 does. Throws at the first thing that is not so. */
export async function hardhatTwoLife(app: ScratchApp): Promise<void> {
  expectIn(
    await app.run("hardhat-rollup", "init"),
    "changed    hardhat.config.ts",
    "created    test/rollup.test.ts",
  );
  expectIn(await app.run("hardhat", "rollup:init"), "unchanged  hardhat.config.ts");
  const config = await app.read("hardhat.config.ts");
  expectIn(config, '\nimport "hardhat-rollup";\n', 'register: ["tiny"]');

  expectIn(await app.run("hardhat", "rollup:compile"), "compiled, because");
  expectIn(await app.run("hardhat", "rollup:setup"), "Development key (groth16) and verifier of tiny");
  expectIn(await app.run("hardhat", "test"), "3 passing");
  // After typechain has made the types of its contracts.
  await app.run("tsc");

  expectIn(await app.run("hardhat", "rollup:systems", "--systems", "simulated"), "proven in");
  // Tasks with a third name, and those that need what is not here.
  expectIn(await app.fail("hardhat", "rollup:ceremony", "new", "--shape", "tiny"), "--ptau");
  expectIn(await app.fail("hardhat", "rollup", "prover"), "Which queue?");
  await lifeOnNode(app, config, leaveAgain);
}

type RunTask = (task: string, ...args: string[]) => Promise<string>;

/** Task by task on the chain of a `hardhat node`, which the config has as the network l1. */
async function lifeOnNode(
  app: ScratchApp,
  config: string,
  more: (app: ScratchApp, rollup: RunTask) => Promise<void> = async () => undefined,
): Promise<void> {
  const port = /127\.0\.0\.1:(\d+)/.exec(config)?.[1] ?? "";
  await app.beside("Account #0", ["hardhat", "node", "--hostname", "127.0.0.1", "--port", port], async () => {
    const rollup: RunTask = (task, ...args) =>
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
    await more(app, rollup);
  });
}

/** A forced exit, settled and paid out, then the rest of the tasks. */
async function leaveAgain(app: ScratchApp, rollup: RunTask): Promise<void> {
  await rollup("exit", "--from", "alice");
  await rollup("sequence");
  await rollup("prove");
  expectIn(await rollup("verify", "--batch", "2"), "the proof is valid");
  expectIn(await rollup("settle", "--claim"), "Settled 1 batch");
  expectIn(await rollup("escape", "--owner", "alice"), "Nothing is owed");
  expectIn(await rollup("sync", "--rebuild"), "2 settled batches");
  const node = ["hardhat", "rollup:node", "--network", "l1", "--port", "0"] as const;
  await app.beside("serving", [...node], async () => undefined);
}

function expectIn(text: string, ...parts: readonly string[]): void {
  for (const part of parts) {
    if (!text.includes(part)) throw new Error(`"${part}" is missing in:\n${text}`);
  }
}
