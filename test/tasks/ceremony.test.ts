// The steps that need no circuit of a shape, whole; of the others, what they refuse before they compile.

import { readdir } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { RollupUserConfig } from "../../plugin/config.ts";
import rollup from "../../plugin/index.ts";
import { ceremonyStep } from "../../plugin/operator/ceremony.ts";
import { readTranscript } from "../../plugin/prover/ceremony/transcript.ts";
import { scratchFolder } from "../circuits/scratch-folder.ts";
import { beaconValue, smallCeremony } from "../prover/ceremony/fixture.ts";
import { rejection } from "../settlement/rejection.ts";

const repository = path.resolve(import.meta.dirname, "../..");

describe("rollup:ceremony", () => {
  const scratch = scratchFolder();

  /** Runs a step as the command line does, and returns what it prints. */
  async function run(step: string, args: object, config: RollupUserConfig = {}): Promise<string> {
    const hre: HardhatRuntimeEnvironment = await createHardhatRuntimeEnvironment(
      {
        plugins: [rollup],
        rollup: { register: ["tiny"], ceremony: { folder: path.join(scratch(), "ceremonies") }, ...config },
      },
      {},
      repository,
    );
    const print = console.log;
    const lines: string[] = [];
    console.log = (line: string) => void lines.push(line);
    try {
      await hre.tasks.getTask(["rollup:ceremony", step]).run(args);
    } finally {
      console.log = print;
    }
    return lines.join("\n");
  }

  it("lets people contribute to a file that they were given, and finish it", async () => {
    const { initial } = await smallCeremony(scratch());
    const first = { file: initial.transcript.zkeyPath, name: "Alice", entropy: "x" };
    // What has to be published is asked for, and stays with --quiet.
    const alice = await run("contribute", { ...first, quiet: true });
    const folder = path.dirname(initial.transcript.zkeyPath);
    const file = path.join(folder, "small.0001.alice.zkey");
    const [contribution] = (await readTranscript(file)).contributions;
    expect(alice).to.include(contribution?.hash).and.to.include("Publish these lines");
    expect(alice).to.not.include("Next:").and.to.not.include("…");
    const { next, attestation } = JSON.parse(
      await run("beacon", { file, value: `0x${beaconValue}`, json: true }),
    );
    expect(attestation).to.include(beaconValue);
    expect(next).to.equal("npx hardhat rollup:ceremony verify");
    expect(await readdir(folder)).to.include("small.0002.beacon.zkey");
  });

  it("names the next step with the shape and the powers of tau that were given", async () => {
    expect(ceremonyStep("verify", undefined)).to.equal("npx hardhat rollup:ceremony verify");
    expect(ceremonyStep("export", "wide", "my tau/16.ptau")).to.equal(
      'npx hardhat rollup:ceremony export --shape wide --ptau "my tau/16.ptau"',
    );
    const failure = await rejection(run("beacon", { shape: "tiny" }));
    expect(failure.message).to.include("beacon --shape tiny --value <hex>");
  });

  it("says what is missing, and the command", async () => {
    const missing: readonly (readonly [string, object, string])[] = [
      ["new", {}, "download a file of the Hermez ceremony"],
      ["new", { ptau: path.join(scratch(), "none.ptau") }, "none.ptau"],
      ["contribute", {}, "contribute --name <name>"],
      ["contribute", { name: "Alice" }, "npx hardhat rollup:ceremony new --shape tiny"],
      ["beacon", {}, "beacon --value <hex>"],
      ["beacon", { value: beaconValue }, "npx hardhat rollup:ceremony new --shape tiny"],
      ["verify", {}, "There is no file of powers of tau"],
      ["export", {}, "There is no file of powers of tau"],
      ["contribute", { shape: "huge", name: "Alice" }, "The config has no such shape"],
    ];
    for (const [step, args, text] of missing) {
      expect((await rejection(run(step, args))).message, step).to.include(text);
    }
  });

  it("asks for the shape where there are several", async () => {
    const error = await rejection(run("contribute", { name: "Alice" }, { register: ["tiny", "dev"] }));
    expect(error.message).to.include("tiny, dev").and.to.include("--shape");
  });

  it("has nothing to contribute to where the setup is universal, or proves nothing", async () => {
    for (const [proofSystem, text] of [
      ["plonk", "rollup:ceremony export"],
      ["fflonk", "rollup:ceremony export"],
      ["simulated", "rollup.proofSystem"],
    ] as const) {
      expect((await rejection(run("new", {}, { proofSystem }))).message).to.include(text);
    }
    const error = await rejection(run("export", {}, { proofSystem: "simulated" }));
    expect(error.message).to.include("simulated");
  });
});
