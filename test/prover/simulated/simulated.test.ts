import { appendFile } from "node:fs/promises";
import { expect } from "chai";
import { Contract, ContractFactory } from "ethers";
import { network } from "hardhat";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../../plugin/prover/keys/development-key.ts";
import { type ProofResult, prove } from "../../../plugin/prover/prove.ts";
import { simulated } from "../../../plugin/prover/simulated/system.ts";
import { compileSource } from "../../../plugin/settlement/contract-code.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { ethers } from "../../contracts/connection.ts";
import { defaultArguments, shapes } from "../../contracts/fixture.ts";
import { compileSmallCircuit, programOf, smallInput, smallWitness } from "../small-circuit.ts";

const verifierAbi = [
  "function verify(bytes proof, uint256[3] inputs) view returns (bool)",
  "function keyHash() view returns (bytes32)",
  "function isDevelopment() view returns (bool)",
  "function isSimulated() view returns (bool)",
  "error SimulatedVerifierNotAllowed(uint256 chainId)",
  "event SimulatedVerifierCreated(string warning)",
];

describe("Simulated proofs", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;
  let key: DevelopmentKey;
  let proven: ProofResult;

  before(async () => {
    circuit = await compileSmallCircuit(scratch());
    const request = { r1csPath: circuit.r1csPath, name: "small", outputFolder: scratch() };
    key = await ensureDevelopmentKey({ ...request, system: "simulated" });
    proven = await prove({ key, witness: { program: programOf(circuit), input: smallInput(3n, 4n) } });
  });

  describe("prove", () => {
    it("answers for the witness's public signals, and says that it simulates", () => {
      expect(proven.publicSignals).to.deep.equal([smallInput(3n, 4n).hash, 7n, 12n]);
      expect(proven.backend).to.equal("simulated");
      const mark = Buffer.from(proven.proof.slice(2, 66), "hex").toString("ascii");
      expect(mark).to.match(/^SIMULATED, PROVES NOTHING\0+$/);
      expect(key.zkeyPath).to.match(/small\.simulated\.development\.zkey$/);
    });

    it("refuses inputs that do not satisfy the circuit, with the line", async () => {
      const input = { ...smallInput(5n, 6n), sum: 12n };
      expect(await failure(prove({ key, witness: { program: programOf(circuit), input } }))).to.match(
        /No simulated proof for "small"[\s\S]*template Small_\d+ line: 11/,
      );
    });

    it("refuses a witness in which any one value is changed", async () => {
      const honest = await smallWitness(circuit, 5n, 6n);
      for (let wire = 0; wire < circuit.wires; wire += 7) {
        const changed = honest.slice();
        const offset = 76 + 32 * wire;
        changed[offset] = (changed[offset] as number) ^ 1;
        expect(await failure(prove({ key, witness: changed })), `wire ${wire}`).to.match(
          /violates constraint/,
        );
      }
    });

    it("refuses a witness of another length, and values that are not canonical", async () => {
      const honest = await smallWitness(circuit, 5n, 6n);
      expect(await failure(prove({ key, witness: honest.slice(32) }))).to.match(/Invalid witness length/);
      expect(await failure(prove({ key, witness: honest.slice().fill(255, -32) }))).to.match(/not canonical/);
    });

    it("refuses a circuit that is not the one that was compiled", async () => {
      const request = { r1csPath: circuit.r1csPath, name: "damaged", outputFolder: scratch() };
      const other = await ensureDevelopmentKey({ ...request, system: "simulated" });
      await appendFile(other.zkeyPath, "x");
      const witness = await smallWitness(circuit, 5n, 6n);
      const zkeyHash = "00".repeat(32);
      expect(await failure(prove({ key: { ...other, zkeyHash }, witness }))).to.match(
        /constraint system file is damaged, or another one/,
      );
      const again = await ensureDevelopmentKey({ ...request, system: "simulated" });
      expect(again.reason).to.equal("the file is damaged");
      expect(again.keyHash).to.equal(key.keyHash);
    });
  });

  describe("verify", () => {
    it("is true for the mark of these public signals and this circuit alone", async () => {
      const { proof, publicSignals } = proven;
      const verify = (signals: readonly bigint[], mark: string): Promise<boolean> =>
        simulated.verify(key.verificationKey, signals, mark);
      expect(await verify(publicSignals, proof)).to.equal(true);
      expect(await verify(publicSignals.with(1, 8n), proof)).to.equal(false);
      expect(await verify(publicSignals.with(1, 7n + fieldOrder), proof)).to.equal(false);
      expect(await verify(publicSignals.slice(1), proof)).to.equal(false);
      expect(await verify(publicSignals, `${proof}00`)).to.equal(false);
      expect(await verify(publicSignals, "0x")).to.equal(false);
      const other = { ...key.verificationKey, circuitHash: "ab".repeat(32) };
      expect(await simulated.verify(other, publicSignals, proof)).to.equal(false);
      expect(simulated.keyHash(other)).to.not.equal(key.keyHash);
    });

    it("takes no key that is another system's", () => {
      for (const wrong of [undefined, {}, { ...key.verificationKey, protocol: "groth16" }]) {
        expect(() => simulated.parseVerificationKey(wrong)).to.throw(/key of simulated proofs/);
      }
    });
  });

  describe("the verifier", () => {
    let connection: Awaited<ReturnType<typeof network.create>>;
    let creation: string;
    let runtime: string;
    let verifier: Contract;

    before(async () => {
      connection = await network.create();
      const [signer] = await connection.ethers.getSigners();
      ({ creation, runtime } = await compileSource(await simulated.verifierSource(key, "SmallVerifier")));
      const deployed = await new ContractFactory([], creation, signer).deploy();
      verifier = new Contract(deployed.target, verifierAbi, signer);
    });
    after(() => connection.close());

    it("accepts the mark for its inputs alone", async () => {
      const { proof, publicSignals } = proven;
      const verify = verifier.getFunction("verify");
      expect(await verify(proof, publicSignals)).to.equal(true);
      for (let index = 0; index < 3; index++) {
        const changed = publicSignals.with(index, (publicSignals[index] as bigint) ^ 1n);
        expect(await verify(proof, changed)).to.equal(false);
        const other = publicSignals.with(index, (publicSignals[index] as bigint) + fieldOrder);
        expect(await verify(proof, other)).to.equal(false);
      }
      for (const wrong of ["0x", proof.slice(0, -2), `${proof}00`, `0x${"00".repeat(64)}`]) {
        expect(await verify(wrong, publicSignals)).to.equal(false);
      }
    });

    it("calls itself one for development, and simulated, whatever its key says", async () => {
      expect(await verifier.getFunction("keyHash")()).to.equal(key.keyHash);
      expect(await verifier.getFunction("isDevelopment")()).to.equal(true);
      expect(await verifier.getFunction("isSimulated")()).to.equal(true);
      const source = await simulated.verifierSource({ ...key, development: false }, "SmallVerifier");
      expect(source).to.equal(await simulated.verifierSource(key, "SmallVerifier"));
    });

    it("says in an event that it proves nothing, when it is created", async () => {
      const [signer] = await connection.ethers.getSigners();
      const created = await new ContractFactory(verifierAbi, creation, signer).deploy();
      await expect(created.deploymentTransaction())
        .to.emit(created, "SimulatedVerifierCreated")
        .withArgs("SIMULATED, PROVES NOTHING");
    });

    it("cannot be registered on a chain that may hold money, wherever its code comes from", async () => {
      const { configuration } = await defaultArguments();
      const poseidonCode = await ethers.provider.getCode(configuration.poseidon);
      for (const [chainId, outcome] of [
        [1, "RollupVerifierNotForProduction"],
        [10, "RollupVerifierNotForProduction"],
        [31_337, "registered"],
      ] as const) {
        const other = await network.create({ override: { chainId } });
        try {
          const [verifier, poseidon] = [`0x${"5e".repeat(20)}`, `0x${"99".repeat(20)}`];
          await other.provider.request({ method: "hardhat_setCode", params: [verifier, runtime] });
          await other.provider.request({ method: "hardhat_setCode", params: [poseidon, poseidonCode] });
          const factory = await other.ethers.getContractFactory("Rollup");
          const deployment = factory.deploy({ ...configuration, poseidon }, [{ ...shapes.small, verifier }]);
          const found = await deployment.then(
            () => "registered",
            (error: Error) => error.message,
          );
          expect(found, `chain ${chainId}`).to.include(outcome);
        } finally {
          await other.close();
        }
      }
    });

    it("cannot be created on a chain that may hold money, and accepts nothing where it is put there", async () => {
      const other = await network.create({ override: { chainId: 1 } });
      try {
        const [signer] = await other.ethers.getSigners();
        const factory = new ContractFactory(verifierAbi, creation, signer);
        await expect(factory.deploy())
          .to.be.revertedWithCustomError(factory, "SimulatedVerifierNotAllowed")
          .withArgs(1);
        const address = `0x${"5e".repeat(20)}`;
        await other.provider.request({ method: "hardhat_setCode", params: [address, runtime] });
        const planted = new Contract(address, verifierAbi, signer);
        expect(await planted.getFunction("keyHash")()).to.equal(key.keyHash);
        expect(await planted.getFunction("verify")(proven.proof, proven.publicSignals)).to.equal(false);
      } finally {
        await other.close();
      }
    });
  });
});

async function failure(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => "it did not fail",
    (error: Error) => error.message,
  );
}
