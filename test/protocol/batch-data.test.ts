import { expect } from "chai";
import { AbiCoder, concat, keccak256, toBeHex } from "ethers";
import fc from "fast-check";
import {
  type BatchData,
  batchChallenge,
  batchElements,
  evaluateElements,
  type PackedBatch,
  packBatch,
  unpackBatch,
} from "../../plugin/protocol/batch-data.ts";
import { ProtocolError } from "../../plugin/protocol/errors.ts";
import { fieldOrder, isElement } from "../../plugin/protocol/field.ts";
import type { Operation } from "../../plugin/protocol/operation.ts";
import { maxRowBytes, packRows } from "../../plugin/protocol/packed-rows.ts";
import { elementCount, maxPackedBytes, type Shape } from "../../plugin/protocol/shape.ts";
import { element, exitRow, operation, row, sortedRows } from "./arbitraries.ts";
import { refusal } from "./refusal.ts";

const shape: Shape = {
  depth: 4,
  transactions: 4,
  accounts: 5,
  operations: 4,
  exits: 4,
  fees: 1,
  applications: 0,
};
const operations: Operation[] = [
  { kind: 1, index: 10, creates: true, asset: 1, owner: 0xabcn, amount: 1000n, ax: 11n, ay: 12n },
  { kind: 1, index: 10, creates: false, asset: 1, owner: 0xabcn, amount: 2000n, ax: 11n, ay: 12n },
  { kind: 3, index: 12, asset: 2, owner: 0xdefn, ax: 13n, ay: 14n },
];
const data: BatchData = {
  domain: 101n,
  oldRoot: 102n,
  newRoot: 103n,
  batchNumber: 104,
  operations,
  exits: [{ recipient: 0x123n, amount: 50n, asset: 1 }],
  rows: [
    { index: 10, nonceIncrease: 3, balance: 2950n },
    { index: 12, nonceIncrease: 0, balance: 7n },
  ],
};
const packed = packBatch(data);
const noRows: PackedBatch = { operations: "0x", exits: "0x", rows: "0x" };

describe("batchElements", () => {
  it("lays the sections out as protocol section 4.4 says", () => {
    const [deposit, open] = [10n, 12n];
    const zeros = (count: number) => new Array<bigint>(count).fill(0n);
    const counts = 104n + 3n * 2n ** 32n + 2n * 2n ** 64n + 1n * 2n ** 96n + 2n * 2n ** 128n;
    expect(batchElements(shape, data)).to.deep.equal([
      ...[101n, 102n, 103n, counts],
      ...[1n + deposit * 2n ** 8n + 2n ** 40n + 2n ** 72n, 0xabcn, 1000n, 11n, 12n],
      ...[1n + deposit * 2n ** 8n + 2n ** 40n, 0xabcn, 2000n, 11n, 12n],
      ...[3n + open * 2n ** 8n + 2n * 2n ** 40n + 2n ** 72n, 0xdefn, 0n, 13n, 14n],
      ...zeros(5),
      ...[0x123n, 50n + 2n ** 128n],
      ...zeros(6),
      ...[10n + 3n * 2n ** 32n + 2950n * 2n ** 48n, 12n + 7n * 2n ** 48n],
      ...zeros(3),
    ]);
  });

  it("has the shape's number of canonical elements, whatever is in the batch", () => {
    const anyBatch = fc.record({
      domain: element,
      oldRoot: element,
      newRoot: element,
      batchNumber: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      operations: fc.array(operation, { maxLength: shape.operations }),
      exits: fc.array(exitRow, { maxLength: shape.exits }),
      rows: fc.array(row, { maxLength: shape.accounts }),
    });
    fc.assert(
      fc.property(anyBatch, (batch) => {
        const elements = batchElements(shape, batch);
        expect(elements).to.have.length(elementCount(shape));
        expect(elements.every(isElement)).to.equal(true);
      }),
    );
  });

  it("refuses more than the shape has slots, in each section", () => {
    const first = <T>(items: readonly T[], count: number) => new Array<T>(count).fill(items[0] as T);
    const full: BatchData = {
      ...data,
      operations: first(data.operations, 4),
      exits: first(data.exits, 4),
      rows: first(data.rows, 5),
    };
    expect(refusal(() => batchElements(shape, full))).to.equal(undefined);
    for (const section of ["operations", "exits", "rows"] as const) {
      const over = { ...full, [section]: [...full[section], full[section][0]] };
      expect(
        refusal(() => batchElements(shape, over)),
        section,
      ).to.equal("SHAPE_EXCEEDED");
    }
  });

  it("refuses values that do not fit their place", () => {
    const wrong: [change: Partial<BatchData>, code: string][] = [
      [{ domain: fieldOrder }, "NOT_AN_ELEMENT"],
      [{ oldRoot: -1n }, "NOT_AN_ELEMENT"],
      [{ newRoot: fieldOrder }, "NOT_AN_ELEMENT"],
      [{ batchNumber: 2 ** 32 }, "OUT_OF_RANGE"],
      [{ rows: [{ index: 2 ** 32, nonceIncrease: 0, balance: 0n }] }, "OUT_OF_RANGE"],
      [{ rows: [{ index: 0, nonceIncrease: 2 ** 16, balance: 0n }] }, "OUT_OF_RANGE"],
      [{ rows: [{ index: 0, nonceIncrease: 0, balance: 2n ** 128n }] }, "OUT_OF_RANGE"],
      [{ exits: [{ recipient: 2n ** 160n, amount: 0n, asset: 1 }] }, "OUT_OF_RANGE"],
      [{ exits: [{ recipient: 1n, amount: 2n ** 128n, asset: 1 }] }, "OUT_OF_RANGE"],
      [{ exits: [{ recipient: 1n, amount: 0n, asset: 2 ** 32 }] }, "OUT_OF_RANGE"],
      [{ operations: [{ kind: 2, index: 0, owner: 0n }] }, "INVALID_OPERATION"],
    ];
    for (const [change, code] of wrong) {
      expect(
        refusal(() => batchElements(shape, { ...data, ...change })),
        Object.keys(change)[0],
      ).to.equal(code);
    }
  });
});

