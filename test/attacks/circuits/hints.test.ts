// Values that the witness program computes and the constraints have to pin (`<--`): a malicious prover computes others.

import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { calculateWitness } from "../../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../../plugin/circuits/compile.ts";
import { checkWitness, R1cs } from "../../../plugin/circuits/r1cs.ts";
import { mainComponent } from "../../../plugin/circuits/shapes.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { circuitsFolder } from "./attack.ts";
import { circuitInput } from "./commitment.ts";
import type { Forgery } from "./forgery.ts";
import { batch, fullBatch, shape } from "./scenarios.ts";
import { freeWires, wireNames } from "./wires.ts";

const outputFolder = fileURLToPath(new URL("../../../cache/rollup/test-circuits", import.meta.url));

function compile(name: string, source: string): Promise<CompiledCircuit> {
  const includePaths = [circuitsFolder];
  return compileCircuit({ source, name, includePaths, outputFolder, optimization: "O1", symbols: true });
}

describe("A prover who computes hints of its own", () => {
  describe("reads an element as itself plus p", () => {
    const bits = 254;

    async function refuses(value: bigint, integer: bigint): Promise<boolean> {
      const main = `component main = BitsUpTo(${bits}, -1);`;
      const circuit = await compile("bits-of-element", `include "signature.circom";\n${main}\n`);
      const names = await wireNames(circuit);
      const values = [...(await calculateWitness(circuit.wasmPath, { value })).values];
      let equal = 1n;
      for (let i = bits - 1; i >= 0; i--) {
        const bit = (integer >> BigInt(i)) & 1n;
        if ((((fieldOrder - 1n) >> BigInt(i)) & 1n) === 1n) equal *= bit;
        for (const [name, set] of [
          [`main.bit[${i}]`, bit],
          [`main.equal[${i}]`, equal],
        ] as const) {
          const wire = names.get(name);
          if (wire !== undefined) values[wire] = set;
        }
      }
      return checkWitness(await R1cs.read(circuit.r1csPath), values) !== undefined;
    }

    it("is refused", async () => {
      // BitsUpTo: no bit may be 1 where p - 1 has a 0 and all higher bits were p - 1's.
      for (const value of [0n, 1n, 12345n, 2n ** 254n - 1n - fieldOrder]) {
        expect(await refuses(value, value), `${value}`).to.equal(false);
        expect(await refuses(value, value + fieldOrder), `${value} + p`).to.equal(true);
      }
      expect(await refuses(fieldOrder - 1n, fieldOrder - 1n)).to.equal(false);
    });
  });

  it("has a free slope where a chord has one point only, which is why the ladder never gets there", async () => {
    // No constraint: AddChord assumes it. MultiplyOdd starts at a point that nobody knows in relation to a key.
    const main = "component main = AddChord();";
    const circuit = await compile("chord", `include "signature.circom";\n${main}\n`);
    const point = { u: 4n, v: 9n };
    const free = async (q: typeof point): Promise<number[]> => {
      const { values } = await calculateWitness(circuit.wasmPath, { p: point, q });
      return freeWires(circuit, values);
    };
    expect(await free({ u: 5n, v: 9n })).to.be.empty;
    expect(await free(point)).not.to.be.empty;
  });

  describe("finds no wire free, the inputs being fixed, but inverses of zero", () => {
    let circuit: CompiledCircuit;

    before(async () => {
      circuit = await compile("tiny-symbols", mainComponent(shape));
    });

    async function free(forgery: Forgery): Promise<string[]> {
      const { values } = await calculateWitness(circuit.wasmPath, circuitInput(forgery));
      const wires = new Set(await freeWires(circuit, values));
      const names = [...(await wireNames(circuit))].filter(([, wire]) => wires.has(wire));
      return names.map(([name]) => name.replaceAll(/_\d+/g, "")).sort();
    }

    // An inverse of zero is multiplied by that zero wherever it stands, so it says nothing.
    const ownersEqual = [0, 1].map((j) => `main.operation[${j}].IsEqual.isz.inv`);

    it("in a full batch", async () => {
      expect(await free(fullBatch())).to.deep.equal([
        "main.operation[0].IsEqual.isz.inv",
        "main.operation[0].IsZero.inv",
        "main.operation[1].IsEqual.isz.inv",
      ]);
    });

    it("in an empty batch", async () => {
      const paid = [0, 1].map((j) => `main.operation[${j}].IsZero.inv`);
      const assets = [0, 1].map((i) => `main.transaction[${i}].assetInverse`);
      expect(await free(batch({}))).to.deep.equal([...ownersEqual, ...paid, ...assets].sort());
    });
  });
});
