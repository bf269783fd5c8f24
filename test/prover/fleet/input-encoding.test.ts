import { expect } from "chai";
import * as fc from "fast-check";
import type { CircuitInput, InputValue } from "../../../plugin/circuits/calculate-witness.ts";
import { FleetError } from "../../../plugin/prover/fleet/errors.ts";
import { decodeInput, encodeInput } from "../../../plugin/prover/fleet/input-encoding.ts";

const { value } = fc.letrec<{ value: InputValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.bigInt({ min: -(2n ** 256n), max: 2n ** 256n }),
    fc.array(tie("value")),
    fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true }),
  ),
}));

describe("Inputs of circuits on their way to another machine", () => {
  it("arrive as they were sent, with all big integers", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value, { noNullPrototype: true }), (input) => {
        fc.pre(
          !JSON.stringify(input, (_, field) => (typeof field === "bigint" ? 0 : field)).includes("__proto__"),
        );
        expect(decodeInput(encodeInput(input))).to.deep.equal(input);
      }),
    );
  });

  it("arrive as the integers that circuits take numbers, booleans and strings for", () => {
    const input: CircuitInput = { a: 5, b: true, c: "0x10", d: ["7", 2n ** 300n], bus: { bigint: "1" } };
    const decoded = { a: 5n, b: 1n, c: 16n, d: [7n, 2n ** 300n], bus: { bigint: 1n } };
    expect(decodeInput(encodeInput(input))).to.deep.equal(decoded);
  });

  it("are the same bytes in whatever order signals are named", () => {
    expect(encodeInput({ b: 2n, a: [1n] })).to.deep.equal(encodeInput({ a: [1n], b: 2n }));
  });

  it("are refused if they are anything else", () => {
    for (const text of [
      "",
      "{",
      "[]",
      '{"a":1}',
      '{"a":"0x1"}',
      '{"a":null}',
      '{"a":"01"}',
      '{"a":["1",{"b":""}]}',
    ]) {
      expect(() => decodeInput(new TextEncoder().encode(text)), text).to.throw(FleetError);
    }
  });
});
