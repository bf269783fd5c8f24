import { readFile } from "node:fs/promises";
import { expect } from "chai";
import fc from "fast-check";
import { WitnessProgram } from "../../plugin/circuits/calculate-witness.ts";
import { compileCircuit } from "../../plugin/circuits/compile.ts";
import { productBody } from "../../plugin/circuits/fast-product.ts";
import { compileWitnessProgram, fasterProgram } from "../../plugin/circuits/witness-module.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { poseidon } from "../../plugin/protocol/poseidon.ts";
import { element } from "../protocol/arbitraries.ts";
import { loneFunction } from "./lone-function.ts";
import { scratchFolder } from "./scratch-folder.ts";

const source = `pragma circom 2.2.0;
include "circomlib/circuits/poseidon.circom";
component main = Poseidon(4);`;

describe("The product in witness programs", () => {
  const scratch = scratchFolder();

  it("is Montgomery's, canonical, of any two elements", () => {
    const product = loneFunction(productBody());
    const bits = [1, 28, 29, 30, 58, 63, 64, 128, 203, 232, 253].map((bit) => (1n << BigInt(bit)) - 1n);
    const edges = [0n, 1n, 2n, fieldOrder - 1n, fieldOrder - 2n, fieldOrder >> 1n, ...bits];
    const check = (left: bigint, right: bigint): void => {
      const found = product(left, right);
      expect(found < fieldOrder).to.equal(true);
      expect((found << 256n) % fieldOrder, `${left} · ${right}`).to.equal((left * right) % fieldOrder);
    };
    for (const left of edges) for (const right of edges) check(left, right);
    fc.assert(fc.property(element, element, check), { numRuns: 500 });
  });

  it("and merged copies compute the witness of circom's own program, bit by bit", async () => {
    const circuit = await compileCircuit({
      source,
      name: "hash",
      includePaths: [],
      outputFolder: scratch(),
      optimization: "O2",
    });
    const code = await readFile(circuit.wasmPath);
    const faster = fasterProgram(code);
    expect(faster?.length).to.be.lessThan(0.7 * code.length);
    const own = new WitnessProgram(await WebAssembly.compile(Buffer.from(code)));
    const fast = new WitnessProgram(await compileWitnessProgram(code));
    for (const inputs of [
      [0n, 0n, 0n, 0n],
      [1n, 2n, fieldOrder - 1n, 1n << 128n],
    ]) {
      const witness = fast.calculate({ inputs });
      expect([...witness]).to.deep.equal([...own.calculate({ inputs })]);
      expect(wireOf(witness, 1)).to.equal(poseidon(inputs));
    }
  });
});

function wireOf(witness: Uint32Array, wire: number): bigint {
  return witness
    .slice(8 * wire, 8 * wire + 8)
    .reduceRight((value, word) => (value << 32n) | BigInt(word), 0n);
}
