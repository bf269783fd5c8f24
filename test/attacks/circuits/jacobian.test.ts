import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type CircuitInput, calculateWitness } from "../../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../../plugin/circuits/compile.ts";
import { type Constraint, R1cs } from "../../../plugin/circuits/r1cs.ts";
import { toField } from "../../../plugin/protocol/field.ts";
import { Random } from "../../circuits/random-batch.ts";
import { dependentConstraints, evaluate, gradient, jacobian } from "./jacobian.ts";
import { type Kernel, kernelOf, product } from "./kernel.ts";
import { wireNames } from "./wires.ts";

const outputFolder = fileURLToPath(new URL("../../../cache/rollup/test-circuits", import.meta.url));

/** Divides, and takes a root, with less care than it should. */
const careless = `pragma circom 2.2.0;

template Careless() {
    signal input dividend;
    signal input divisor;
    signal input square;
    signal output quotient;
    signal output root;
    signal output forgotten;

    quotient <-- divisor == 0 ? 0 : dividend / divisor;
    quotient * divisor === dividend;
    root <-- square == 0 ? 0 : 3;
    root * root === square;
    forgotten <-- dividend * 2; // no constraint: any value would do
    signal named <== forgotten * square;
}

component main = Careless();
`;

describe("The Jacobian of a circuit", () => {
  it("is the first-order part of each constraint", () => {
    const random = new Random(11);
    const wires = 8;
    const element = (): bigint => toField(BigInt(random.below(2 ** 31)) ** 9n);
    const terms = (): [number, bigint][] =>
      Array.from({ length: random.below(4) }, () => [random.below(wires), element()]);
    const value = ({ a, b, c }: Constraint, witness: readonly bigint[]): bigint =>
      toField(evaluate(a, witness) * evaluate(b, witness) - evaluate(c, witness));
    for (let round = 0; round < 100; round++) {
      const constraint = { a: terms(), b: terms(), c: terms() };
      const witness = [1n, ...Array.from({ length: wires - 1 }, element)];
      const change = [0n, ...Array.from({ length: wires - 1 }, element)];
      const moved = witness.map((old, wire) => toField(old + (change[wire] ?? 0n)));
      // F(w + v) = F(w) + dF v + (a v)(b v), exactly.
      const first = product(gradient(constraint, witness), new Map(change.entries()));
      const second = evaluate(constraint.a, change) * evaluate(constraint.b, change);
      expect(value(constraint, moved)).to.equal(toField(value(constraint, witness) + first + second));
    }
  });

  describe("of a careless circuit", () => {
    let circuit: CompiledCircuit;
    let names: Map<string, number>;
    let constraints: Constraint[];

    before(async () => {
      circuit = await compileCircuit({
        source: careless,
        name: "careless",
        includePaths: [],
        outputFolder,
        optimization: "O1",
        symbols: true,
      });
      names = await wireNames(circuit);
      constraints = [...(await R1cs.read(circuit.r1csPath)).constraints()];
    });

    const inputs = ["dividend", "divisor", "square"];
    const wire = (name: string): number => names.get(`main.${name}`) ?? -1;

    async function kernel(input: CircuitInput): Promise<Kernel> {
      const { values } = await calculateWitness(circuit.wasmPath, input);
      const held = new Set([0, ...inputs.map(wire)]);
      return kernelOf(
        jacobian(constraints, values),
        [...values.keys()].filter((candidate) => !held.has(candidate)),
      );
    }

    function moving(found: Kernel): string[] {
      const support = found.support();
      return [...names].filter(([, at]) => support.has(at)).map(([name]) => name.replace("main.", ""));
    }

    it("shows the hint that no constraint pins", async () => {
      const found = await kernel({ dividend: 6n, divisor: 2n, square: 9n });
      expect(found.dimension).to.equal(1);
      expect(moving(found)).to.have.members(["forgotten", "named"]);
    });

    it("shows a quotient by zero, which is free, and a root of zero, which only seems so", async () => {
      // root^2 = 0 has one root, a double one: the kernel shows what may move, not what does.
      const found = await kernel({ dividend: 0n, divisor: 0n, square: 0n });
      expect(found.dimension).to.equal(3);
      expect(moving(found)).to.have.members(["quotient", "root", "forgotten"]);
    });

    it("shows which constraints follow from others", async () => {
      const { values } = await calculateWitness(circuit.wasmPath, { dividend: 6n, divisor: 2n, square: 9n });
      const rows = jacobian(constraints, values);
      const all = [...values.keys()].slice(1);
      expect(dependentConstraints(rows, all)).to.be.empty;
      const doubled = [...rows, new Map([...(rows[1] ?? [])].map(([at, by]) => [at, toField(by * 2n)]))];
      expect(dependentConstraints(doubled, all)).to.deep.equal([1, rows.length]);
      // With the quotient and what it is of held, its constraint says nothing.
      const held = new Set([wire("quotient"), wire("dividend"), wire("divisor")]);
      expect(
        dependentConstraints(
          rows,
          all.filter((at) => !held.has(at)),
        ),
      ).to.have.length(1);
    });
  });
});
