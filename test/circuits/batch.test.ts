import { expect } from "chai";
import fc from "fast-check";
import type { CompiledCircuit } from "../../plugin/circuits/compile.ts";
import { checkWitness, R1cs } from "../../plugin/circuits/r1cs.ts";
import { builtInShapes } from "../../plugin/circuits/shapes.ts";
import { traceBatch } from "../../plugin/circuits/trace.ts";
import { batchWitness } from "../../plugin/circuits/witness-input.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import { State } from "../../plugin/protocol/state.ts";
import { applyBatch } from "../../plugin/sequencer/execute.ts";
import { compileShape, solve } from "./batch-circuit.ts";
import { domain, Random, randomBatch } from "./random-batch.ts";

const shapeId = `0x${"11".repeat(32)}`;

describe("The batch circuit", () => {
  const shape = builtInShapes.tiny as Shape;
  let circuit: CompiledCircuit;
  let r1cs: R1cs;

  before(async () => {
    circuit = await compileShape("tiny", shape);
    r1cs = await R1cs.read(circuit.r1csPath);
  });

  it("accepts an empty batch, which leaves the root alone", async () => {
    const state = new State(shape.depth);
    const { root } = state;
    const trace = traceBatch(shape, state, {
      batchNumber: 1,
      operations: [],
      transactions: [],
      feeAccounts: [],
    });
    expect(trace.newRoot).to.equal(root);
    const witness = await solve(circuit, batchWitness(shape, shapeId, domain, trace));
    expect(checkWitness(r1cs, witness.values)).to.equal(undefined);
  });

  it("accepts what the plain executor computes, batch after batch", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
        const random = new Random(seed);
        const drafted = new State(shape.depth);
        const executed = new State(shape.depth);
        const traced = new State(shape.depth);
        for (let batchNumber = 1; batchNumber <= 6; batchNumber++) {
          const batch = randomBatch(shape, drafted, batchNumber, random);
          const exits = applyBatch(executed, batch);
          for (const [index, account] of executed.accounts()) drafted.set(index, account);
          const trace = traceBatch(shape, traced, batch);
          expect(trace.newRoot).to.equal(executed.root);
          expect(trace.exits).to.deep.equal(exits);
          for (const row of trace.rows) {
            expect(row.balance).to.equal(executed.account(row.index).balance);
          }
          const witness = await solve(circuit, batchWitness(shape, shapeId, domain, trace));
          expect(checkWitness(r1cs, witness.values)).to.equal(undefined);
        }
      }),
      { numRuns: 10 },
    );
  });
});
