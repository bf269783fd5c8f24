/** What runs blocks of code of a document. */
export type Snippet = {
  readonly document: string;
  /** First line of the block; undefined: all blocks of the document. */
  readonly begins?: string;
  /** The file that runs it, relative to the repository. */
  readonly by: string;
  /** How, where that is not plain: what it runs instead, and why. */
  readonly note?: string;
};

const here = "test/documents/snippets.test.ts";
const scratch = "test/package/rollup-life.ts";

/** Every block of code has an entry, and every entry a block. */
export const snippets: readonly Snippet[] = [
  {
    document: "docs/tasks.md",
    by: "test/documents/generated.test.ts",
    note: "made from what Hardhat is given",
  },
  { document: "docs/testing.md", by: "test/testing/document.test.ts" },

  { document: "README.md", begins: "npm ci", by: ".ci/run", note: "the demo: test/e2e/demo.test.ts" },
  {
    document: "README.md",
    begins: "npm install --save-dev hardhat-rollup && npx hardhat-rollup init",
    by: scratch,
  },
  { document: "README.md", begins: "// hardhat.config.ts", by: here },
  {
    document: "README.md",
    begins: 'import { network } from "hardhat";',
    by: "test/documents/tutorial.test.ts",
  },
  {
    document: "README.md",
    begins: "npx hardhat node",
    by: here,
    note: "lines of the tutorial, which runs them",
  },
  {
    document: "README.md",
    begins: 'import { RemoteRollup, Wallet } from "hardhat-rollup/client";',
    by: here,
  },
  { document: "README.md", begins: "export default defineConfig({", by: here },
  {
    document: "README.md",
    begins: "npx hardhat rollup:exit --network localhost --from alice",
    by: here,
    note: "lines of the tutorial, which runs them",
  },

  { document: "docs/tutorial.md", begins: "npm init --yes", by: scratch },
  { document: "docs/tutorial.md", begins: "// hardhat.config.ts", by: "test/documents/tutorial.test.ts" },
  { document: "docs/tutorial.md", begins: "npm run rollup:test", by: scratch },
  { document: "docs/tutorial.md", begins: "// test/shop.test.ts", by: "test/documents/tutorial.test.ts" },
  {
    document: "docs/tutorial.md",
    begins: "npx hardhat rollup:deploy --network localhost",
    by: "test/documents/tutorial.test.ts",
  },
  {
    document: "docs/tutorial.md",
    begins: "npx hardhat rollup:exit --network localhost --from alice",
    by: "test/documents/tutorial.test.ts",
  },

  { document: "docs/live-network.md", begins: "// hardhat.config.ts", by: here },
  {
    document: "docs/live-network.md",
    begins: "npx hardhat rollup:deploy --network sepolia",
    by: "test/documents/tutorial.test.ts",
    note: "the same on localhost; what a live network demands: test/settlement/live-network.test.ts",
  },

  {
    document: "docs/node.md",
    begins: "npx hardhat rollup:node --network sepolia",
    by: "test/tasks/node.test.ts",
    note: "on localhost",
  },
  {
    document: "docs/node.md",
    begins: 'import { RemoteRollup, Wallet } from "hardhat-rollup/client";',
    by: "test/client/remote/examples.test.ts",
  },

  {
    document: "docs/fleet.md",
    begins: "npm install --save-dev bullmq ioredis",
    by: "test/tasks/fleet.test.ts",
    note: "with a Redis server of its own",
  },
  {
    document: "docs/ceremony.md",
    begins: "npx hardhat rollup:ceremony new --shape dev --ptau powersOfTau28_hez_final_16.ptau",
    by: "test/tasks/ceremony.test.ts",
    note: "on a smaller circuit: the steps for dev take minutes each",
  },

  { document: "docs/proving.md", begins: "rollup: {", by: here },
  {
    document: "docs/proving.md",
    begins: 'import { Groth16Prover, prove } from "hardhat-rollup/groth16";',
    by: here,
  },
  // Measurements take minutes: somebody runs them when a figure is written down. Names and scripts are checked.
  {
    document: "docs/proving.md",
    begins: "npm run bench -- development-key 14 16 17",
    by: "bench/development-key.ts",
  },
  {
    document: "docs/proving.md",
    begins: "npm run bench -- prove",
    by: "bench/prove.ts",
  },
  { document: "docs/proving.md", begins: "npm run bench -- memory standard", by: "bench/memory.ts" },

  { document: "CONTRIBUTING.md", begins: "npm ci", by: ".ci/run" },
  ...["exchange-house", "gas-sponsor", "l3"].map((name) => ({
    document: `examples/${name}/README.md`,
    begins: "npm install",
    by: "test/examples/examples.test.ts",
    note: "the tests that these scripts run, on the sources instead of an installed package",
  })),
];
