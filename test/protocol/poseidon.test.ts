import { expect } from "chai";
import fc from "fast-check";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { poseidon } from "../../plugin/protocol/poseidon.ts";
import { sponge } from "../../plugin/protocol/sponge.ts";
import { element } from "./arbitraries.ts";
import { reference } from "./reference.ts";
import { refusal } from "./refusal.ts";

describe("poseidon", () => {
  for (let width = 1; width <= 16; width++) {
    it(`agrees with circomlibjs for ${width} inputs`, () => {
      const largest = Array.from({ length: width }, () => fieldOrder - 1n);
      expect(poseidon(largest)).to.equal(reference.poseidon(largest));
      fc.assert(
        fc.property(fc.array(element, { minLength: width, maxLength: width }), (inputs) => {
          expect(poseidon(inputs)).to.equal(reference.poseidon(inputs));
        }),
        { numRuns: 5 },
      );
    });
  }

  it("has the value that circomlib publishes for H_2(1, 2)", () => {
    expect(poseidon([1n, 2n])).to.equal(
      7853200120776062878684798364095072458815029376092732009249414926327459813530n,
    );
  });

  it("refuses other numbers of inputs and values that are not canonical", () => {
    expect(refusal(() => poseidon([]))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => poseidon(new Array<bigint>(17).fill(0n)))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => poseidon([0n, fieldOrder]))).to.equal("NOT_AN_ELEMENT");
    expect(refusal(() => poseidon([-1n]))).to.equal("NOT_AN_ELEMENT");
  });

  it("leaves its inputs alone", () => {
    const inputs = Object.freeze([1n, 2n, 3n, 4n]);
    poseidon(inputs);
    expect(inputs).to.deep.equal([1n, 2n, 3n, 4n]);
  });
});

describe("sponge", () => {
  const numbers = (length: number) => Array.from({ length }, (_, position) => BigInt(position + 1));
  const step = (state: bigint, elements: bigint[]) =>
    reference.poseidon([state, ...elements, ...new Array<bigint>(15 - elements.length).fill(0n)]);

  it("is one hash for up to 15 elements", () => {
    expect(sponge(numbers(15))).to.equal(step(0n, numbers(15)));
    expect(sponge(numbers(3))).to.equal(step(0n, numbers(3)));
  });

  it("chains hashes of 15 elements and pads the last with zeros", () => {
    const elements = numbers(37);
    const first = step(0n, elements.slice(0, 15));
    const second = step(first, elements.slice(15, 30));
    expect(sponge(elements)).to.equal(step(second, elements.slice(30)));
    expect(sponge(elements.slice(0, 30))).to.equal(second);
  });

  it("refuses an element that is not canonical", () => {
    expect(refusal(() => sponge([fieldOrder]))).to.equal("NOT_AN_ELEMENT");
  });
});
