import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { groth16 } from "snarkjs";
import type { CompiledCircuit } from "../../plugin/circuits/compile.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { coordinateOrder } from "../../plugin/prover/bn254.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../plugin/prover/development-key.ts";
import { type ProveResult, prove } from "../../plugin/prover/groth16.ts";
import { decodeProof, encodeProof, formatProof, parseProof } from "../../plugin/prover/groth16-proof.ts";
import { verifyProof } from "../../plugin/prover/groth16-verify.ts";
import { ProverPool } from "../../plugin/prover/prover-pool.ts";
import {
  formatVerificationKey,
  keyHash,
  parseVerificationKey,
} from "../../plugin/prover/verification-key.ts";
import { scratchFolder } from "../circuits/scratch-folder.ts";
import { compileSmallCircuit, smallInput, smallWitness } from "./small-circuit.ts";
import { endSnarkjsThreads } from "./snarkjs-threads.ts";

describe("Groth16", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;
  let key: DevelopmentKey;
  let result: ProveResult;

  before(async () => {
    circuit = await compileSmallCircuit(scratch());
    key = await ensureDevelopmentKey({ r1csPath: circuit.r1csPath, name: "small", outputFolder: scratch() });
    result = await prove({ key, witness: await smallWitness(circuit, 3n, 4n) });
  });
  after(endSnarkjsThreads);

  describe("prove", () => {
    it("proves for the witness's public signals, and snarkjs agrees", async () => {
      const { hash } = smallInput(3n, 4n);
      expect(result.publicSignals).to.deep.equal([hash, 7n, 12n]);
      const verificationKey = formatVerificationKey(key.verificationKey);
      const proof = formatProof(result.proof);
      expect(await groth16.verify(verificationKey, result.publicSignals.map(String), proof)).to.equal(true);
      expect(result.proofSeconds).to.be.above(0);
      expect(result.peakMemoryBytes).to.be.above(1e7);
    });

    it("takes a witness as a file or as the inputs that it is computed from, and reports its steps", async () => {
      const file = path.join(scratch(), "small.wtns");
      await writeFile(file, await smallWitness(circuit, 5n, 6n));
      const input = smallInput(5n, 6n);
      for (const witness of [file, { wasmPath: circuit.wasmPath, input }]) {
        const steps: string[] = [];
        const proven = await prove({
          key,
          witness,
          onProgress: (step) => steps.push(step),
          multiThread: false,
        });
        expect(proven.publicSignals).to.deep.equal([input.hash, 11n, 30n]);
        expect(steps).to.include.members(["witness", "constraints", "transforms", "multiexp h"]);
      }
    });

    it("refuses inputs that do not satisfy the circuit, with the line", async () => {
      const input = { ...smallInput(5n, 6n), sum: 12n };
      const witness = { wasmPath: circuit.wasmPath, input };
      await refused(prove({ key, witness }), /No proof for "small"[\s\S]*template Small_\d+ line: 11/);
    });

    it("hands on no proof of a false witness", async () => {
      const witness = await smallWitness(circuit, 5n, 6n);
      const offset = 76 + 32; // of the first public signal in a .wtns file
      witness[offset] = (witness[offset] as number) ^ 1;
      await refused(prove({ key, witness }), /does not verify/);
    });

    it("refuses a witness of another circuit", async () => {
      const short = (await smallWitness(circuit, 5n, 6n)).slice(0, -32);
      const view = new DataView(short.buffer);
      view.setUint32(60, view.getUint32(60, true) - 1, true);
      view.setBigUint64(68, view.getBigUint64(68, true) - 32n, true);
      await refused(prove({ key, witness: short }), /Invalid witness length/);
    });

    it("refuses a key that was damaged since it was loaded", async () => {
      const damaged = path.join(scratch(), "damaged.zkey");
      await writeFile(damaged, new Uint8Array(await readFile(key.zkeyPath)).fill(1, -1));
      const witness = await smallWitness(circuit, 5n, 6n);
      await refused(
        prove({ key: { ...key, zkeyPath: damaged }, witness }),
        /file is damaged[\s\S]*rollup:setup/,
      );
    });

    it("stops when it is aborted", async () => {
      const controller = new AbortController();
      const onProgress = (): void => controller.abort(new Error("enough"));
      const witness = await smallWitness(circuit, 5n, 6n);
      await refused(prove({ key, witness, onProgress, signal: controller.signal }), /^enough$/);
    });
  });

  describe("ProverPool", () => {
    it("proves side by side, never more at once than it has workers", async () => {
      const pool = new ProverPool(2);
      let running = 0;
      let most = 0;
      const numbers = [1n, 2n, 3n, 4n, 5n];
      const results = await Promise.all(
        numbers.map(async (a) => {
          const witness = { wasmPath: circuit.wasmPath, input: smallInput(a, a) };
          const onProgress = (step: string): void => {
            if (step === "witness") most = Math.max(most, ++running);
          };
          return pool.prove({ key, witness, onProgress }).finally(() => running--);
        }),
      );
      expect(results.map((proven) => proven.publicSignals[2])).to.deep.equal(numbers.map((a) => a * a));
      expect(most).to.equal(2);
    });

    it("goes on after one that fails or is aborted", async () => {
      const pool = new ProverPool(1);
      const good = { key, witness: await smallWitness(circuit, 5n, 6n) };
      const outcomes = await Promise.allSettled([
        pool.prove({ ...good, witness: new Uint8Array(3) }),
        pool.prove({ ...good, signal: AbortSignal.abort(new Error("enough")) }),
        pool.prove(good),
      ]);
      expect(outcomes.map((outcome) => outcome.status)).to.deep.equal(["rejected", "rejected", "fulfilled"]);
    });
  });

  describe("verifyProof", () => {
    it("accepts the proof, and only for its public signals", () => {
      const { proof, publicSignals } = result;
      expect(verifyProof(key.verificationKey, publicSignals, proof)).to.equal(true);
      for (let index = 0; index < 3; index++) {
        for (const wrong of [
          0n,
          (publicSignals[index] as bigint) + 1n,
          (publicSignals[index] as bigint) + fieldOrder,
        ]) {
          expect(verifyProof(key.verificationKey, publicSignals.with(index, wrong), proof)).to.equal(false);
        }
      }
      expect(verifyProof(key.verificationKey, publicSignals.slice(1), proof)).to.equal(false);
    });

    it("refuses another proof, and points that are none", () => {
      const { proof, publicSignals } = result;
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
        expect(verifyProof(key.verificationKey, publicSignals, other)).to.equal(false);
      }
    });

    it("refuses a proof for another key", async () => {
      const r1csPath = circuit.r1csPath;
      const other = await ensureDevelopmentKey({ r1csPath, name: "other", outputFolder: scratch() });
      expect(verifyProof(other.verificationKey, result.publicSignals, result.proof)).to.equal(false);
    });
  });

  describe("encodings", () => {
    it("of a proof are in the order of snarkjs' calldata", async () => {
      const text = await groth16.exportSolidityCallData(
        formatProof(result.proof),
        result.publicSignals.map(String),
      );
      const words = (text.match(/0x[0-9a-f]{64}/g) ?? []).map((word) => word.slice(2));
      expect(encodeProof(result.proof)).to.equal(`0x${words.slice(0, 8).join("")}`);
    });

    it("of a proof can be undone, and wrong ones are refused", () => {
      const encoded = encodeProof(result.proof);
      expect(decodeProof(encoded)).to.deep.equal(result.proof);
      expect(() => decodeProof(encoded.slice(0, -2))).to.throw(/256 bytes expected, 255 given/);
      expect(() => decodeProof(`0x${"ff".repeat(256)}`)).to.throw(/not canonical/);

      const json = formatProof(result.proof);
      expect(parseProof(JSON.parse(JSON.stringify(json)))).to.deep.equal(result.proof);
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
      const json = formatVerificationKey(key.verificationKey);
      expect(parseVerificationKey(JSON.parse(JSON.stringify(json)))).to.deep.equal(key.verificationKey);
      expect(() => parseVerificationKey({ ...json, IC: json.IC.slice(1) })).to.throw(/IC/);
      const { alpha, beta, ic } = key.verificationKey;
      const changed = [
        { ...key.verificationKey, alpha: [alpha[1], alpha[0]] },
        { ...key.verificationKey, beta: [[beta[0][1], beta[0][0]], beta[1]] },
        { ...key.verificationKey, gamma: key.verificationKey.delta },
        { ...key.verificationKey, ic: ic.toReversed() },
      ] as const;
      const hashes = changed.map((other) => keyHash(other as typeof key.verificationKey));
      expect(new Set([key.keyHash, ...hashes]).size).to.equal(5);
    });
  });
});

async function refused(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.an("error");
  expect((error as Error).message).to.match(message);
}
