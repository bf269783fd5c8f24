import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { groth16 as snarkjs } from "snarkjs";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { Groth16Prover, prove } from "../../../plugin/prover/groth16/groth16-prover.ts";
import { parseProof } from "../../../plugin/prover/groth16/proof.ts";
import { ProverCore } from "../../../plugin/prover/groth16/prover-core.ts";
import { Groth16ProverError, Groth16WitnessError } from "../../../plugin/prover/groth16/prover-error.ts";
import type { Groth16Result } from "../../../plugin/prover/groth16/prover-options.ts";
import { parseVerificationKey } from "../../../plugin/prover/groth16/verification-key.ts";
import { verifyProof } from "../../../plugin/prover/groth16/verify.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../../plugin/prover/keys/development-key.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { compileSmallCircuit, smallInput, smallWitness } from "../small-circuit.ts";
import { endSnarkjsThreads } from "../snarkjs-threads.ts";
import { witnessFile } from "./random-circuit.ts";
import { threadCount } from "./thread-count.ts";

describe("Groth16Prover", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;
  let key: DevelopmentKey;
  let witness: Uint8Array;
  before(async () => {
    circuit = await compileSmallCircuit(scratch());
    key = await ensureDevelopmentKey({ r1csPath: circuit.r1csPath, name: "small", outputFolder: scratch() });
    witness = await smallWitness(circuit, 3n, 4n);
  });
  after(endSnarkjsThreads);

  function isValid({ proof, publicSignals }: Groth16Result): boolean {
    return verifyProof(
      parseVerificationKey(key.verificationKey),
      publicSignals.map(BigInt),
      parseProof(proof),
    );
  }

  async function withProver(threads: number, use: (prover: Groth16Prover) => Promise<void>): Promise<void> {
    const prover = await Groth16Prover.load(key.zkeyPath, { threads });
    try {
      await use(prover);
    } finally {
      await prover.close();
    }
  }

  describe("prove", () => {
    it("makes one proof from files, which snarkjs verifies, and leaves nothing running", async () => {
      const file = path.join(scratch(), "one.wtns");
      await writeFile(file, witness);
      const before = threadCount();
      const result = await prove(key.zkeyPath, file, { threads: 2 });
      expect(threadCount()).to.equal(before);
      expect(result.publicSignals).to.deep.equal([smallInput(3n, 4n).hash, 7n, 12n].map(String));
      expect(await snarkjs.verify(key.verificationKey, result.publicSignals, result.proof)).to.equal(true);
    });

    it("says which file is not there", async () => {
      const error: unknown = await prove(path.join(scratch(), "nowhere.zkey"), witness).catch((e) => e);
      expect((error as Error).message).to.match(/ENOENT.*nowhere\.zkey/);
    });

    it("ends its threads when a witness is refused", async () => {
      const before = threadCount();
      await refused(prove(key.zkeyPath, new Uint8Array(3)), Groth16WitnessError, /does not begin as one/);
      expect(threadCount()).to.equal(before);
    });
  });

  for (const threads of [1, 2, 5]) {
    it(`makes valid proofs with ${threads} threads, one after the other when they are asked for at once`, async () => {
      await withProver(threads, async (prover) => {
        const inputs = [1n, 2n, 3n, 4n].map((a) => [a, a + 1n] as const);
        const witnesses = await Promise.all(inputs.map(([a, b]) => smallWitness(circuit, a, b)));
        const results = await Promise.all(witnesses.map((each) => prover.prove(each)));
        results.forEach((result, index) => {
          expect(isValid(result)).to.equal(true);
          const [a, b] = inputs[index] as readonly [bigint, bigint];
          expect(result.publicSignals[2]).to.equal(String(a * b));
        });
        expect(isValid(await prover.prove(witness, { threads: 1 }))).to.equal(true);
      });
    });
  }

  it("draws fresh randomness for every proof", async () => {
    await withProver(1, async (prover) => {
      const proofs = [await prover.prove(witness), await prover.prove(witness), await prover.prove(witness)];
      for (const part of ["pi_a", "pi_b", "pi_c"] as const) {
        expect(new Set(proofs.map(({ proof }) => JSON.stringify(proof[part]))).size).to.equal(3);
      }
      for (const proof of proofs) expect(isValid(proof)).to.equal(true);
    });
  });

  it("gives an invalid proof for a witness that does not satisfy the circuit, as snarkjs does", async () => {
    const wrong = witness.slice();
    wrong[76 + 32] = (wrong[76 + 32] as number) ^ 1; // the first public signal in a .wtns file
    await withProver(2, async (prover) => {
      expect(isValid(await prover.prove(wrong))).to.equal(false);
      expect(isValid(await prover.prove(witness))).to.equal(true);
    });
  });

  it("refuses a witness of another circuit with the numbers, and goes on", async () => {
    await withProver(2, async (prover) => {
      await refused(
        prover.prove(witnessFile([1n, 2n])),
        Groth16WitnessError,
        /for another circuit[\s\S]*wires of the key: \d+[\s\S]*wires of the witness: 2/,
      );
      expect(isValid(await prover.prove(witness))).to.equal(true);
    });
  });

  it("names the steps", async () => {
    await withProver(2, async (prover) => {
      const steps: string[] = [];
      await prover.prove(witness, { onProgress: (step) => steps.push(step) });
      expect(new Set(steps).size).to.equal(steps.length);
      expect(steps[0]).to.equal("wires");
      expect(steps).to.include.members([
        "constraints",
        "transforms",
        "multiexp b2",
        "quotient",
        "multiexp h",
      ]);
    });
  });

  it("works in the caller's own thread where memory cannot be shared", async () => {
    const zkey = new Uint8Array(await readFile(key.zkeyPath));
    const platform = { startThread: undefined, parallelism: 4, freeMemory: undefined };
    const before = threadCount();
    const core = await ProverCore.load(zkey, platform);
    expect(threadCount()).to.equal(before);
    expect(isValid(await core.prove(witness))).to.equal(true);
    await core.close();
  });

  describe("abort and close", () => {
    it("stops in the middle of a proof, and the prover can be used again", async () => {
      await withProver(2, async (prover) => {
        for (const step of ["wires", "transforms", "multiexp a"]) {
          const controller = new AbortController();
          const reason = new Error(`enough of ${step}`);
          const proof = prover.prove(witness, {
            signal: controller.signal,
            onProgress: (reached) => {
              if (reached === step) controller.abort(reason);
            },
          });
          expect(await proof.catch((error: unknown) => error)).to.equal(reason);
        }
        expect(isValid(await prover.prove(witness))).to.equal(true);
      });
    });

    it("leaves nothing when it is aborted while a key is read", async () => {
      const before = threadCount();
      const reason = new Error("another key");
      for (const delay of [0, 5, 50]) {
        const controller = new AbortController();
        const loading = Groth16Prover.load(key.zkeyPath, { threads: 2, signal: controller.signal });
        setTimeout(() => controller.abort(reason), delay);
        // A small key may be ready before that.
        const prover = await loading.catch((error: unknown) => error);
        if (prover instanceof Groth16Prover) await prover.close();
        else expect(prover).to.equal(reason);
      }
      const signal = AbortSignal.abort(reason);
      expect(await Groth16Prover.load(key.zkeyPath, { signal }).catch((error: unknown) => error)).to.equal(
        reason,
      );
      expect(threadCount()).to.equal(before);
    });

    it("does not start what was aborted before its turn", async () => {
      await withProver(1, async (prover) => {
        const reason = new Error("too late");
        const signal = AbortSignal.abort(reason);
        const [first, second] = [prover.prove(witness), prover.prove(witness, { signal })];
        expect(await second.catch((error: unknown) => error)).to.equal(reason);
        expect(isValid(await first)).to.equal(true);
      });
    });

    it("fails what is under way when it is closed, leaves no thread, and refuses what comes later", async () => {
      const before = threadCount();
      const prover = await Groth16Prover.load(key.zkeyPath, { threads: 2 });
      if (before > 0) expect(threadCount()).to.equal(before + 2);
      let close: Promise<void> | undefined;
      const proof = prover.prove(witness, {
        onProgress: () => {
          close ??= prover.close();
        },
      });
      await refused(proof, Groth16ProverError, /was closed/);
      await close;
      expect(threadCount()).to.equal(before);
      await refused(prover.prove(witness), Groth16ProverError, /was closed/);
      await prover.close();
    });
  });

  describe("refuses to load", () => {
    it("without threads", async () => {
      for (const threads of [0, 1.5, -1]) {
        await refused(
          Groth16Prover.load(key.zkeyPath, { threads }),
          Groth16ProverError,
          /needs threads[\s\S]*given/,
        );
      }
    });

    it("what does not fit into memory, with the numbers", async () => {
      const zkey = new Uint8Array(await readFile(key.zkeyPath));
      const platform = { startThread: undefined, parallelism: 1, freeMemory: 1_000_000 };
      await refused(
        ProverCore.load(zkey, platform),
        Groth16ProverError,
        /not enough memory[\s\S]*rows of its domain: 2\^8[\s\S]*bytes needed: \d{7,}[\s\S]*limit: 1000000 are free/,
      );
    });

    it("a header's point that is not on the curve", async () => {
      const zkey = new Uint8Array(await readFile(key.zkeyPath));
      const alpha = 12 + 12 + 4 + 12 + 84;
      zkey[alpha] = (zkey[alpha] as number) ^ 1;
      await refused(prove(zkey, witness), Groth16ProverError, /none of the group[\s\S]*point: alpha1/);
    });
  });
});

async function refused(
  promise: Promise<unknown>,
  kind: new (...parameters: never[]) => Error,
  message: RegExp,
): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(kind);
  expect((error as Error).message).to.match(message);
}
