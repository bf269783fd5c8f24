import { expect } from "chai";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { coordinateOrder } from "../../../plugin/prover/curve/bn254.ts";
import { type Representation, vectorFieldOf } from "../../../plugin/prover/curve/field/best-field.ts";
import { scratchBytes } from "../../../plugin/prover/curve/msm/scratch.ts";
import { resultBytes } from "../../../plugin/prover/curve/msm/task.ts";
import { CosetTransform } from "../../../plugin/prover/groth16/coset-transform.ts";
import { pointSections } from "../../../plugin/prover/groth16/key-file.ts";
import { sectionRecord } from "../../../plugin/prover/groth16/point-scalars.ts";
import { Groth16ProverError } from "../../../plugin/prover/groth16/prover-error.ts";
import { type ProverLayout, planLayout } from "../../../plugin/prover/groth16/prover-layout.ts";
import { createMemory } from "../../../plugin/prover/groth16/prover-memory.ts";

const gibibyte = 2 ** 30;

/** For a circuit that fills its domain, three terms a row and half of the wires in B. */
function layoutFor(power: number, representation: Representation, threads = 2): ProverLayout {
  const domain = 2 ** power;
  const coordinateField = vectorFieldOf(representation, coordinateOrder);
  return planLayout({
    sizes: { wires: domain, publicSignals: 0, power },
    terms: {
      rows: domain,
      pairs: new Uint32Array(2 * domain),
      totalPairs: 6 * domain,
      factorOfEntry: new Uint32Array(),
      factors: new Uint32Array(8 * 1000),
      entries: new Uint8Array(),
    },
    points: {
      sections: sectionRecord((section) => {
        const count = section.startsWith("b") ? domain / 2 : section === "c" ? domain - 1 : domain;
        const numbers = section === "b2" ? new Uint32Array(count) : undefined;
        return { count, points: numbers, scalars: numbers };
      }),
      sumCount: 10,
    },
    threads,
    scalarField: vectorFieldOf(representation, fieldOrder),
    coordinateField,
    moduleConstantBytes: 5000,
    scratchBytes: (tasks) => scratchBytes(coordinateField, tasks),
  });
}

describe("planLayout", () => {
  for (const representation of ["doubles", "narrow doubles"] as const) {
    it(`gives everything a place of its own, aligned for vectors, in ${representation}`, () => {
      for (const power of [1, 4, 10, 16]) {
        const layout = layoutFor(power, representation, 3);
        const domain = 2 ** power;
        const scalarField = vectorFieldOf(representation, fieldOrder);
        const coordinateField = vectorFieldOf(representation, coordinateOrder);
        const { elementBytes, pairBytes } = scalarField;
        const places: (readonly [start: number, bytes: number])[] = [
          [layout.moduleConstants, 5000],
          [layout.twiddles, CosetTransform.twiddleBytes(scalarField, power)],
          [layout.transformConstants, CosetTransform.constantBytes(scalarField)],
          [layout.factors, elementBytes * 1000],
          [layout.terms, 16 * 6 * domain],
          [layout.termCounts, 4 * 2 * domain],
          [layout.scalars, 32 * (domain + 10)],
          [layout.values, elementBytes * domain],
          ...layout.vectors.map((start) => [start, (pairBytes * domain) / 2] as const),
          [layout.quotient, 32 * domain],
        ];
        const tasks = pointSections.flatMap((section) => layout.regions[section].tasks);
        for (const start of layout.scratch) places.push([start, scratchBytes(coordinateField, tasks)]);
        for (const section of pointSections) {
          const { points, count, indices, tasks, results } = layout.regions[section];
          places.push([points, count * (section === "b2" ? 4 : 2) * coordinateField.elementBytes]);
          if (indices !== undefined) places.push([indices, 4 * count]);
          tasks.forEach((task, index) => {
            places.push([results[index] as number, resultBytes(task)]);
          });
        }
        places.sort((left, right) => left[0] - right[0]);
        let end = 1;
        for (const [start, bytes] of places) {
          expect(start % 64).to.equal(0);
          expect(start).to.be.at.least(end);
          end = start + bytes;
        }
        expect(layout.totalBytes).to.be.at.least(end);
        // What a key goes through is what a proof uses, and nothing that stays.
        const kept = [
          layout.twiddles,
          layout.termCounts,
          ...pointSections.map((each) => layout.regions[each].points),
        ];
        for (const start of kept) {
          const inside = start >= layout.staging && start < layout.staging + layout.stagingBytes;
          expect(inside).to.equal(false);
        }
      }
    });
  }

  it("has room for a million constraints, and for more than that, in what WebAssembly can address", () => {
    expect(layoutFor(20, "doubles").totalBytes).to.be.below(gibibyte);
    expect(layoutFor(20, "narrow doubles").totalBytes).to.be.below(2.2 * gibibyte);
    expect(layoutFor(21, "doubles").totalBytes).to.be.below(2 * gibibyte);
  });
});

describe("createMemory", () => {
  const sizes = { wires: 5, publicSignals: 1, power: 3 };

  it("makes memory that is shared, or not", () => {
    const buffer: unknown = createMemory(100_000, true, undefined, sizes).buffer;
    expect(buffer)
      .to.be.instanceOf(SharedArrayBuffer)
      .with.property("byteLength", 2 * 65536);
    expect(createMemory(100_000, false, 100_000, sizes).buffer).to.be.instanceOf(ArrayBuffer);
  });

  it("refuses, with the numbers, more than there is and more than can be addressed", () => {
    expect(() => createMemory(100_000, true, 99_999, sizes)).to.throw(
      Groth16ProverError,
      /not enough memory[\s\S]*2\^3[\s\S]*wires: 5[\s\S]*bytes needed: 100000[\s\S]*99999 are free[\s\S]*what to do/,
    );
    expect(() => createMemory(4 * gibibyte + 1, true, undefined, sizes)).to.throw(
      Groth16ProverError,
      /bytes needed: 4294967297[\s\S]*limit: 4294967296, which WebAssembly can address/,
    );
  });
});