describe("batchChallenge", () => {
  const shapeId = `0x${"5a".repeat(32)}`;

  it("hashes shape, commitment and the hash of the elements as the contract does", () => {
    const elements = batchElements(shape, data);
    const inner = keccak256(concat(elements.map((value) => toBeHex(value, 32))));
    const outer = AbiCoder.defaultAbiCoder().encode(["bytes32", "uint256", "bytes32"], [shapeId, 77n, inner]);
    expect(batchChallenge(shapeId, 77n, elements)).to.equal(BigInt(keccak256(outer)) % fieldOrder);
  });

  it("refuses what the contract refuses", () => {
    expect(refusal(() => batchChallenge(shapeId, fieldOrder, [1n]))).to.equal("NOT_AN_ELEMENT");
    expect(refusal(() => batchChallenge(shapeId, 1n, [fieldOrder]))).to.equal("NOT_AN_ELEMENT");
    expect(refusal(() => batchChallenge("0x5a", 1n, [1n]))).to.equal("MALFORMED");
  });
});

describe("evaluateElements", () => {
  it("is the polynomial with the elements for coefficients, lowest first", () => {
    expect(evaluateElements([5n, 3n, 2n], 10n)).to.equal(235n);
    expect(evaluateElements([], 10n)).to.equal(0n);
    fc.assert(
      fc.property(fc.array(element, { maxLength: 20 }), element, (elements, r) => {
        let [power, sum] = [1n, 0n];
        for (const coefficient of elements) {
          sum = (sum + coefficient * power) % fieldOrder;
          power = (power * r) % fieldOrder;
        }
        expect(evaluateElements(elements, r)).to.equal(sum);
      }),
    );
  });

  it("refuses values that are not elements", () => {
    expect(refusal(() => evaluateElements([1n], fieldOrder))).to.equal("NOT_AN_ELEMENT");
    expect(refusal(() => evaluateElements([1n, fieldOrder], 1n))).to.equal("NOT_AN_ELEMENT");
  });
});

