import { absentAccount, accountLeaf } from "./account.ts";
import { ProtocolError } from "./errors.ts";
import { assertElement } from "./field.ts";
import { Pages } from "./pages.ts";
import { poseidon } from "./poseidon.ts";
import { groupsAtOnce, plainHasher, type StateHasher, wordsPerGroup } from "./state-hasher.ts";
import { readWords, wordsPerElement, writeWords } from "./words.ts";

// The state tree of protocol section 1: 4-ary, H_4 at the nodes, a leaf's place being its index in base 4 with the
// least significant digit at the leaves.

const arity = 4;
/** A multiple of the arity, so that siblings are in one page. */
const nodesPerPage = 64;
const maxDepth = 16;

/**
 * The siblings of a leaf, from the leaves up: on each level the three other children of the parent, in child order
 * without the position itself.
 */
export type TreePath = readonly (readonly bigint[])[];

/**
 * A tree of `4^depth` leaves that keeps only pages of nodes of which one has been written. An empty leaf is the absent
 * account's.
 */
export class StateTree {
  readonly depth: number;
  readonly #hasher: StateHasher;
  /** Nodes by position, from the leaves (level 0) to the root (level `depth`). */
  readonly #levels: readonly Pages[];
  readonly #empty: readonly bigint[];

  /**
   * An empty tree.
   *
   * @param depth - 1 to 16.
   * @param hasher - Computes nodes.
   * @throws ProtocolError `OUT_OF_RANGE`
   */
  constructor(depth: number, hasher: StateHasher = plainHasher, levels?: readonly Pages[]) {
    this.#empty = emptyRoots(depth);
    this.depth = depth;
    this.#hasher = hasher;
    this.#levels =
      levels ?? this.#empty.map((empty) => new Pages(wordsPerElement, nodesPerPage, filledWith(empty)));
  }

  get root(): bigint {
    return this.#node(this.depth, 0);
  }

  /** The number of leaves, `4^depth`. */
  get capacity(): number {
    return arity ** this.depth;
  }

  /** The leaf at an index. Throws ProtocolError `OUT_OF_RANGE`. */
  leaf(index: number): bigint {
    this.#assertIndex(index);
    return this.#node(0, index);
  }

  /**
   * Sets one leaf; `depth` hashes.
   *
   * @throws ProtocolError `OUT_OF_RANGE`, `NOT_AN_ELEMENT`
   */
  update(index: number, leaf: bigint): void {
    this.updateAll(new Map([[index, leaf]]));
  }

  /**
   * Sets many leaves, hashing each node above them once. All or nothing: an error changes nothing.
   *
   * @throws ProtocolError `OUT_OF_RANGE`, `NOT_AN_ELEMENT`
   */
  updateAll(leaves: ReadonlyMap<number, bigint>): void {
    for (const [index, leaf] of leaves) {
      this.#assertIndex(index);
      assertElement("A leaf", leaf);
    }
    const indices = Float64Array.from(leaves.keys()).sort();
    const words = new BigUint64Array(indices.length * wordsPerElement);
    indices.forEach((index, position) => {
      writeWords(words, position * wordsPerElement, leaves.get(index) ?? 0n);
    });
    this.updateWords(indices, words);
  }

  /**
   * As updateAll, of leaves that are known to be canonical elements, in words (words.ts).
   *
   * @param indices - Increasing.
   * @throws ProtocolError `OUT_OF_RANGE`
   */
  updateWords(indices: Float64Array, leaves: BigUint64Array): void {
    for (const index of indices) this.#assertIndex(index);
    this.#write(0, indices, leaves);
    let touched = indices;
    for (let level = 0; level < this.depth; level++) {
      touched = parentsOf(touched);
      for (let from = 0; from < touched.length; from += groupsAtOnce) {
        this.#hashParents(level + 1, touched.subarray(from, from + groupsAtOnce));
      }
    }
  }

  /** The siblings of a leaf: `depth` times three. Throws ProtocolError `OUT_OF_RANGE`. */
  path(index: number): bigint[][] {
    return this.children(index).map((children, level) =>
      children.toSpliced(Math.floor(index / arity ** level) % arity, 1),
    );
  }

