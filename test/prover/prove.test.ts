import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { groth16 } from "snarkjs";
import type { CompiledCircuit } from "../../plugin/circuits/compile.ts";
import { hashFile } from "../../plugin/circuits/hashed-file.ts";
import type { Backend } from "../../plugin/prover/backends/backend.ts";
import { snarkjs } from "../../plugin/prover/backends/snarkjs.ts";
import { formatProof } from "../../plugin/prover/groth16/format-proof.ts";
import { decodeProof } from "../../plugin/prover/groth16/proof.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../plugin/prover/keys/development-key.ts";
import { type ProofResult, prove } from "../../plugin/prover/prove.ts";
import { ProverPool } from "../../plugin/prover/prover-pool.ts";
import { scratchFolder } from "../circuits/scratch-folder.ts";
import { compileSmallCircuit, programOf, smallInput, smallWitness } from "./small-circuit.ts";
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
      for (const witness of [
        { path: file, hash: await hashFile(file) },
        { program: programOf(circuit), input },
      ]) {
        const steps: string[] = [];
        const options = { onProgress: (step: string) => steps.push(step), multiThread: false };
        const proven = await prove({ key, witness }, options);
        expect(proven.publicSignals).to.deep.equal([input.hash, 11n, 30n]);
        expect(steps).to.include.members(["witness", "constraints", "transforms", "multiexp h"]);
      }
    });

    it("refuses inputs that do not satisfy the circuit, with the line", async () => {
      const input = { ...smallInput(5n, 6n), sum: 12n };
      const witness = { program: programOf(circuit), input };
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
      await refused(
        prove({ key, witness: short }),
        /The witness is for another circuit[\s\S]*wires of the key: \d+/,
      );
    });

    const damages: [what: string, damage: (bytes: Uint8Array) => Uint8Array][] = [
      ["cut short", (bytes) => bytes.slice(0, -1)],
      ["with one bit changed", (bytes) => bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1)],
      ["swapped for another one", () => new TextEncoder().encode("another file")],
    ];
    for (const [what, damage] of damages) {
      it(`refuses key, witness program and witness ${what}, and says how to make them again`, async () => {
        const input = smallInput(5n, 6n);
        const wtns = path.join(scratch(), "good.wtns");
        await writeFile(wtns, await smallWitness(circuit, 5n, 6n));
        const program = programOf(circuit);
        const witness = { path: wtns, hash: await hashFile(wtns) };
        const damaged = async (file: string): Promise<string> => {
          const copy = path.join(scratch(), "damaged");
          await writeFile(copy, damage(new Uint8Array(await readFile(file))));
          return copy;
        };
        const expected =
          /file is damaged, or another one\.\nfile: .*\nexpected SHA-256: [0-9a-f]{64}\nfound: [0-9a-f]{64}/;
        const spoiledKey = { ...key, zkeyPath: await damaged(key.zkeyPath) };
        await refused(prove({ key: spoiledKey, witness }), expected, /proving key [\s\S]*rollup:setup/);
        const spoiledProgram = { program: { ...program, path: await damaged(program.path) }, input };
        await refused(
          prove({ key, witness: spoiledProgram }),
          expected,
          /witness program [\s\S]*rollup:compile/,
        );
        const spoiledWitness = { ...witness, path: await damaged(wtns) };
        await refused(
          prove({ key, witness: spoiledWitness }),
          expected,
          /The witness file [\s\S]*rollup:prove/,
        );
      });
    }

    it("refuses files that are not there", async () => {
      const witness = { path: path.join(scratch(), "nowhere.wtns"), hash: "00" };
      await refused(prove({ key, witness }), /witness file cannot be read[\s\S]*ENOENT/);
    });

    it("hands on no proof for other public signals than were asked for", async () => {
      const witness = await smallWitness(circuit, 5n, 6n);
      const publicSignals = [smallInput(5n, 6n).hash, 11n, 31n];
      await refused(prove({ key, witness, publicSignals }), /for other public signals[\s\S]*31[\s\S]*30/);
    });

    it("stops when it is aborted", async () => {
      const controller = new AbortController();
      const onProgress = (): void => controller.abort(new Error("enough"));
      const witness = await smallWitness(circuit, 5n, 6n);
      await refused(prove({ key, witness }, { onProgress, signal: controller.signal }), /^enough$/);
    });
  });

  describe("prove with several backends", () => {
    const failing: Backend = {
      name: "failing",
      systems: ["groth16"],
      assumedBytes: () => 0,
      prove: () => Promise.reject(new Error("out of order")),
    };
    const forging: Backend = {
      name: "forging",
      systems: ["groth16"],
      assumedBytes: () => 0,
      prove: async (request, options) => ({
        ...(await snarkjs.prove(request, options)),
        proof: result.proof,
      }),
    };
    const unable: Backend = { ...failing, name: "unable", systems: [] };

    it("takes the next one when one fails or returns a bad proof, and reports that", async () => {
      const failures: string[] = [];
      const onFailure = (backend: string, { message }: Error): void => {
        failures.push(`${backend}: ${message}`);
      };
      const witness = await smallWitness(circuit, 5n, 6n);
      const proven = await prove({ key, witness }, { onFailure }, [unable, failing, forging, snarkjs]);
      expect(proven.backend).to.equal("snarkjs");
      expect(failures).to.have.lengthOf(2);
      expect(failures[0]).to.equal("failing: out of order");
      expect(failures[1]).to.match(/^forging: .*does not verify/);
    });

    it("says what became of each when none delivers", async () => {
      const witness = await smallWitness(circuit, 5n, 6n);
      await refused(
        prove({ key, witness }, {}, [failing, forging]),
        /failing: out of order\nforging: .*verify/,
      );
      await refused(prove({ key, witness }, {}, [unable]), /No backend makes groth16 proofs/);
    });

    it("blames no backend for inputs that do not satisfy the circuit", async () => {
      const asked: string[] = [];
      const next: Backend = {
        ...failing,
        prove: () => {
          asked.push("next");
          return Promise.reject(new Error());
        },
      };
      const witness = { program: programOf(circuit), input: { ...smallInput(5n, 6n), sum: 12n } };
      await refused(prove({ key, witness }, {}, [snarkjs, next]), /template Small_\d+ line: 11/);
      expect(asked).to.deep.equal([]);
    });
  });

  describe("ProverPool", () => {
    it("proves side by side, never more at once than it has workers", async () => {
      const pool = new ProverPool({ workers: 2, memory: 1e10 });
      let running = 0;
      let most = 0;
      const numbers = [1n, 2n, 3n, 4n, 5n];
      const results = await Promise.all(
        numbers.map(async (a) => {
          const witness = { program: programOf(circuit), input: smallInput(a, a) };
          const onProgress = (step: string): void => {
            if (step === "witness") most = Math.max(most, ++running);
          };
          return pool.prove({ key, witness }, { onProgress }).finally(() => running--);
        }),
      );
      expect(results.map((proven) => proven.publicSignals[2])).to.deep.equal(numbers.map((a) => a * a));
      expect(most).to.equal(2);
    });

    it("starts no second proof for which the memory does not suffice, and the most urgent one first", async () => {
      const pool = new ProverPool({ workers: 2, memory: 1 });
      const order: bigint[] = [];
      let running = 0;
      let most = 0;
      const deadlines = [30, undefined, 10, 20];
      await Promise.all(
        deadlines.map((deadline, position) => {
          const witness = { program: programOf(circuit), input: smallInput(BigInt(position), 1n) };
          const onProgress = (step: string): void => {
            if (step === "witness") most = Math.max(most, ++running);
          };
          return pool
            .prove({ key, witness }, deadline === undefined ? { onProgress } : { onProgress, deadline })
            .then((proven) => {
              order.push(proven.publicSignals[2] as bigint);
              running--;
            });
        }),
      );
      expect(most).to.equal(1);
      expect(order).to.deep.equal([2n, 3n, 0n, 1n]);
    });

    it("goes on after one that fails or is aborted", async () => {
      const pool = new ProverPool({ workers: 1 });
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

async function refused(promise: Promise<unknown>, ...messages: RegExp[]): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.an("error");
  for (const message of messages) expect((error as Error).message).to.match(message);
}
