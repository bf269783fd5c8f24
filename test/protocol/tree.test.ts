import { expect } from "chai";
import fc from "fast-check";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { emptyRoots, rootOfPath, StateTree, verifyPath } from "../../plugin/protocol/tree.ts";
import { element } from "./arbitraries.ts";
import { reference } from "./reference.ts";
import { refusal } from "./refusal.ts";

const emptyLeaf = reference.poseidon([0n, 0n, 0n, 0n]);

/** The tree written out: all leaves, then every level, hashed by circomlibjs. */
function plainRoot(depth: number, leaves: ReadonlyMap<number, bigint>): bigint {
  let level = Array.from({ length: 4 ** depth }, (_, index) => leaves.get(index) ?? emptyLeaf);
  while (level.length > 1) {
    level = Array.from({ length: level.length / 4 }, (_, position) =>
      reference.poseidon(level.slice(4 * position, 4 * position + 4)),
    );
  }
  return level[0] ?? 0n;
}

const updates = (depth: number) =>
  fc.array(fc.tuple(fc.nat(4 ** depth - 1), fc.oneof(element, fc.constant(emptyLeaf))), { maxLength: 6 });

describe("StateTree", () => {
  it("starts with the absent account's leaf everywhere", () => {
    const tree = new StateTree(3);
    expect(tree.root).to.equal(plainRoot(3, new Map()));
    expect(tree.leaf(63)).to.equal(emptyLeaf);
    expect(emptyRoots(3)).to.have.length(4);
    expect(new StateTree(2).root).to.equal(emptyRoots(16)[2]);
  });

  it("has the root of the tree written out, after any updates", () => {
    fc.assert(
      fc.property(updates(2), (list) => {
        const tree = new StateTree(2);
        for (const [index, leaf] of list) tree.update(index, leaf);
        const leaves = new Map(list);
        expect(tree.root).to.equal(plainRoot(2, leaves));
        for (const [index, leaf] of leaves) expect(tree.leaf(index)).to.equal(leaf);
      }),
      { numRuns: 20 },
    );
  });

  it("puts the least significant base-4 digit of the index at the leaves", () => {
    const tree = new StateTree(2);
    tree.update(0b01_10, 5n);
    const empty = emptyLeaf;
    const inner = reference.poseidon([empty, empty, 5n, empty]);
    const [, outer] = emptyRoots(2);
    expect(tree.root).to.equal(reference.poseidon([outer ?? 0n, inner, outer ?? 0n, outer ?? 0n]));
  });

  it("gives the same tree for many leaves at once as for one after another", () => {
    fc.assert(
      fc.property(updates(4), updates(4), (before, list) => {
        const oneByOne = new StateTree(4);
        const atOnce = new StateTree(4);
        for (const [index, leaf] of [...before, ...list]) oneByOne.update(index, leaf);
        atOnce.updateAll(new Map(before));
        atOnce.updateAll(new Map(list));
        expect(atOnce.root).to.equal(oneByOne.root);
        for (const [index] of list) expect(atOnce.path(index)).to.deep.equal(oneByOne.path(index));
      }),
      { numRuns: 20 },
    );
  });

  it("comes back to the empty root when its leaves are emptied", () => {
    const tree = new StateTree(4);
    tree.updateAll(new Map([0, 7, 255].map((index) => [index, 9n])));
    expect(tree.root).not.to.equal(emptyRoots(4)[4]);
    tree.updateAll(new Map([0, 7, 255].map((index) => [index, emptyLeaf])));
    expect(tree.root).to.equal(emptyRoots(4)[4]);
  });

  it("proves leaves and absences by their paths, up to the last index of the deepest tree", () => {
    const tree = new StateTree(16);
    const last = 4 ** 16 - 1;
    tree.updateAll(new Map([0, 6, 2 ** 31, last].map((index) => [index, BigInt(index) + 1n])));
    for (const index of [0, 5, 6, 2 ** 31, 2 ** 31 + 1, last - 1, last]) {
      const path = tree.path(index);
      expect(path.map((siblings) => siblings.length)).to.deep.equal(new Array(16).fill(3));
      expect(verifyPath(16, tree.root, index, tree.leaf(index), path)).to.equal(true);
      expect(rootOfPath(16, index, tree.leaf(index), path)).to.equal(tree.root);
    }
  });

  it("gives the nodes from a leaf to the root, each among its siblings", () => {
    const tree = new StateTree(3);
    tree.updateAll(new Map([0, 27, 30, 63].map((index) => [index, BigInt(index) + 1n])));
    for (const index of [0, 1, 27, 30, 63]) {
      const children = tree.children(index);
      expect(children[0]?.[index % 4]).to.equal(tree.leaf(index));
      expect(children[1]?.[Math.floor(index / 4) % 4]).to.equal(reference.poseidon(children[0] ?? []));
      expect(children[2]?.[Math.floor(index / 16)]).to.equal(reference.poseidon(children[1] ?? []));
      expect(reference.poseidon(children[2] ?? [])).to.equal(tree.root);
    }
  });

  it("copies without sharing", () => {
    const tree = new StateTree(3);
    tree.update(1, 2n);
    const copy = tree.copy();
    const { root } = tree;
    copy.update(1, 3n);
    expect(tree.root).to.equal(root);
    tree.update(1, 3n);
    expect(tree.root).to.equal(copy.root);
  });

  it("changes nothing when one of many updates is refused", () => {
    const tree = new StateTree(2);
    const { root } = tree;
    expect(
      refusal(() =>
        tree.updateAll(
          new Map([
            [1, 2n],
            [16, 3n],
          ]),
        ),
      ),
    ).to.equal("OUT_OF_RANGE");
    expect(
      refusal(() =>
        tree.updateAll(
          new Map([
            [1, 2n],
            [2, fieldOrder],
          ]),
        ),
      ),
    ).to.equal("NOT_AN_ELEMENT");
    expect(tree.root).to.equal(root);
    expect(tree.leaf(1)).to.equal(emptyLeaf);
  });

  it("refuses indices outside and depths that the protocol does not have", () => {
    const tree = new StateTree(2);
    for (const index of [-1, 16, 0.5, Number.NaN]) {
      expect(refusal(() => tree.leaf(index))).to.equal("OUT_OF_RANGE");
      expect(refusal(() => tree.path(index))).to.equal("OUT_OF_RANGE");
      expect(refusal(() => tree.update(index, 1n))).to.equal("OUT_OF_RANGE");
    }
    for (const depth of [0, 17, 1.5]) expect(refusal(() => new StateTree(depth))).to.equal("OUT_OF_RANGE");
  });
});

