import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { calculateWitness, WitnessProgram } from "../../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../../plugin/circuits/compile.ts";
import { checkWitness, R1cs } from "../../../plugin/circuits/r1cs.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { ConstraintCheck } from "../../../plugin/prover/simulated/constraint-check.ts";
import { constraintTable } from "../../../plugin/prover/simulated/constraint-table.ts";
import { maxTerms } from "../../../plugin/prover/simulated/limb-functions.ts";
import { Random } from "../../circuits/random-batch.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { compileSmallCircuit, smallInput } from "../small-circuit.ts";

// A sum of more terms than are computed at once, with and against its sign, squares, and constraints without a product.
const wideSource = (terms: number): string => `pragma circom 2.2.0;
template Wide(n) {
    signal input value[n];
    signal output total;
    signal output square;
    signal product;
    var sum = 0;
    var weighted = 0;
    for (var i = 0; i < n; i++) {
        sum += value[i];
        weighted += (7 * i * i - 1000) * value[i];
    }
    product <== sum * weighted;
    total <== (weighted - 3) * (5 - sum) + product;
    square <== (weighted - sum) * (sum - weighted);
}
component main = Wide(${terms});
`;

describe("The check of constraints", () => {
  const scratch = scratchFolder();
  let small: CompiledCircuit;
  let wide: CompiledCircuit;
  let cut: CompiledCircuit;
  const wideInput = (terms: number) => (random: Random) => ({
    value: Array.from({ length: terms }, () =>
      random.pick([0n, 1n, fieldOrder - 1n, BigInt(random.below(1 << 30)) ** 8n]),
    ),
  });
  const compileWide = (name: string, terms: number): Promise<CompiledCircuit> =>
    compileCircuit({
      source: wideSource(terms),
      name,
      includePaths: [],
      outputFolder: scratch(),
      optimization: "O2",
    });

  before(async () => {
    small = await compileSmallCircuit(scratch());
    wide = await compileWide("wide", 700);
    // What is left of a sum that is cut is a wire.
    cut = await compileWide("cut", maxTerms + 1);
  });

  for (const [name, circuit, input] of [
    ["Poseidon", () => small, () => smallInput(8n, 9n)],
    ["sums of many terms", () => wide, wideInput(700)],
    ["sums of one term too many", () => cut, wideInput(maxTerms + 1)],
  ] as const) {
    it(`finds what checkWitness finds, with its values, in random witnesses: ${name}`, async () => {
      const r1cs = await R1cs.read(circuit().r1csPath);
      const check = new ConstraintCheck(r1cs);
      const random = new Random(1);
      const { values } = await calculateWitness(circuit().wasmPath, input(random));
      expect(check.firstBroken(wordsOf(values))).to.equal(undefined);
      const others = [0n, 1n, 2n, fieldOrder - 1n, fieldOrder >> 1n];
      let broken = 0;
      for (let attempt = 0; attempt < 300; attempt++) {
        const wire = random.below(values.length);
        const changed = values.with(wire, random.pick(others));
        const expected = checkWitness(r1cs, changed);
        const found = check.firstBroken(wordsOf(changed));
        expect(found?.constraint, `wire ${wire}`).to.equal(expected?.constraint);
        if (expected === undefined) continue;
        broken++;
        expect([found?.a, found?.b, found?.c]).to.deep.equal(
          [expected.a, expected.b, expected.c].map(canonical),
        );
      }
      expect(broken).to.be.greaterThan(100);
    });
  }

  it("reaches the ends of its number ranges: all wires p − 1, or 0", async () => {
    for (const { r1csPath, wires } of [small, wide]) {
      const r1cs = await R1cs.read(r1csPath);
      const check = new ConstraintCheck(r1cs);
      for (const value of [0n, 1n, fieldOrder - 1n]) {
        const witness = [1n, ...Array<bigint>(wires - 1).fill(value)];
        expect(check.firstBroken(wordsOf(witness))?.constraint).to.equal(
          checkWitness(r1cs, witness)?.constraint,
        );
      }
      expect(check.firstBroken(wordsOf(Array(wires).fill(2n)))).to.deep.include({ constraint: -1, c: 2n });
    }
  });

  it("computes what several constraints share once", async () => {
    const r1cs = await R1cs.read(small.r1csPath);
    const table = constraintTable(r1cs);
    let terms = 0;
    for (const { a, b, c } of r1cs.constraints()) terms += a.length + b.length + c.length;
    expect(table.termWires.length).to.be.lessThan(0.8 * terms);
    expect(table.sides.length).to.equal(3 * r1cs.header.constraints);
    const parts = constraintTable(await R1cs.read(wide.r1csPath)).parts;
    expect(parts.length).to.be.greaterThan(2);
  });
});

describe("A witness program that stays loaded", () => {
  const scratch = scratchFolder();

  it("computes what a new one computes, also after inputs that were refused", async () => {
    const circuit = await compileSmallCircuit(scratch());
    const program = new WitnessProgram(await WebAssembly.compile(await readFile(circuit.wasmPath)));
    for (const [a, b] of [
      [1n, 2n],
      [0n, 0n],
      [fieldOrder - 1n, 5n],
      [1n, 2n],
    ] as const) {
      const { values } = await calculateWitness(circuit.wasmPath, smallInput(a % 1000n, b));
      expect([...program.calculate(smallInput(a % 1000n, b))]).to.deep.equal([...wordsOf(values)]);
      expect(() => program.calculate({ ...smallInput(a % 1000n, b), sum: 12345n })).to.throw(/line: 11/);
      expect(() => program.calculate({})).to.throw(/Inputs are missing/);
      expect(() => program.calculate({ nothing: 1n })).to.throw(/no input "nothing"/);
    }
  });
});

function wordsOf(values: readonly bigint[]): Uint32Array {
  return Uint32Array.from(
    values.flatMap((value) =>
      Array.from({ length: 8 }, (_, word) => Number((value >> BigInt(32 * word)) & 0xffffffffn)),
    ),
  );
}

function canonical(value: bigint): bigint {
  return ((value % fieldOrder) + fieldOrder) % fieldOrder;
}