  /** The nodes from a leaf up, each among its siblings: `depth` times four. Throws ProtocolError `OUT_OF_RANGE`. */
  children(index: number): bigint[][] {
    this.#assertIndex(index);
    return Array.from({ length: this.depth }, (_, level) => {
      const first = arity * Math.floor(index / arity ** (level + 1));
      return Array.from({ length: arity }, (_, child) => this.#node(level, first + child));
    });
  }

  /** Another tree with the same leaves: changing one leaves the other alone. Nodes are shared until they change. */
  copy(): StateTree {
    return new StateTree(
      this.depth,
      this.#hasher,
      this.#levels.map((pages) => pages.copy()),
    );
  }

  /** Computes nodes of a level from their children. */
  #hashParents(level: number, parents: Float64Array): void {
    const children = this.#levels[level - 1] as Pages;
    const inputs = new BigUint64Array(parents.length * wordsPerGroup);
    parents.forEach((parent, position) => {
      const first = arity * parent;
      const at = children.offset(first);
      // One of them has just been written, and the others are in the same page.
      const page = children.page(first) as BigUint64Array;
      inputs.set(page.subarray(at, at + wordsPerGroup), position * wordsPerGroup);
    });
    const hashes = new BigUint64Array(parents.length * wordsPerElement);
    this.#hasher.hashGroups(inputs, parents.length, hashes);
    this.#write(level, parents, hashes);
  }

  #write(level: number, positions: Float64Array, values: BigUint64Array): void {
    const pages = this.#levels[level] as Pages;
    positions.forEach((position, index) => {
      const at = index * wordsPerElement;
      pages.writablePage(position).set(values.subarray(at, at + wordsPerElement), pages.offset(position));
    });
  }

  #node(level: number, position: number): bigint {
    const pages = this.#levels[level];
    const page = pages?.page(position);
    if (pages === undefined || page === undefined) return this.#empty[level] ?? 0n;
    return readWords(page, pages.offset(position));
  }

  #assertIndex(index: number): void {
    if (!isIndex(this.depth, index)) {
      throw new ProtocolError("OUT_OF_RANGE", "The index is outside the state tree.", {
        expected: `an integer from 0 to ${this.capacity - 1} (depth ${this.depth})`,
        given: `${index}`,
      });
    }
  }
}

function filledWith(value: bigint): (page: BigUint64Array) => void {
  const words = new BigUint64Array(wordsPerElement);
  writeWords(words, 0, value);
  return (page) => {
    for (let at = 0; at < page.length; at += wordsPerElement) page.set(words, at);
  };
}

/** Of increasing positions; each parent once. */
function parentsOf(positions: Float64Array): Float64Array {
  const parents = new Float64Array(positions.length);
  let count = 0;
  for (const position of positions) {
    const parent = Math.floor(position / arity);
    if (count === 0 || parents[count - 1] !== parent) parents[count++] = parent;
  }
  return parents.subarray(0, count);
}

/**
 * The roots of empty trees of depth 0 (a leaf) to `depth`.
 *
 * @param depth - 1 to 16.
 * @throws ProtocolError `OUT_OF_RANGE`
 */
export function emptyRoots(depth: number): readonly bigint[] {
  if (!Number.isSafeInteger(depth) || depth < 1 || depth > maxDepth) {
    throw new ProtocolError("OUT_OF_RANGE", "The state tree's depth is out of range.", {
      expected: `an integer from 1 to ${maxDepth}`,
      given: `${depth}`,
    });
  }
  if (knownEmptyRoots.length === 0) knownEmptyRoots.push(accountLeaf(absentAccount));
  while (knownEmptyRoots.length <= depth) {
    const below = knownEmptyRoots.at(-1) ?? 0n;
    knownEmptyRoots.push(poseidon([below, below, below, below]));
  }
  return knownEmptyRoots.slice(0, depth + 1);
}

const knownEmptyRoots: bigint[] = [];

/**
 * The root that a leaf and its path lead to.
 *
 * @throws ProtocolError `OUT_OF_RANGE`, `MALFORMED` for a path without three siblings on every level,
 * `NOT_AN_ELEMENT`
 */
export function rootOfPath(depth: number, index: number, leaf: bigint, path: TreePath): bigint {
  if (!isIndex(depth, index)) {
    throw new ProtocolError("OUT_OF_RANGE", "The index is outside the state tree.", { depth, index });
  }
  if (path.length !== depth || path.some((siblings) => siblings.length !== arity - 1)) {
    throw new ProtocolError("MALFORMED", "The path has the wrong size.", {
      expected: `${depth} levels of ${arity - 1} siblings`,
      given: `${path.length} levels of ${path.map((siblings) => siblings.length).join(", ")}`,
    });
  }
  return path.reduce((node, siblings, level) => {
    const position = Math.floor(index / arity ** level) % arity;
    return poseidon(siblings.toSpliced(position, 0, node));
  }, leaf);
}

/**
 * Whether `leaf` is at `index` under `root`. The depth is an argument of its own because leaves and nodes are told
 * apart by depth alone: a shorter path would prove a node as a leaf.
 *
 * @returns false also for a path of the wrong size and for values that are not elements
 */
export function verifyPath(
  depth: number,
  root: bigint,
  index: number,
  leaf: bigint,
  path: TreePath,
): boolean {
  try {
    return rootOfPath(depth, index, leaf, path) === root;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

function isIndex(depth: number, index: number): boolean {
  return Number.isSafeInteger(index) && index >= 0 && index < arity ** depth;
}
