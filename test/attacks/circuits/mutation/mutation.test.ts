// Every constraint is taken out of the circuit of the shape `tiny`, one at a time, and some negative test has to notice:
// an assignment of all wires that the circuit refuses because of that constraint alone. A sample on every run, all
// of them with `npm run soundness`.

import { randomInt } from "node:crypto";
import { expect } from "chai";
import { Random } from "../../../circuits/random-batch.ts";
import { tally } from "../tally.ts";
import { campaign } from "./campaign.ts";
import { impliedByOthers } from "./implied-by-others.ts";
import { Mutants } from "./mutants.ts";
import { Propagation } from "./propagation.ts";
import { randomElement } from "./random-element.ts";
import { emptyBatch } from "./refused-batch.ts";
import { refusedBatches } from "./refused-batches.ts";
import { TinyCircuit } from "./tiny-circuit.ts";

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
const isFull = process.env.SOUNDNESS === "full";

describe("A circuit without one of its constraints", () => {
  const random = new Random(seed);
  let circuit: TinyCircuit;

  before(async () => {
    circuit = await TinyCircuit.compile();
  });

  const sample = (count: number): number[] =>
    Array.from({ length: count }, () => random.below(circuit.mutants.length));

  it("is the circuit with its linear constraints, without the one that says the same", () => {
    expect(circuit.mutants).to.have.lengthOf(circuit.proven.constraints.length);
    expect(new Set(circuit.mutants).size).to.equal(circuit.mutants.length);
  });

  it(`lets go what it no longer computes (a sample, seed ${seed})`, async () => {
    const empty = await circuit.assign("an empty batch", emptyBatch);
    const { defined } = empty.definitions;
    const chosen = sample(300).filter((position) => defined[circuit.mutants[position] ?? -1] !== -1);
    const mutants = new Mutants(circuit, chosen);
    mutants.free(empty, mutants.left());
    // What is checked at once takes a malicious batch to notice.
    const checkedAtOnce = [
      /^(before|after|access|creations|exitLists|senders|recipients|holders)\b/,
      /BitsUpTo|BabyCheck|\.(gap\[\d\]|feePaid\[\d\]|usedIncrease|paysNothing)$/,
    ];
    const survivors = mutants.left().map((mutant) => circuit.nameOfDefined(mutant));
    expect(survivors.filter((name) => !checkedAtOnce.some((checked) => checked.test(name)))).to.be.empty;
    expect(mutants.kills.size).to.be.greaterThan(200);
  });

  it(`accepts what the circuit as it is proven refuses by that constraint alone (a sample, seed ${seed})`, async () => {
    const empty = await circuit.assign("an empty batch", emptyBatch);
    const propagation = new Propagation(circuit.plain, empty);
    let noticed = 0;
    for (const position of sample(12)) {
      const mutant = circuit.mutants[position] ?? -1;
      const wire = empty.definitions.defined[mutant] ?? -1;
      const { changed, violated } = propagation.run(new Map([[wire, randomElement()]]), mutant, true);
      if (wire === -1 || violated.length > 0) continue;
      const wires = empty.wires.map((value, other) => changed.get(other) ?? value);
      expect(circuit.proven.violated(circuit.provenWires(wires))).to.deep.equal([position]);
      noticed++;
    }
    expect(noticed).to.be.greaterThan(0);
  });

  it(`accepts a batch that only this one refuses (a sample, seed ${seed})`, async () => {
    const mutants = new Mutants(circuit, circuit.mutants.keys());
    for (let round = 0; round < 8; round++) {
      const { name, build, changes } = random.pick(refusedBatches);
      const refusals = mutants.refused(await circuit.assign(name, build), changes);
      expect(refusals, name).to.equal(1);
    }
  });

  if (isFull) {
    it(`is noticed whichever it is, but where the rest implies it (seed ${seed})`, async function () {
      this.timeout(0);
      const mutants = await campaign(circuit, circuit.mutants.keys(), random, (left, next) => {
        tally.onProgress(`mutants of constraints: ${left} left; ${next}`);
      });
      const namesOf = (mutant: number): string => circuit.namesIn(mutant).join(" ");
      const left = mutants.left();
      const statements = mutants.left("statement").length;
      tally.add("mutants of constraints", {
        tried: mutants.size,
        killed: mutants.size - left.length,
        "by a false statement": mutants.size - statements,
        "by a false trace alone": statements - left.length,
        survived: left.filter((mutant) => !impliedByOthers.has(namesOf(mutant))).length,
        equivalent: left.filter((mutant) => impliedByOthers.has(namesOf(mutant))).length,
      });
      expect(left.map(namesOf).sort()).to.deep.equal([...impliedByOthers.keys()].sort());
    });
  }
});
