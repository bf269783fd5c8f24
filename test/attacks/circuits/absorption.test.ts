// Everything that a check under r depends on has to be absorbed by the sponge, or be a function of what is: anything
// else could be solved for once r is known (challenge-order.test.ts does).

import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { calculateWitness } from "../../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../../plugin/circuits/compile.ts";
import { R1cs } from "../../../plugin/circuits/r1cs.ts";
import { mainComponent } from "../../../plugin/circuits/shapes.ts";
import { sponge } from "../../../plugin/protocol/sponge.ts";
import { Absorption, type Checks } from "./absorption.ts";
import { circuitsFolder } from "./attack.ts";
import { circuitInput } from "./commitment.ts";
import type { NamedCircuit } from "./equations.ts";
import { fullBatch, shape } from "./scenarios.ts";
import { wireNames } from "./wires.ts";

const outputFolder = fileURLToPath(new URL("../../../cache/rollup/test-circuits", import.meta.url));

/** Memory, three lookups, creations, exits: one equation each. y is computed. */
const checks = 6;

describe("The commitment c", () => {
  let compiled: CompiledCircuit;
  let circuit: NamedCircuit;
  let elements: string[];

  before(async () => {
    compiled = await compileCircuit({
      source: mainComponent(shape),
      name: "tiny-unsimplified",
      includePaths: [circuitsFolder],
      outputFolder,
      optimization: "O0",
      symbols: true,
    });
    const names = await wireNames(compiled);
    circuit = { names, constraints: [...(await R1cs.read(compiled.r1csPath)).constraints()] };
    elements = [...names.keys()].filter((name) => /^main\.sponge\.element\[\d+\]$/.test(name));
  });

  it("changes with each of the values that are absorbed", async () => {
    const { values } = await calculateWitness(compiled.wasmPath, circuitInput(fullBatch()));
    const value = (name: string): bigint => values[circuit.names.get(name) ?? 0] ?? 0n;
    const absorbed = elements.map(value);
    const c = value("main.c");
    expect(sponge(absorbed)).to.equal(c);
    for (const [position, name] of elements.entries()) {
      expect(sponge(absorbed.with(position, value(name) + 1n)), name).not.to.equal(c);
    }
  });

  it("binds all that a prover puts in but signatures and tree paths", () => {
    const absorption = new Absorption(circuit, ["main.c"]);
    const inputs = [...circuit.names.keys()].filter((name) => /^main\.\w+(\[\d+\])*$/.test(name));
    const open = inputs
      .filter((name) => !absorption.isBound(name))
      .map((name) => name.replaceAll(/\[\d+\]/g, ""));
    expect([...new Set(open)].sort()).to.deep.equal([
      "main.accountPath",
      "main.evaluation",
      "main.r",
      "main.root",
      "main.transactionSignature",
      "main.y",
    ]);
  });

  it("leaves nothing that enters a check under r but inverses, functions of r and of what is bound", () => {
    const under = new Absorption(circuit, ["main.c"]).checksUnder("main.r");
    expect(intruders(under)).to.be.empty;
    expect(under.inverses).not.to.be.empty;
    expect(under.checks).to.equal(checks);
  });

  // One element of each kind of slot. To know that the test above would see it.
  const left: Readonly<Record<string, string>> = {
    "main.transaction[0].recipient.data": "main.transaction[0].absorbed[7]",
    "main.account[1].multiplicity[2]": "main.account[1].absorbed[9]",
    "main.operation[0].holder.owner": "main.operation[0].absorbed[2]",
    "main.feeIdentity[0]": "main.fee[0].absorbed[0]",
    "main.exitRecipient[1]": "main.data[16]",
  };
  for (const [free, element] of Object.entries(left)) {
    it(`would leave ${free} to the prover if it did not absorb ${element}`, () => {
      const position = positionOf(circuit, element, elements);
      const absorption = new Absorption(circuit, elements.toSpliced(position, 1));
      expect(absorption.isBound(free)).to.equal(false);
      expect(intruders(absorption.checksUnder("main.r"))).not.to.be.empty;
    });
  }
});

/** What enters checks, and is neither a function of what is bound nor an inverse of a lookup. */
function intruders({ free, inverses }: Checks): string[] {
  return [...free, ...inverses.filter((name) => !/^main\.\w+s\.(claim|row)Term\[\d+\]$/.test(name))];
}

/** Position of the element that a signal is assigned to. */
function positionOf(
  { names, constraints }: NamedCircuit,
  signal: string,
  elements: readonly string[],
): number {
  const wire = names.get(signal);
  const equal = constraints
    .filter(({ a, c }) => a.length === 0 && c.length === 2 && c.some(([one]) => one === wire))
    .flatMap(({ c }) => c.map(([one]) => one));
  const position = elements.findIndex((name) => equal.includes(names.get(name) ?? -1));
  if (position < 0) throw new Error(`${signal} is not absorbed.`);
  return position;
}
