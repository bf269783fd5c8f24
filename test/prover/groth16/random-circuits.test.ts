import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { groth16 as snarkjs } from "snarkjs";
import { checkWitness, type R1cs } from "../../../plugin/circuits/r1cs.ts";
import type { Representation } from "../../../plugin/prover/curve/field/best-field.ts";
import { parseProof } from "../../../plugin/prover/groth16/proof.ts";
import { ProverCore } from "../../../plugin/prover/groth16/prover-core.ts";
import type { Groth16Result } from "../../../plugin/prover/groth16/prover-options.ts";
import {
  exportVerificationKey,
  formatVerificationKey,
} from "../../../plugin/prover/groth16/verification-key.ts";
import { verifyProof } from "../../../plugin/prover/groth16/verify.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { representations } from "../curve/representations.ts";
import { endSnarkjsThreads } from "../snarkjs-threads.ts";
import { smallKeyMaker } from "./key-in-memory.ts";
import { randomCircuits, witnessFile } from "./random-circuit.ts";

/** Of each representation. */
const circuits = 500;

describe("Proofs of random small circuits", () => {
  const scratch = scratchFolder();
  let makeKey: (r1cs: R1cs, seed: string) => Uint8Array;
  before(async () => {
    makeKey = await smallKeyMaker();
  });
  after(endSnarkjsThreads);

  /** In this thread: threads have tests of their own. */
  const platform = { startThread: undefined, parallelism: 1, freeMemory: undefined };

  for (const [name, { isThere }] of Object.entries(representations)) {
    it(`are all valid, in ${name}, and snarkjs agrees on every fiftieth`, async function () {
      if (!isThere) this.skip();
      this.timeout(1_800_000); // half a minute, on a machine that does nothing else
      const representation = name as Representation;
      let made = 0;
      await fc.assert(
        fc.asyncProperty(randomCircuits, fc.string(), async ({ r1cs, values, publicSignals }, seed) => {
          expect(checkWitness(r1cs, values)).to.equal(undefined);
          const zkey = makeKey(r1cs, seed);
          const prover = await ProverCore.load(zkey, platform, { representation });
          let result: Groth16Result;
          try {
            result = await prover.prove(witnessFile(values));
          } finally {
            await prover.close();
          }
          const signals = values.slice(1, publicSignals + 1);
          expect(result.publicSignals).to.deep.equal(signals.map(String));
          const file = path.join(scratch(), "random.zkey");
          await writeFile(file, zkey);
          const key = await exportVerificationKey(file);
          expect(verifyProof(key, signals, parseProof(result.proof))).to.equal(true);
          if (made % 50 === 0) {
            const json = formatVerificationKey(key);
            expect(await snarkjs.verify(json, result.publicSignals, result.proof)).to.equal(true);
          }
          made++;
        }),
        { numRuns: circuits },
      );
      expect(made).to.be.at.least(circuits);
    });
  }
});
