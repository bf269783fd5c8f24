import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { groth16 } from "snarkjs";
import type { CompiledCircuit } from "../../plugin/circuits/compile.ts";
import { decodeProof, formatProof } from "../../plugin/prover/groth16/proof.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../plugin/prover/keys/development-key.ts";
import { type ProofResult, prove } from "../../plugin/prover/prove.ts";
import { ProverPool } from "../../plugin/prover/prover-pool.ts";
import { scratchFolder } from "../circuits/scratch-folder.ts";
import { compileSmallCircuit, smallInput, smallWitness } from "./small-circuit.ts";
import { endSnarkjsThreads } from "./snarkjs-threads.ts";

describe("Proving", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;
  let key: DevelopmentKey;
  let result: ProofResult;

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
      const proof = formatProof(decodeProof(result.proof));
      expect(await groth16.verify(key.verificationKey, result.publicSignals.map(String), proof)).to.equal(
        true,
      );
      expect(result.proofSeconds).to.be.above(0);
      expect(result.peakMemoryBytes).to.be.above(1e7);
    });

    it("takes a witness as a file or as the inputs that it is computed from, and reports its steps", async () => {
      const file = path.join(scratch(), "small.wtns");
      await writeFile(file, await smallWitness(circuit, 5n, 6n));
      const input = smallInput(5n, 6n);
      for (const witness of [file, { wasmPath: circuit.wasmPath, input }]) {
        const steps: string[] = [];
        const options = { onProgress: (step: string) => steps.push(step), multiThread: false };
        const proven = await prove({ key, witness }, options);
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
      await refused(prove({ key, witness }, { onProgress, signal: controller.signal }), /^enough$/);
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
          return pool.prove({ key, witness }, { onProgress }).finally(() => running--);
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
        pool.prove(good, { signal: AbortSignal.abort(new Error("enough")) }),
        pool.prove(good),
      ]);
      expect(outcomes.map((outcome) => outcome.status)).to.deep.equal(["rejected", "rejected", "fulfilled"]);
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
