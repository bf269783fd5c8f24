import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { wtns } from "snarkjs";
import { type CircuitInput, calculateWitness } from "../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../plugin/circuits/compile.ts";
import { checkWitness, R1cs, readR1csHeader } from "../../plugin/circuits/r1cs.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { scratchFolder } from "./scratch-folder.ts";

const source = `pragma circom 2.2.0;
bus Point() { signal x; signal y[2]; }
template Sum() {
  input Point() points[2];
  signal input grid[2][2];
  signal input factor;
  signal output sum;
  signal product <== points[0].x * points[1].y[1];
  log("the factor is", factor);
  assert(factor != 7);
  sum <== factor * (product + grid[0][1] + 2 * grid[1][0]);
}
component main {public [factor]} = Sum();`;

const input: CircuitInput = {
  points: [
    { x: 3n, y: [0n, 0n] },
    { x: 0n, y: ["1", 5n] },
  ],
  grid: [
    [0n, 10n],
    [-1n, 0n],
  ],
  factor: 2,
};

describe("a compiled circuit", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;
  before(async () => {
    const request = { source, name: "sum", includePaths: [], optimization: "O2" } as const;
    circuit = await compileCircuit({ ...request, outputFolder: scratch() });
  });

  describe("calculateWitness", () => {
    it("computes signals of buses, arrays and numbers, negative ones too", async () => {
      const lines: string[] = [];
      const { values } = await calculateWitness(circuit.wasmPath, input, (line) => lines.push(line));
      expect(values.slice(0, 3)).to.deep.equal([1n, 2n * (15n + 10n - 2n), 2n]);
      expect(lines).to.deep.equal(["the factor is 2"]);
    });

    it("writes the .wtns file that snarkjs writes", async () => {
      const flat = {
        "points[0].x": 3n,
        "points[0].y": [0n, 0n],
        "points[1].x": 0n,
        "points[1].y": [1n, 5n],
        grid: [0n, 10n, fieldOrder - 1n, 0n],
        factor: 2n,
      };
      const file = path.join(scratch(), "sum.wtns");
      const log = console.log; // snarkjs prints what circuits log
      console.log = () => undefined;
      try {
        await wtns.calculate(flat, circuit.wasmPath, file);
      } finally {
        console.log = log;
      }
      const ours = await calculateWitness(circuit.wasmPath, input);
      expect(Buffer.from(ours.file)).to.deep.equal(await readFile(file));
    });

    it("names template and line of an assertion that fails", async () => {
      await refused({ ...input, factor: 7 }, /^Assertion failed\.\nError in template Sum_0 line: 10$/);
    });

    it("refuses inputs that are missing, unknown or of another length", async () => {
      const { factor: _, ...rest } = input;
      await refused(rest, /Inputs are missing: 11 values expected, 10 given/);
      await refused({ ...input, wrong: 1n }, /no input "wrong"/);
      await refused(
        { ...input, grid: [1n] },
        /Input "grid" has the wrong length: 4 values expected, 1 given/,
      );
    });

    async function refused(wrong: CircuitInput, message: RegExp): Promise<void> {
      const error: unknown = await calculateWitness(circuit.wasmPath, wrong).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.be.an("error").with.property("name", "WitnessError");
      expect((error as Error).message).to.match(message);
    }
  });

  describe("R1cs", () => {
    it("has the counts of the circuit, read whole or header alone", async () => {
      const { header } = await R1cs.read(circuit.r1csPath);
      expect(header).to.deep.include({
        prime: fieldOrder,
        publicOutputs: 1,
        publicInputs: 1,
        constraints: 2,
      });
      expect(header.privateInputs).to.equal(10);
      expect(await readR1csHeader(circuit.r1csPath)).to.deep.equal(header);
    });

    it("finds the first violated constraint of a witness", async () => {
      const r1cs = await R1cs.read(circuit.r1csPath);
      const { values } = await calculateWitness(circuit.wasmPath, input);
      expect(checkWitness(r1cs, values)).to.equal(undefined);
      const products = [...r1cs.constraints()].flatMap(({ c }) => c.map(([wire]) => wire));
      for (const wire of products) {
        const wrong = values.map((value, index) => (index === wire ? value + 1n : value));
        const violation = checkWitness(r1cs, wrong);
        expect(violation?.wires, `wire ${wire}`).to.include(wire);
      }
      expect(checkWitness(r1cs, [2n, ...values.slice(1)])).to.deep.include({ wires: [0] });
      expect(() => checkWitness(r1cs, values.slice(1))).to.throw(/wrong length/);
    });

    it("refuses files that are cut short or something else", async () => {
      const bytes = await readFile(circuit.r1csPath);
      expect(() => new R1cs(bytes.subarray(0, bytes.length - 1))).to.throw(/rollup:compile/);
      expect(() => new R1cs(bytes.subarray(1))).to.throw(/does not begin as one/);
      const file = path.join(scratch(), "short.r1cs");
      await writeFile(file, bytes.subarray(0, 30));
      const error: unknown = await readR1csHeader(file).catch((reason: unknown) => reason);
      expect((error as Error).message).to.match(/ends too early/);
    });
  });
});
