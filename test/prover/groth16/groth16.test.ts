import { expect } from "chai";
import { groth16 } from "snarkjs";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { coordinateOrder } from "../../../plugin/prover/curve/bn254.ts";
import { formatProof } from "../../../plugin/prover/groth16/format-proof.ts";
import {
  decodeProof,
  encodeProof,
  type Groth16Proof,
  parseProof,
} from "../../../plugin/prover/groth16/proof.ts";
import {
  formatVerificationKey,
  keyHash,
  parseVerificationKey,
  type VerificationKey,
} from "../../../plugin/prover/groth16/verification-key.ts";
import { verifyProof } from "../../../plugin/prover/groth16/verify.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../../plugin/prover/keys/development-key.ts";
import { prove } from "../../../plugin/prover/prove.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { compileSmallCircuit, smallWitness } from "../small-circuit.ts";

describe("Groth16", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;
  let key: DevelopmentKey;
  let verificationKey: VerificationKey;
  let proof: Groth16Proof;
  let publicSignals: readonly bigint[];

  before(async () => {
    circuit = await compileSmallCircuit(scratch());
    key = await ensureDevelopmentKey({ r1csPath: circuit.r1csPath, name: "small", outputFolder: scratch() });
    verificationKey = parseVerificationKey(key.verificationKey);
    const result = await prove({ key, witness: await smallWitness(circuit, 3n, 4n) });
    proof = decodeProof(result.proof);
    publicSignals = result.publicSignals;
  });

  describe("verifyProof", () => {
    it("accepts the proof, and only for its public signals", () => {
      expect(verifyProof(verificationKey, publicSignals, proof)).to.equal(true);
      for (let index = 0; index < 3; index++) {
        for (const wrong of [
          0n,
          (publicSignals[index] as bigint) + 1n,
          (publicSignals[index] as bigint) + fieldOrder,
        ]) {
          expect(verifyProof(verificationKey, publicSignals.with(index, wrong), proof)).to.equal(false);
        }
      }
      expect(verifyProof(verificationKey, publicSignals.slice(1), proof)).to.equal(false);
    });

    it("refuses another proof, and points that are none", () => {
      const { a, b, c } = proof;
      const wrong = [
        { a: c, b, c: a },
        { a: [a[0], coordinateOrder - a[1]], b, c },
        { a: [a[0], a[1] + 1n], b, c },
        { a, b: [b[1], b[0]], c },
        { a: [0n, 0n], b, c },
        { a: [a[0] + coordinateOrder, a[1]], b, c },
      ] as const;
      for (const other of wrong) {
        expect(verifyProof(verificationKey, publicSignals, other)).to.equal(false);
      }
    });

    it("refuses a proof for another key", async () => {
      const r1csPath = circuit.r1csPath;
      const other = await ensureDevelopmentKey({ r1csPath, name: "other", outputFolder: scratch() });
      expect(verifyProof(parseVerificationKey(other.verificationKey), publicSignals, proof)).to.equal(false);
    });
  });

  describe("encodings", () => {
    it("of a proof are in the order of snarkjs' calldata", async () => {
      const text = await groth16.exportSolidityCallData(formatProof(proof), publicSignals.map(String));
      const words = (text.match(/0x[0-9a-f]{64}/g) ?? []).map((word) => word.slice(2));
      expect(encodeProof(proof)).to.equal(`0x${words.slice(0, 8).join("")}`);
    });

    it("of a proof can be undone, and wrong ones are refused", () => {
      const encoded = encodeProof(proof);
      expect(decodeProof(encoded)).to.deep.equal(proof);
      expect(() => decodeProof(encoded.slice(0, -2))).to.throw(/256 bytes expected, 255 given/);
      expect(() => decodeProof(`0x${"ff".repeat(256)}`)).to.throw(/not canonical/);

      const json = formatProof(proof);
      expect(parseProof(JSON.parse(JSON.stringify(json)))).to.deep.equal(proof);
      const wrong: unknown[] = [
        undefined,
        {},
        { ...json, protocol: "plonk" },
        { ...json, pi_a: json.pi_a.slice(1) },
        { ...json, pi_a: ["-1", "2", "1"] },
        { ...json, pi_a: [String(coordinateOrder), "2", "1"] },
        { ...json, pi_c: ["1", "2", "0"] },
        { ...json, pi_b: [["1", "2"], ["1"], ["1", "0"]] },
      ];
      for (const value of wrong) expect(() => parseProof(value)).to.throw(/Not a valid Groth16 proof/);
    });

    it("of a key can be undone, and its hash covers every point", () => {
      const json = formatVerificationKey(verificationKey);
      expect(parseVerificationKey(JSON.parse(JSON.stringify(json)))).to.deep.equal(verificationKey);
      expect(() => parseVerificationKey({ ...json, IC: json.IC.slice(1) })).to.throw(/IC/);
      const { alpha, beta, ic } = verificationKey;
      const changed = [
        { ...verificationKey, alpha: [alpha[1], alpha[0]] },
        { ...verificationKey, beta: [[beta[0][1], beta[0][0]], beta[1]] },
        { ...verificationKey, gamma: verificationKey.delta },
        { ...verificationKey, ic: ic.toReversed() },
      ] as const;
      const hashes = changed.map((other) => keyHash(other as VerificationKey));
      expect(new Set([key.keyHash, ...hashes]).size).to.equal(5);
    });
  });
});
