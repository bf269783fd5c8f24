import { createRequire } from "node:module";
import { expect } from "chai";
import { Contract, ContractFactory, type InterfaceAbi } from "ethers";
import { network } from "hardhat";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { coordinateOrder } from "../../../plugin/prover/curve/bn254.ts";
import { verifierSource } from "../../../plugin/prover/groth16/verifier-source.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../../plugin/prover/keys/development-key.ts";
import { prove } from "../../../plugin/prover/prove.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { compileSmallCircuit, smallWitness } from "../small-circuit.ts";

interface Solc {
  compile(input: string): string;
}
interface SolcOutput {
  readonly errors?: readonly { readonly formattedMessage: string }[];
  readonly contracts: Record<
    string,
    Record<
      string,
      { readonly abi: InterfaceAbi; readonly evm: { readonly bytecode: { readonly object: string } } }
    >
  >;
}

describe("verifierSource", () => {
  const scratch = scratchFolder();
  let key: DevelopmentKey;
  let proof: string;
  let inputs: readonly bigint[];
  let verify: (proof: string, inputs: readonly bigint[]) => Promise<boolean>;
  let verifier: Contract;
  let close: () => Promise<void>;

  before(async () => {
    const circuit: CompiledCircuit = await compileSmallCircuit(scratch());
    key = await ensureDevelopmentKey({ r1csPath: circuit.r1csPath, name: "small", outputFolder: scratch() });
    const proven = await prove({ key, witness: await smallWitness(circuit, 3n, 4n) });
    proof = proven.proof;
    inputs = proven.publicSignals;

    const connection = await network.create();
    close = () => connection.close();
    const [signer] = await connection.ethers.getSigners();
    const { abi, evm } = compileSolidity(await verifierSource(key, "SmallVerifier"), "SmallVerifier");
    const deployed = await new ContractFactory(abi, evm.bytecode.object, signer).deploy();
    verifier = new Contract(deployed.target, abi, signer);
    verify = (bytes, numbers) =>
      verifier.getFunction("verify").staticCall(bytes, numbers) as Promise<boolean>;
  });
  after(() => close());

  it("accepts a proof for its public inputs alone", async () => {
    expect(await verify(proof, inputs)).to.equal(true);
    for (let index = 0; index < 3; index++) {
      expect(await verify(proof, inputs.with(index, (inputs[index] as bigint) ^ 1n))).to.equal(false);
    }
  });

  it("refuses inputs that are not canonical", async () => {
    for (let index = 0; index < 3; index++) {
      expect(await verify(proof, inputs.with(index, (inputs[index] as bigint) + fieldOrder))).to.equal(false);
    }
  });

  it("refuses, without reverting, bytes that are no proof", async () => {
    const word = (index: number, value: bigint): string =>
      `${proof.slice(0, 2 + 64 * index)}${value.toString(16).padStart(64, "0")}${proof.slice(66 + 64 * index)}`;
    for (const wrong of [
      "0x",
      proof.slice(0, -2),
      `${proof}00`,
      `0x${"00".repeat(256)}`,
      `0x${"ff".repeat(256)}`,
    ]) {
      expect(await verify(wrong, inputs), wrong).to.equal(false);
    }
    for (let index = 0; index < 8; index++) {
      const present = BigInt(`0x${proof.slice(2 + 64 * index, 66 + 64 * index)}`);
      for (const other of [0n, present ^ 1n, coordinateOrder, present + coordinateOrder]) {
        expect(await verify(word(index, other), inputs), `word ${index}: ${other}`).to.equal(false);
      }
    }
  });

  it("knows its key's hash, and that it is one for development", async () => {
    expect(await verifier.getFunction("keyHash")()).to.equal(key.keyHash);
    expect(await verifier.getFunction("isDevelopment")()).to.equal(true);
    const real = await verifierSource({ ...key, development: false }, "RealVerifier");
    expect(real).to.match(/isDevelopment\(\) external pure returns \(bool\) \{\s+return false;/);
  });

  it("costs below 250,000 gas", async () => {
    expect(await verifier.getFunction("verify").estimateGas(proof, inputs)).to.be.below(250_000n);
  });
});

function compileSolidity(
  content: string,
  name: string,
): NonNullable<SolcOutput["contracts"][string][string]> {
  const solc = createRequire(import.meta.url)("solc") as Solc;
  const settings = {
    optimizer: { enabled: true, runs: 1000 },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
  };
  const input = { language: "Solidity", sources: { "verifier.sol": { content } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as SolcOutput;
  expect(output.errors?.map((error) => error.formattedMessage) ?? []).to.deep.equal([]);
  const contract = output.contracts["verifier.sol"]?.[name];
  if (contract === undefined) throw new Error("No contract.");
  return contract;
}
