import { bn254 } from "@noble/curves/bn254.js";
import { expect } from "chai";
import fc from "fast-check";
import { assertElement, fieldOrder, isElement, toField } from "../../plugin/protocol/field.ts";
import { refusal } from "./refusal.ts";

describe("field", () => {
  it("has the order of BN254's groups", () => {
    expect(fieldOrder).to.equal(bn254.fields.Fr.ORDER);
  });

  it("takes 0 to p - 1 for elements", () => {
    expect([0n, 1n, fieldOrder - 1n].every(isElement)).to.equal(true);
    expect([-1n, fieldOrder, fieldOrder + 1n, 2n ** 256n].some(isElement)).to.equal(false);
    expect(refusal(() => assertElement("x", fieldOrder - 1n))).to.equal(undefined);
    expect(refusal(() => assertElement("x", fieldOrder))).to.equal("NOT_AN_ELEMENT");
    expect(refusal(() => assertElement("x", 1 as unknown as bigint))).to.equal("NOT_AN_ELEMENT");
  });

  it("reduces any integer to an element congruent to it", () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        const reduced = toField(value);
        expect(isElement(reduced)).to.equal(true);
        expect((reduced - value) % fieldOrder).to.equal(0n);
      }),
    );
  });
});
