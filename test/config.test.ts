import path from "node:path";
import { expect } from "chai";
import type { HardhatUserConfig } from "hardhat/config";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { builtInShapes } from "../plugin/circuits/shapes.ts";
import { confirmationsOn, type RollupConfig, type RollupUserConfig } from "../plugin/config.ts";
import rollupPlugin from "../plugin/index.ts";
import type { Shape } from "../plugin/protocol/shape.ts";

const root = path.resolve(import.meta.dirname, "..");

async function resolve(rollup?: RollupUserConfig): Promise<RollupConfig> {
  const config: HardhatUserConfig = { plugins: [rollupPlugin], ...(rollup && { rollup }) };
  return (await createHardhatRuntimeEnvironment(config, {}, root)).config.rollup;
}

/** The message with which Hardhat refuses a section, whatever its type. */
async function refusal(rollup: unknown): Promise<string> {
  try {
    await resolve(rollup as RollupUserConfig);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("The config was accepted.");
}

const shape: Shape = {
  depth: 5,
  transactions: 8,
  accounts: 8,
  operations: 2,
  exits: 4,
  fees: 1,
  applications: 0,
};

describe("config", () => {
  it("needs no section: defaults that satisfy the protocol's order of periods", async () => {
    const config = await resolve();
    expect(config.register).to.deep.equal(["dev"]);
    expect(config.shapes).to.deep.equal(builtInShapes);
    expect(config.folder).to.equal(path.join(root, "cache", "rollup"));
    expect(config.deployments).to.equal(path.join(root, "deployments", "rollup"));
    expect(config.sequencerTimeout).to.be.greaterThan(0).and.lessThan(config.forcedInclusionPeriod);
  });

  it("proves by Groth16 unless another system is named", async () => {
    expect((await resolve()).proofSystem).to.equal("groth16");
    expect((await resolve({ proofSystem: "fflonk" })).proofSystem).to.equal("fflonk");
    expect(await refusal({ proofSystem: "stark" })).to.include("config.rollup.proofSystem");
  });

  it("adds own shapes to the built-in ones", async () => {
    const config = await resolve({ shapes: { mine: shape }, register: ["mine"] });
    expect(config.shapes).to.deep.equal({ ...builtInShapes, mine: shape });
    expect(config.register).to.deep.equal(["mine"]);
  });

  it("has a node for this machine only, unless told otherwise", async () => {
    expect((await resolve()).node).to.deep.equal({
      host: "127.0.0.1",
      port: 9_650,
      rateLimit: 500,
      trustProxy: false,
      opensPerHour: undefined,
      pollInterval: 4,
      maxFeePerGas: undefined,
      stuckAfter: 60,
      sealing: {},
    });
    const own = { host: "0.0.0.0", port: 0, rateLimit: 0, sealing: { seconds: 5, transactions: 10 } };
    expect((await resolve({ node: own })).node).to.deep.include(own);
    expect(await refusal({ node: { port: 65_536 } })).to.include("config.rollup.node.port");
    expect(await refusal({ node: { sealing: { seconds: -1 } } })).to.include("rollup.node.sealing.seconds");
    expect(await refusal({ node: { ports: 1 } })).to.include("rollup.node");
    expect(await refusal({ node: { maxFeePerGas: 0n } })).to.include("rollup.node.maxFeePerGas");
    expect(await refusal({ node: { stuckAfter: 0 } })).to.include("rollup.node.stuckAfter");
  });

  it("resolves relative folders from the project's root", async () => {
    const config = await resolve({ folder: "build/rollup", deployments: "l2" });
    expect(config.folder).to.equal(path.join(root, "build", "rollup"));
    expect(config.deployments).to.equal(path.join(root, "l2"));
  });

  it("asks for two contributions to the keys of live networks, and keeps ceremonies out of the cache", async () => {
    const { ceremony } = await resolve();
    const folder = path.join(root, "ceremonies", "rollup");
    expect(ceremony).to.deep.equal({ folder, ptau: undefined, minContributions: 2 });
    const own = await resolve({ ceremony: { folder: "keys", ptau: "../16.ptau", minContributions: 5 } });
    const ptau = path.resolve(root, "..", "16.ptau");
    expect(own.ceremony).to.deep.equal({ folder: path.join(root, "keys"), ptau, minContributions: 5 });
  });

  it("tries rapidsnark first where there is one, then the built-in prover, and snarkjs after it", async () => {
    expect((await resolve()).prover.backends).to.deep.equal(["builtin", "snarkjs"]);
    const rapidsnark = { path: "bin/prover", sha256: "ab".repeat(32) };
    const { prover } = await resolve({ prover: { rapidsnark } });
    expect(prover.backends).to.deep.equal(["rapidsnark", "builtin", "snarkjs"]);
    expect(prover.rapidsnark?.path).to.equal(path.join(root, "bin", "prover"));
  });

  describe("refuses, naming the field,", () => {
    const cases: [what: string, rollup: unknown, ...expected: string[]][] = [
      ["a field that does not exist", { depht: 12 }, "config.rollup", "depht"],
      ["a value of the wrong type", { sequencerTimeout: "1 day" }, "config.rollup.sequencerTimeout"],
      ["a period of zero", { sequencerTimeout: 0 }, "config.rollup.sequencerTimeout"],
      ["a fraction of a second", { deadlineSpacing: 0.5 }, "config.rollup.deadlineSpacing"],
      ["a bound that does not fit", { maxQueuedDeposits: 2 ** 32 }, "config.rollup.maxQueuedDeposits"],
      ["an address that is none", { sequencer: "0x12" }, "config.rollup.sequencer"],
      ["an empty list of shapes", { register: [] }, "config.rollup.register"],
      ["a shape without a field", { shapes: { mine: { depth: 4 } } }, "config.rollup.shapes.mine.accounts"],
      ["a shape's name that is no file name", { shapes: { "../a": shape } }, "config.rollup.shapes.../a"],
      ["a built-in shape's name", { shapes: { dev: shape } }, "config.rollup.shapes.dev", "built-in"],
      [
        "a shape that the protocol does not allow",
        { shapes: { mine: { ...shape, operations: 9 } } },
        "config.rollup.shapes.mine",
        "operations",
      ],
      ["an unknown shape", { register: ["dev", "huge"] }, "config.rollup.register.1", "huge", "dev"],
      ["a shape that is registered twice", { register: ["dev", "dev"] }, "config.rollup.register.1"],
      ["shapes of different depths", { register: ["dev", "standard"] }, "config.rollup.register", "depth"],
      [
        "a sequencer's timeout as long as the forced inclusion period",
        { sequencerTimeout: 100, forcedInclusionPeriod: 100 },
        "config.rollup.sequencerTimeout",
        "100 s",
      ],
      [
        "a ceremony that nobody has to contribute to",
        { ceremony: { minContributions: 0 } },
        "rollup.ceremony.minContributions",
      ],
      ["a backend that there is not", { prover: { backends: ["gpu"] } }, "config.rollup.prover.backends.0"],
      ["a backend twice", { prover: { backends: ["snarkjs", "snarkjs"] } }, "config.rollup.prover.backends"],
      ["rapidsnark without a binary", { prover: { backends: ["rapidsnark"] } }, "rollup.prover.rapidsnark"],
      [
        "a rapidsnark binary without its hash",
        { prover: { rapidsnark: { path: "prover", sha256: "v0.0.8" } } },
        "config.rollup.prover.rapidsnark.sha256",
        "64 hexadecimal digits",
      ],
      ["a folder outside the project", { folder: "../elsewhere" }, "config.rollup.folder", "elsewhere"],
    ];
    for (const [what, rollup, ...expected] of cases) {
      it(what, async () => {
        const message = await refusal(rollup);
        for (const text of expected) expect(message).to.include(text);
      });
    }
  });

  it("waits for no confirmations on development chains only, unless told", async () => {
    const config = await resolve({ confirmations: { sepolia: 3 } });
    expect(confirmationsOn(config, { name: "localhost", chainId: 31_337n })).to.equal(0);
    expect(confirmationsOn(config, { name: "mainnet", chainId: 1n })).to.equal(12);
    expect(confirmationsOn(config, { name: "sepolia", chainId: 11_155_111n })).to.equal(3);
  });
});
