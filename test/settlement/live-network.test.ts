import path from "node:path";
import { expect } from "chai";
import { artifacts, network } from "hardhat";
import { exportKey } from "../../plugin/prover/ceremony/export-key.ts";
import type { KeyToMake } from "../../plugin/prover/ceremony/found-key.ts";
import { VerifiedKey } from "../../plugin/prover/ceremony/verified-key.ts";
import { groth16 } from "../../plugin/prover/groth16/system.ts";
import { compileSource, sameCode } from "../../plugin/settlement/contract-code.ts";
import { type CircuitToDeploy, deployRollup } from "../../plugin/settlement/deploy.ts";
import { LiveNetworkError, type LiveNetworkErrorCode } from "../../plugin/settlement/live-network.ts";
import { scratchFolder } from "../circuits/scratch-folder.ts";
import { contributions, smallCeremony } from "../prover/ceremony/fixture.ts";
import { altered } from "./altered-provider.ts";
import { circuit, deploymentRequest, shapes } from "./fixture.ts";
import { rejection } from "./rejection.ts";

/** Of a chain that is none for development: a simulated one here, that nothing is told of. */
const liveChainId = 10;

describe("a rollup on a live network", () => {
  const scratch = scratchFolder();
  let verifiedKey: VerifiedKey;
  let source: string;
  let live: CircuitToDeploy;
  let chain: Awaited<ReturnType<typeof network.create>>;

  before(async () => {
    const { request, initial } = await smallCeremony(scratch());
    const { beacon } = await contributions(initial.transcript.zkeyPath);
    const folder = path.join(scratch(), "production");
    const key: KeyToMake = request;
    await exportKey({ ...key, zkeyPath: beacon.transcript.zkeyPath, folder });
    verifiedKey = await VerifiedKey.verify({ ...key, folder });
    source = await groth16.verifierSource(verifiedKey.key, "RollupVerifierSmall");
    live = {
      ...(await circuit("small")),
      shape: shapes.small,
      verifierArtifact: await artifact(source),
      keyHash: verifiedKey.key.keyHash,
      development: false,
      verifiedKey,
    };
  });
  beforeEach(async () => {
    chain = await network.create({ override: { chainId: liveChainId } });
  });
  afterEach(() => chain.close());

  async function artifact(solidity: string): Promise<CircuitToDeploy["verifierArtifact"]> {
    return { abi: [], bytecode: (await compileSource(solidity)).creation };
  }

  async function deploy(change: Partial<CircuitToDeploy> = {}) {
    const signer = await chain.ethers.provider.getSigner(0);
    const circuits = [{ ...live, ...change }];
    return await deployRollup(await deploymentRequest({ signer, circuits, simulated: false }));
  }

  async function refused(code: LiveNetworkErrorCode, deploying: Promise<unknown>): Promise<string> {
    const error = await rejection(deploying);
    expect(error).to.be.instanceOf(LiveNetworkError).and.to.have.property("code", code);
    expect(error.message).to.include("what to do: ");
    return error.message;
  }

  async function nothingSent(): Promise<void> {
    expect(await chain.ethers.provider.getBlockNumber()).to.equal(0);
  }

  it("gets the verifier of the verified key, byte for byte", async () => {
    const deployment = await deploy();
    const [shape] = deployment.shapes;
    expect(deployment.chainId).to.equal(BigInt(liveChainId));
    expect(shape).to.include({ keyHash: verifiedKey.key.keyHash, development: false });
    const code = await chain.ethers.provider.getCode(shape?.verifier ?? "");
    expect(code).to.equal((await compileSource(source)).runtime);
  });

  it("does not get a key that nobody verified, or only said so", async () => {
    await refused("DEVELOPMENT_KEY", deploy({ development: true }));
    await refused("UNVERIFIED_KEY", deploy({ verifiedKey: undefined }));
    const { key, origin } = verifiedKey;
    await refused("UNVERIFIED_KEY", deploy({ verifiedKey: { key, origin } as VerifiedKey }));
    await nothingSent();
  });

  it("does not get another key or shape than the verified one", async () => {
    const keyHash = `0x${"12".repeat(32)}`;
    expect(await refused("OTHER_KEY", deploy({ keyHash }))).to.include(keyHash);
    await refused("OTHER_KEY", deploy({ name: "large" }));
    await nothingSent();
  });

  it("does not get a verifier whose code differs, whatever it says of its key", async () => {
    const accepting = `// SPDX-License-Identifier: GPL-3.0-or-later
      pragma solidity ^0.8.28;
      contract Accepting {
        function verify(bytes calldata, uint256[3] calldata) external pure returns (bool) { return true; }
        function keyHash() external pure returns (bytes32) { return ${live.keyHash}; }
        function isDevelopment() external pure returns (bool) { return false; }
      }`;
    const development = await groth16.verifierSource({ ...verifiedKey.key, development: true }, "Verifier");
    for (const other of [accepting, development]) {
      await refused("OTHER_CODE", deploy({ verifierArtifact: await artifact(other) }));
    }
    await nothingSent();
  });

  it("gets no rollup if another verifier is on the chain than was sent there", async () => {
    const real = await chain.ethers.provider.getSigner(0);
    const accepting = await artifacts.readArtifact("AcceptingVerifier");
    // A node that puts something else in the place of what it is given.
    const provider = altered(chain.ethers.provider, {
      getCode: () => Promise.resolve(accepting.deployedBytecode),
    });
    const signer = new Proxy(real, {
      get: (target, property) => {
        const value: unknown = property === "provider" ? provider : Reflect.get(target, property);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const steps: string[] = [];
    const request = await deploymentRequest({
      signer,
      circuits: [live],
      simulated: false,
      onStep: ({ contract }) => steps.push(contract),
    });
    expect(await refused("OTHER_CODE", deployRollup(request))).to.match(/whose code differs: at 0x/);
    expect(steps).not.to.include("Rollup");
  });
});

describe("sameCode", () => {
  const contract = (name: string, answer: number): string => `// SPDX-License-Identifier: GPL-3.0-or-later
    pragma solidity ^0.8.28;
    contract ${name} { function answer() external pure returns (uint256) { return ${answer}; } }`;

  it("ignores what the compiler appends, and nothing else", async () => {
    const one = await compileSource(contract("One", 1));
    const renamed = await compileSource(contract("Renamed", 1));
    const other = await compileSource(contract("One", 2));
    expect(one.runtime).not.to.equal(renamed.runtime);
    expect(sameCode(one.runtime, renamed.runtime)).to.equal(true);
    expect(sameCode(one.creation, renamed.creation)).to.equal(true);
    expect(sameCode(one.runtime, other.runtime)).to.equal(false);
    expect(sameCode(one.runtime, one.creation)).to.equal(false);
    expect(sameCode(one.runtime, `${one.runtime}00`)).to.equal(false);
  });

  it("takes no code for no code, and none without metadata", () => {
    for (const code of ["0x", "0x00", "0xffff", "", `0x${"00".repeat(100)}`]) {
      expect(sameCode(code, code), code).to.equal(false);
    }
  });

  it("refuses a source that does not compile, or has several contracts", async () => {
    const error = await rejection(compileSource("contract Broken {"));
    expect(error.message).to.include("cannot be compiled").and.to.include("ParserError");
    const two = await rejection(
      compileSource(contract("One", 1) + contract("Two", 2).split(";").slice(1).join(";")),
    );
    expect(two.message).to.include("contracts: 2");
  });
});
