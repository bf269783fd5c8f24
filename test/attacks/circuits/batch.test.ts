import { expect } from "chai";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { compileShape } from "../../circuits/batch-circuit.ts";
import { batchAttacks } from "./batch-attacks.ts";
import { refusal, saying } from "./refusal.ts";
import { fullBatch, shape } from "./scenarios.ts";

describe("A batch whose prover", () => {
  let circuit: CompiledCircuit;

  before(async () => {
    circuit = await compileShape("tiny", shape);
  });

  it("is honest, is accepted", async () => {
    expect(await refusal(circuit, fullBatch())).to.equal("");
  });

  for (const [target, attacks] of Object.entries(batchAttacks)) {
    describe(target, () => {
      for (const { name, stoppedBy, build } of attacks) {
        it(`${name}, is refused`, async () => {
          expect(await refusal(circuit, build())).to.match(saying(stoppedBy));
        });
      }
    });
  }
});
