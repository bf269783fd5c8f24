import { createRequire } from "node:module";
import { type AppSource, cashier } from "./app-source.ts";

const config = (port: number): string => `import { fileURLToPath } from "node:url";
import nodeTests from "@nomicfoundation/hardhat-node-test-runner";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";

export default defineConfig({
  plugins: [toolbox, nodeTests],
  solidity: {
    compilers: [{ version: "0.8.37", path: fileURLToPath(import.meta.resolve("solc/soljson.js")) }],
  },
  networks: { l1: { type: "http", url: "http://127.0.0.1:${port}" } }, // hardhat node
});
`;

/** Every way into the package, with its types. */
const uses = `import type { RemoteRollup } from "hardhat-rollup/client";
import { Wallet } from "hardhat-rollup/client";
import * as groth16 from "hardhat-rollup/groth16";
import { network } from "hardhat";

export async function balanceOf(name: string, remote: RemoteRollup): Promise<bigint> {
  const { rollup } = await network.create();
  const balance: bigint = await rollup.balance(name);
  // @ts-expect-error An amount is no text: the types are there.
  await rollup.deposit({ to: name, amount: "1" });
  return remote === undefined ? 0n : balance;
}

export const typed = [Wallet, groth16] as const;
`;

/** Where the test says when it has ended, in milliseconds since 1970. */
export const endFile = "ended.txt";

/** For Hardhat's own runner of node:test. Nothing is closed. */
const nodeTest = `import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { after, describe, it } from "node:test";
import { network } from "hardhat";

describe("payments on L2", () => {
  it("settle with a real proof", async () => {
    const { rollup } = await network.create();
    await rollup.deposit({ to: "alice", amount: 5n });
    const [batch] = await rollup.settle();
    assert.equal(batch?.system, "groth16");
    assert.equal(await rollup.balance("alice"), 5n);
  });
  after(() => writeFile("${endFile}", String(Date.now())));
});
`;

const tsconfig = {
  compilerOptions: {
    lib: ["es2023", "dom"],
    module: "node20",
    target: "es2023",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node", "mocha"],
  },
  include: ["hardhat.config.ts", "test", "uses.ts"],
};

/** A new project of Hardhat 3. */
export const hardhatThreeApp: AppSource = {
  type: "module",
  files: (port) => ({
    "hardhat.config.ts": config(port),
    "contracts/Cashier.sol": cashier,
    "test/node.ts": nodeTest,
    "tsconfig.json": JSON.stringify(tsconfig),
    "uses.ts": uses,
  }),
  dependencies,
};

/** The versions that this repository is tested with. */
function dependencies(): Record<string, string> {
  const manifest = createRequire(import.meta.url)("../../package.json") as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const names = [
    "hardhat",
    "@nomicfoundation/hardhat-toolbox-mocha-ethers",
    "@nomicfoundation/hardhat-ethers",
    "@types/chai",
    "@types/chai-as-promised",
    "@types/mocha",
    "@types/node",
    "chai",
    "ethers",
    "mocha",
    "typescript",
  ];
  const versions = names.map((name) => [name, manifest.devDependencies[name] ?? ""] as const);
  return {
    ...Object.fromEntries(versions),
    "@nomicfoundation/hardhat-node-test-runner": "3.1.0",
    // Hardhat would download the compiler of the app's own contracts.
    solc: manifest.dependencies.solc ?? "",
  };
}
