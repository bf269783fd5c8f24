import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { WitnessProgram } from "../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../plugin/circuits/compile.ts";
import { inverseBody } from "../../plugin/circuits/fast-inverse.ts";
import { compileWitnessProgram, fasterProgram } from "../../plugin/circuits/witness-module.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { loneFunction } from "./lone-function.ts";
import { scratchFolder } from "./scratch-folder.ts";

const count = 50;
const source = `pragma circom 2.2.0;
template Inverses(n) {
  signal input value[n];
  signal output inverse[n];
  signal output quotient[n];
  for (var i = 0; i < n; i++) {
    inverse[i] <-- 1 / value[i];
    quotient[i] <-- 5 / (value[i] + 3);
  }
}
component main = Inverses(${count});`;

describe("The inverse in witness programs", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;
  let code: Uint8Array;

  before(async () => {
    circuit = await compileCircuit({
      source,
      name: "inverses",
      includePaths: [],
      outputFolder: scratch(),
      optimization: "O2",
    });
    code = await readFile(circuit.wasmPath);
  });

  /** Edges of the field and of limbs, then numbers without a pattern. */
  function values(): bigint[] {
    const edges = [0n, 1n, 2n, 3n, 4n].flatMap((small) => [small, (fieldOrder - small) % fieldOrder]);
    const powers = [31, 32, 63, 64, 65, 127, 128, 192, 253].flatMap((bit) => [
      1n << BigInt(bit),
      (1n << BigInt(bit)) - 1n,
    ]);
    const found = [...edges, ...powers].map((value) => value % fieldOrder);
    for (let value = 3n; found.length < count; value = value ** 7n % fieldOrder) found.push(value);
    return found.slice(0, count);
  }

  it("is what multiplied by the number gives 1, and 0 of 0", async () => {
    const wanted = values();
    expect(fasterProgram(code)).to.not.equal(undefined);
    const program = new WitnessProgram(await compileWitnessProgram(code));
    const witness = program.calculate({ value: wanted });
    for (const [position, value] of wanted.entries()) {
      const inverse = wireOf(witness, 1 + position);
      expect(inverse < fieldOrder, `${value}`).to.equal(true);
      expect((inverse * value) % fieldOrder, `${value}`).to.equal(value === 0n ? 0n : 1n);
    }
  });

  it("is that of every number near an edge, and of thousands without a pattern", () => {
    const inverse = loneFunction(inverseBody());
    let value = 5n;
    const others = Array.from({ length: 2_000 }, () => {
      value = value ** 7n % fieldOrder;
      return value;
    });
    for (const given of [...values(), ...others]) {
      const found = inverse(given, fieldOrder);
      expect(found < fieldOrder, `${given}`).to.equal(true);
      expect((found * given) % fieldOrder, `${given}`).to.equal(given === 0n ? 0n : 1n);
    }
  });

  it("leaves the program as it is otherwise: same witness, bit by bit, as circom's own", async () => {
    const own = new WitnessProgram(await WebAssembly.compile(Buffer.from(code)));
    const fast = new WitnessProgram(await compileWitnessProgram(code));
    for (const value of [values(), values().reverse(), values().map((each) => (each * each) % fieldOrder)]) {
      expect([...fast.calculate({ value })]).to.deep.equal([...own.calculate({ value })]);
    }
  });

  it("is exchanged in programs of circom over BN254 alone", async () => {
    const changed = (from: string, to: string): Buffer => {
      const copy = Buffer.from(code);
      const at = copy.indexOf(from, 0, "latin1");
      expect(at).to.be.greaterThan(0);
      copy.write(to, at, "latin1");
      return copy;
    };
    expect(fasterProgram(changed("Fr_int_inverseMod", "Fr_int_inverseXyz"))).to.equal(undefined);
    const prime = Buffer.from(fieldOrder.toString(16), "hex").reverse().toString("latin1");
    let otherField = Buffer.from(code);
    while (otherField.indexOf(prime, 0, "latin1") > 0) {
      otherField = Buffer.from(otherField);
      otherField[otherField.indexOf(prime, 0, "latin1")] = 7;
    }
    expect(fasterProgram(otherField)).to.equal(undefined);
    expect(fasterProgram(new Uint8Array())).to.equal(undefined);
    expect(fasterProgram(code.subarray(0, code.length >> 1))).to.equal(undefined);
    const failure = await compileWitnessProgram(code.subarray(0, code.length >> 1)).catch(
      (error: Error) => error.name,
    );
    expect(failure).to.equal("CompileError");
  });
});

function wireOf(witness: Uint32Array, wire: number): bigint {
  let value = 0n;
  for (let word = 7; word >= 0; word--) value = (value << 32n) | BigInt(witness[8 * wire + word] ?? 0);
  return value;
}
