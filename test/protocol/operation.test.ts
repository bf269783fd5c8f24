import { expect } from "chai";
import { AbiCoder, keccak256 } from "ethers";
import fc from "fast-check";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import {
  assertOperation,
  createsAccount,
  type Deposit,
  type Exit,
  type Open,
  type Operation,
  operationElements,
} from "../../plugin/protocol/operation.ts";
import { queueEntryHash } from "../../plugin/protocol/queue.ts";
import { operation } from "./arbitraries.ts";
import { refusal } from "./refusal.ts";

const deposit: Deposit = {
  kind: 1,
  index: 2,
  creates: true,
  asset: 3,
  owner: 4n,
  amount: 5n,
  ax: 6n,
  ay: 7n,
};
const exit: Exit = { kind: 2, index: 2, owner: 4n };
const open: Open = { kind: 3, index: 2, asset: 3, owner: 4n, ax: 6n, ay: 7n };

describe("operationElements", () => {
  it("packs kind, index, asset and creates at the protocol's positions", () => {
    const head = 2n * 2n ** 8n + 3n * 2n ** 40n;
    expect(operationElements(deposit)).to.deep.equal([1n + head + 2n ** 72n, 4n, 5n, 6n, 7n]);
    expect(operationElements({ ...deposit, creates: false })).to.deep.equal([1n + head, 4n, 5n, 6n, 7n]);
    expect(operationElements(exit)).to.deep.equal([2n + 2n * 2n ** 8n, 4n, 0n, 0n, 0n]);
    expect(operationElements(open)).to.deep.equal([3n + head + 2n ** 72n, 4n, 0n, 6n, 7n]);
  });

  it("tells different operations apart", () => {
    fc.assert(
      fc.property(operation, operation, (left, right) => {
        const key = (some: Operation) => operationElements(some).join();
        const same =
          JSON.stringify(Object.entries(left), text) === JSON.stringify(Object.entries(right), text);
        expect(key(left) === key(right)).to.equal(same);
      }),
    );
  });
});

describe("createsAccount", () => {
  it("is true of an open and of a deposit that says so", () => {
    expect([deposit, open].every(createsAccount)).to.equal(true);
    expect([{ ...deposit, creates: false }, exit].some(createsAccount)).to.equal(false);
  });
});

describe("assertOperation", () => {
  it("refuses fields that the contract would", () => {
    const wrong: [operation: Operation, code: string][] = [
      [{ ...exit, kind: 4 as 2 }, "INVALID_OPERATION"],
      [{ ...exit, index: 2 ** 32 }, "OUT_OF_RANGE"],
      [{ ...exit, owner: 0n }, "INVALID_OPERATION"],
      [{ ...exit, owner: 2n ** 160n }, "OUT_OF_RANGE"],
      [{ ...open, asset: 0 }, "INVALID_OPERATION"],
      [{ ...open, asset: 2 ** 32 }, "OUT_OF_RANGE"],
      [{ ...open, ax: fieldOrder }, "NOT_AN_ELEMENT"],
      [{ ...open, ay: -1n }, "NOT_AN_ELEMENT"],
      [{ ...deposit, amount: 2n ** 128n }, "OUT_OF_RANGE"],
      [{ ...deposit, creates: 1 as unknown as boolean }, "INVALID_OPERATION"],
    ];
    for (const [some, code] of wrong) expect(refusal(() => assertOperation(some))).to.equal(code);
    for (const some of [deposit, exit, open])
      expect(refusal(() => assertOperation(some))).to.equal(undefined);
  });
});

describe("queueEntryHash", () => {
  const coder = AbiCoder.defaultAbiCoder();

  it("is the high 208 bits of the hash of the entry's ABI encoding", () => {
    const depositWords = coder.encode(
      ["uint8", "uint32", "address", "uint128", "uint256", "uint256"],
      [1, 3, `0x${"4".padStart(40, "0")}`, 5, 6, 7],
    );
    expect(queueEntryHash(deposit)).to.equal(keccak256(depositWords).slice(0, 2 + 52));
    const exitWords = coder.encode(["uint8", "uint32", "address"], [2, 2, `0x${"4".padStart(40, "0")}`]);
    expect(queueEntryHash(exit)).to.equal(keccak256(exitWords).slice(0, 2 + 52));
  });

  it("does not cover the index and flag that the sequencer gives a deposit", () => {
    expect(queueEntryHash({ ...deposit, index: 99, creates: false })).to.equal(queueEntryHash(deposit));
    expect(queueEntryHash({ ...exit, index: 99 })).not.to.equal(queueEntryHash(exit));
  });
});

function text(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}` : value;
}
