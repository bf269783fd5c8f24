import { expect } from "chai";
import { AbiCoder, keccak256 } from "ethers";
import {
  assertShape,
  elementCount,
  maxPackedBytes,
  type Shape,
  shapeId,
} from "../../plugin/protocol/shape.ts";
import { refusal } from "./refusal.ts";

const shape: Shape = {
  depth: 12,
  transactions: 64,
  accounts: 48,
  operations: 8,
  exits: 16,
  fees: 2,
  applications: 0,
};
const keyHash = `0x${"c3".repeat(32)}`;

describe("shape", () => {
  it("counts the elements of the public data", () => {
    expect(elementCount(shape)).to.equal(4 + 5 * 8 + 2 * 16 + 48);
  });

  it("is named by the ABI encoding of its sizes and its key's hash", () => {
    const encoded = AbiCoder.defaultAbiCoder().encode(
      [...new Array<string>(7).fill("uint256"), "bytes32"],
      [12, 64, 48, 8, 16, 2, 0, keyHash],
    );
    expect(shapeId(shape, keyHash)).to.equal(keccak256(encoded));
    const { depth, ...rest } = shape;
    const reordered = { ...rest, depth };
    expect(shapeId(reordered, keyHash.toUpperCase().replace("X", "x"))).to.equal(keccak256(encoded));
  });

  it("refuses a key hash that is not 32 bytes", () => {
    for (const wrong of [
      "0x",
      keyHash.slice(0, -2),
      `${keyHash}00`,
      keyHash.slice(2),
      `0x${"zz".repeat(32)}`,
    ]) {
      expect(
        refusal(() => shapeId(shape, wrong)),
        wrong,
      ).to.equal("MALFORMED");
    }
  });

  it("refuses sizes that no circuit or contract could have", () => {
    const wrong: Partial<Shape>[] = [
      { depth: 0 },
      { depth: 17 },
      { transactions: 0 },
      { transactions: 2 ** 16 },
      { operations: 0 },
      { operations: 17, exits: 16 },
      { operations: 49, exits: 60 },
      { exits: 0 },
      { fees: 0 },
      { applications: 1 },
    ];
    for (const change of wrong) {
      expect(
        refusal(() => assertShape({ ...shape, ...change })),
        JSON.stringify(change),
      ).to.equal("INVALID_SHAPE");
    }
    for (const value of [-1, 1.5, Number.NaN, 2 ** 32]) {
      expect(refusal(() => assertShape({ ...shape, accounts: value }))).to.equal("OUT_OF_RANGE");
    }
    expect(refusal(() => assertShape({ ...shape, depth: undefined as unknown as number }))).to.equal(
      "OUT_OF_RANGE",
    );
  });

  it("takes the sizes at the ends of their ranges", () => {
    const ends: Partial<Shape>[] = [
      { depth: 1 },
      { depth: 16 },
      { transactions: 2 ** 16 - 1 },
      { operations: 16, exits: 16 },
      { operations: 1, exits: 1, accounts: 1, transactions: 1, fees: 1 },
    ];
    for (const change of ends)
      expect(refusal(() => assertShape({ ...shape, ...change }))).to.equal(undefined);
  });

  it("refuses a shape whose fullest batch does not fit in a transaction of 128 KiB", () => {
    const large = { ...shape, accounts: 5300 };
    expect(maxPackedBytes(large)).to.equal(8 * 110 + 16 * 40 + 5300 * 24);
    expect(refusal(() => assertShape(large))).to.equal(undefined);
    expect(refusal(() => assertShape({ ...shape, accounts: 5400 }))).to.equal("INVALID_SHAPE");
  });
});