describe("verifyPath", () => {
  const tree = new StateTree(3);
  tree.updateAll(new Map([3, 4, 40].map((index) => [index, BigInt(index)])));
  const path = tree.path(4);

  it("refuses another index, leaf, root or sibling", () => {
    expect(verifyPath(3, tree.root, 4, 4n, path)).to.equal(true);
    expect(verifyPath(3, tree.root, 5, 4n, path)).to.equal(false);
    expect(verifyPath(3, tree.root, 4 + 64, 4n, path)).to.equal(false);
    expect(verifyPath(3, tree.root, 4, 5n, path)).to.equal(false);
    expect(verifyPath(3, tree.root + 1n, 4, 4n, path)).to.equal(false);
    const tampered = path.map((siblings) => [...siblings]);
    tampered[2] = [1n, 2n, 3n];
    expect(verifyPath(3, tree.root, 4, 4n, tampered)).to.equal(false);
  });

  it("refuses a node passed off as a leaf by a path of another length", () => {
    const node = reference.poseidon([4n, emptyLeaf, emptyLeaf, emptyLeaf]);
    expect(verifyPath(2, tree.root, 1, node, path.slice(1))).to.equal(true);
    expect(verifyPath(3, tree.root, 1, node, path.slice(1))).to.equal(false);
    expect(verifyPath(3, tree.root, 4, 4n, [...path, [0n, 0n, 0n]])).to.equal(false);
    const short = path.map((siblings) => siblings.slice(1));
    expect(verifyPath(3, tree.root, 4, 4n, short)).to.equal(false);
  });

  it("refuses values that are not canonical", () => {
    expect(verifyPath(3, tree.root, 4, 4n + fieldOrder, path)).to.equal(false);
    const shifted = path.map((siblings) => siblings.map((sibling) => sibling + fieldOrder));
    expect(verifyPath(3, tree.root, 4, 4n, shifted)).to.equal(false);
  });
});