describe("packBatch", () => {
  it("has the layout of protocol section 9", () => {
    const word = (value: string) => value.padStart(64, "0");
    const owner = (value: string) => value.padStart(40, "0");
    const amount = (value: number) => value.toString(16).padStart(32, "0");
    expect(packed.operations).to.equal(
      `0x${[
        ...["01", "0000000a", "01", "00000001", owner("abc"), amount(1000), word("b"), word("c")],
        ...["01", "0000000a", "00", "00000001", owner("abc"), amount(2000), word("b"), word("c")],
        ...["03", "0000000c", "00000002", owner("def"), word("d"), word("e")],
      ].join("")}`,
    );
    expect(packed.exits).to.equal(`0x${owner("123")}${amount(50)}00000001`);
    expect(packed.rows).to.equal(packRows(data.rows));
    expect(packBatch({ ...data, operations: [{ kind: 2, index: 7, owner: 9n }] }).operations).to.equal(
      `0x0200000007${owner("9")}`,
    );
  });

  it("takes as many bytes as the shape is said to need at most", () => {
    const [deposit] = operations;
    const full = {
      operations: new Array<Operation>(shape.operations).fill(deposit as Operation),
      exits: new Array(shape.exits).fill(data.exits[0]),
      rows: [],
    };
    const sections = Object.values(packBatch(full));
    expect(sections.reduce((sum, hex) => sum + hex.length / 2 - 1, 0)).to.equal(
      maxPackedBytes(shape) - maxRowBytes * shape.accounts,
    );
  });

  it("is read back by unpackBatch", () => {
    const sections = fc.record({
      operations: fc.array(operation, { maxLength: 8 }),
      exits: fc.array(exitRow, { maxLength: 8 }),
      rows: sortedRows,
    });
    fc.assert(
      fc.property(sections, (batch) => {
        expect(unpackBatch(packBatch(batch))).to.deep.equal(batch);
      }),
    );
  });

  it("refuses values that do not fit", () => {
    const tooLarge = { ...data, rows: [{ index: 0, nonceIncrease: 0, balance: 2n ** 128n }] };
    expect(refusal(() => packBatch(tooLarge))).to.equal("OUT_OF_RANGE");
  });
});

describe("unpackBatch", () => {
  const message = (hex: Partial<PackedBatch>): string => {
    try {
      unpackBatch({ ...noRows, ...hex });
    } catch (error) {
      if (error instanceof ProtocolError && error.code === "MALFORMED") return error.message;
      throw error;
    }
    throw new Error("it was accepted");
  };
  const depositHex = packed.operations.slice(0, 2 + 2 * 110);

  it("takes random bytes only if packing gives them back", () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => `0x${Buffer.from(array).toString("hex")}`);
    const kinds = fc
      .tuple(fc.constantFrom("0x01", "0x02", "0x03"), bytes)
      .map(([kind, rest]) => kind + rest.slice(2));
    fc.assert(
      fc.property(fc.record({ operations: kinds, exits: bytes }), (hex) => {
        for (const section of ["operations", "exits"] as const) {
          const one = { ...noRows, [section]: hex[section] };
          if (refusal(() => unpackBatch(one)) === undefined)
            expect(packBatch(unpackBatch(one))).to.deep.equal(one);
        }
      }),
    );
  });

  it("refuses a section cut at any byte but the end of an entry", () => {
    for (const [section, hex] of Object.entries({ exits: packed.exits, operations: depositHex })) {
      const entryBytes = { operations: 110, exits: 40 }[section] ?? 0;
      for (let bytes = 0; bytes < hex.length / 2 - 1; bytes++) {
        const code = refusal(() => unpackBatch({ ...noRows, [section]: hex.slice(0, 2 + 2 * bytes) }));
        expect(code, `${section} at ${bytes}`).to.equal(bytes % entryBytes === 0 ? undefined : "MALFORMED");
      }
    }
  });

  it("says in which section and at which byte", () => {
    expect(message({ rows: packed.rows.slice(0, -2) })).to.match(/rows.*\n.*byte: 7/s);
    expect(message({ exits: `${packed.exits}00` })).to.match(/exits.*\n.*byte: 40/s);
    expect(message({ operations: `${depositHex}07` })).to.match(/operations.*\n.*byte: 111.*\n.*kind: 7/s);
  });

  it("refuses a flag other than 0 and 1, an owner or asset of 0 and keys that are not canonical", () => {
    const replace = (byte: number, hex: string) =>
      depositHex.slice(0, 2 + 2 * byte) + hex + depositHex.slice(2 + 2 * byte + hex.length);
    expect(message({ operations: replace(5, "02") })).to.include("flag: 2");
    expect(message({ operations: replace(6, "00000000") })).to.match(/asset.*entry at byte: 0/s);
    expect(message({ operations: replace(10, "00".repeat(20)) })).to.match(/owner.*entry at byte: 0/s);
    const second = depositHex + replace(46, "ff".repeat(32)).slice(2);
    expect(message({ operations: second })).to.match(/ax.*entry at byte: 110/s);
    expect(message({ operations: replace(78, fieldOrder.toString(16)) })).to.match(/ay.*entry at byte: 0/s);
  });

  it("refuses what is not hexadecimal", () => {
    for (const wrong of ["", "00", "0x0", `0x${"zz".repeat(22)}`])
      expect(message({ rows: wrong })).to.include("rows");
  });
});
