import { expect } from "chai";
import { AbiCoder, concat, keccak256, ZeroHash } from "ethers";
import fc from "fast-check";
import {
  exitLeaf,
  exitPath,
  exitTreeDepth,
  exitTreeRoot,
  verifyExitPath,
} from "../../plugin/protocol/exit-tree.ts";
import { refusal } from "./refusal.ts";

const leaves = Array.from({ length: 5 }, (_, row) =>
  exitLeaf(9, row, { recipient: BigInt(row + 1), amount: 100n, asset: 1 }),
);

/** The tree written out: all leaves, then every level. */
function plainRoot(depth: number, some: readonly string[]): string {
  let level = Array.from({ length: 2 ** depth }, (_, position) => some[position] ?? ZeroHash);
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, position) =>
      keccak256(concat(level.slice(2 * position, 2 * position + 2))),
    );
  }
  return level[0] ?? ZeroHash;
}

describe("exit tree", () => {
  it("has leaves that are the twice hashed ABI encoding of the exit", () => {
    const recipient = `0x${"ab".repeat(20)}`;
    const encoded = AbiCoder.defaultAbiCoder().encode(
      ["uint256", "uint256", "address", "uint128", "uint32"],
      [9, 3, recipient, 1000, 2],
    );
    expect(exitLeaf(9, 3, { recipient: BigInt(recipient), amount: 1000n, asset: 2 })).to.equal(
      keccak256(keccak256(encoded)),
    );
  });

  it("refuses exits out of range", () => {
    const exit = { recipient: 1n, amount: 1n, asset: 1 };
    expect(refusal(() => exitLeaf(2 ** 32, 0, exit))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => exitLeaf(1, -1, exit))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => exitLeaf(1, 0, { ...exit, recipient: 2n ** 160n }))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => exitLeaf(1, 0, { ...exit, amount: 2n ** 128n }))).to.equal("OUT_OF_RANGE");
  });

  it("is as deep as the largest shape's exits need", () => {
    expect([1, 2, 3, 4, 5, 8, 9, 16, 17, 1024, 1025].map(exitTreeDepth)).to.deep.equal([
      0, 1, 2, 2, 3, 3, 4, 4, 5, 10, 11,
    ]);
  });

  it("has the root of the tree padded with zero words", () => {
    for (let depth = 3; depth <= 5; depth++) {
      for (let count = 1; count <= leaves.length; count++) {
        const some = leaves.slice(0, count);
        expect(exitTreeRoot(depth, some)).to.equal(plainRoot(depth, some));
      }
    }
    expect(exitTreeRoot(0, leaves.slice(0, 1))).to.equal(leaves[0]);
  });

  it("has the zero word for the root when there are no exits", () => {
    expect(exitTreeRoot(3, [])).to.equal(ZeroHash);
  });

  it("proves each exit at its row, and at no other row, depth, root or leaf", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.nat(4),
        fc.integer({ min: 3, max: 6 }),
        (count, row, depth) => {
          fc.pre(row < count);
          const some = leaves.slice(0, count);
          const leaf = leaves[row] ?? ZeroHash;
          const root = exitTreeRoot(depth, some);
          const path = exitPath(depth, some, row);
          expect(path).to.have.length(depth);
          expect(verifyExitPath(depth, root, row, leaf, path)).to.equal(true);
          expect(verifyExitPath(depth, root, row ^ 1, leaf, path)).to.equal(false);
          expect(verifyExitPath(depth, root, row + 2 ** depth, leaf, path)).to.equal(false);
          expect(verifyExitPath(depth - 1, root, row, leaf, path)).to.equal(false);
          expect(verifyExitPath(depth, root, row, ZeroHash, path)).to.equal(false);
          expect(verifyExitPath(depth, leaf, row, leaf, path)).to.equal(false);
        },
      ),
    );
  });

  it("refuses too many leaves, rows without one and depths that it does not have", () => {
    expect(refusal(() => exitTreeRoot(2, leaves))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => exitTreeRoot(33, leaves))).to.equal("OUT_OF_RANGE");
    for (const row of [5, -1, 0.5]) expect(refusal(() => exitPath(3, leaves, row))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => exitTreeRoot(3, ["0x12"]))).to.equal("MALFORMED");
  });
});
