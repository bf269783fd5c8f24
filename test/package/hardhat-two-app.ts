import { type AppSource, cashier } from "./app-source.ts";

/** As `npx hardhat init` of Hardhat 2 makes it. The compiler is npm's: Hardhat would download it. */
const config = (port: number): string => `import "@nomicfoundation/hardhat-toolbox";
import { TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD } from "hardhat/builtin-tasks/task-names";
import { type HardhatUserConfig, subtask } from "hardhat/config";

subtask(TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD, async () => ({
  compilerPath: require.resolve("solc/soljson.js"),
  isSolcJs: true,
  version: "0.8.37",
  longVersion: "0.8.37",
}));

const config: HardhatUserConfig = {
  solidity: "0.8.37",
  networks: { l1: { url: "http://127.0.0.1:${port}" } },
};

export default config;
`;

const test = `import { loadFixture } from "@nomicfoundation/hardhat-network-helpers";
import { expect } from "chai";
import { parseEther } from "ethers";
import { rollup } from "hardhat";
import "hardhat-rollup/testing";

describe("payments on L2", function () {
  this.timeout(600_000);

  async function fundedFixture() {
    await rollup.deposit({ to: "alice", amount: parseEther("2") });
    const [batch] = await rollup.settle();
    return { batch };
  }

  it("settle with a real proof", async () => {
    const { batch } = await loadFixture(fundedFixture);
    expect(batch?.system).to.equal("groth16");
    await expect(
      rollup.transfer({ from: "alice", to: "bob", amount: parseEther("0.5") }),
    ).to.changeL2Balance(rollup, "bob", parseEther("0.5"));
    await rollup.withdraw({ from: "bob", amount: parseEther("0.2") });
    await rollup.settle();
    await rollup.claim("bob");
    expect(await rollup.balance("bob")).to.equal(parseEther("0.3"));
  });

  it("go back with L1", async () => {
    await loadFixture(fundedFixture);
    await expect("alice").to.haveL2Balance(rollup, parseEther("2"));
    await expect("bob").to.haveL2Balance(rollup, 0n);
  });
});
`;

const uses = `import { Wallet } from "hardhat-rollup/client";
import * as groth16 from "hardhat-rollup/groth16";
import { rollup } from "hardhat";

export async function depositFor(name: string): Promise<bigint> {
  const balance: bigint = await rollup.balance(name);
  // @ts-expect-error An amount is no text: the types are there.
  await rollup.deposit({ to: name, amount: "1" });
  return balance;
}

export const typed = [Wallet, groth16] as const;
`;

const tsconfig = {
  compilerOptions: {
    target: "es2022",
    module: "commonjs",
    esModuleInterop: true,
    forceConsistentCasingInFileNames: true,
    strict: true,
    skipLibCheck: true,
    resolveJsonModule: true,
    noEmit: true,
  },
  include: ["hardhat.config.ts", "test", "uses.ts"],
};

/** A new project of Hardhat 2, with its toolbox. */
export const hardhatTwoApp: AppSource = {
  type: "commonjs",
  files: (port) => ({
    "hardhat.config.ts": config(port),
    "contracts/Cashier.sol": cashier,
    "test/payments.test.ts": test,
    "tsconfig.json": JSON.stringify(tsconfig),
    "uses.ts": uses,
  }),
  dependencies: () => ({
    "@nomicfoundation/hardhat-ethers": "3.1.3",
    "@nomicfoundation/hardhat-toolbox": "6.1.2",
    "@types/chai": "4.3.20",
    "@types/mocha": "10.0.10",
    "@types/node": "24.19.2",
    chai: "4.5.0",
    ethers: "6.17.0",
    hardhat: "2.29.1",
    solc: "0.8.37",
    "ts-node": "10.9.2",
    typescript: "5.9.3",
  }),
};
