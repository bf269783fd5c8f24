import { absentAccount, accountLeaf } from "./account.ts";
import { ProtocolError } from "./errors.ts";
import { assertElement } from "./field.ts";
import { poseidon } from "./poseidon.ts";

// The state tree of protocol section 1: 4-ary, H_4 at the nodes, a leaf's place being its index in base 4 with the
// least significant digit at the leaves.

const arity = 4;
const maxDepth = 16;

/**
 * The siblings of a leaf, from the leaves up: on each level the three other children of the parent, in child order
 * without the position itself.
 */
export type TreePath = readonly (readonly bigint[])[];

/** A tree of `4^depth` leaves that keeps only what is not empty. An empty leaf is the absent account's. */
export class StateTree {
  readonly depth: number;
  /** Non-empty nodes by position, from the leaves (level 0) to the root (level `depth`). */
  readonly #levels: readonly Map<number, bigint>[];
  readonly #empty: readonly bigint[];

  /**
   * An empty tree.
   *
   * @param depth - 1 to 16.
   * @throws ProtocolError `OUT_OF_RANGE`
   */
  constructor(depth: number) {
    this.#empty = emptyRoots(depth);
    this.depth = depth;
    this.#levels = this.#empty.map(() => new Map());
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
    for (const [index, leaf] of leaves) this.#set(0, index, leaf);
    let touched = new Set(leaves.keys());
    for (let level = 0; level < this.depth; level++) {
      const parents = new Set<number>();
      for (const position of touched) parents.add(Math.floor(position / arity));
      for (const parent of parents) this.#set(level + 1, parent, poseidon(this.#children(level, parent)));
      touched = parents;
    }
  }

  /** The siblings of a leaf: `depth` times three. Throws ProtocolError `OUT_OF_RANGE`. */
  path(index: number): bigint[][] {
    this.#assertIndex(index);
    return Array.from({ length: this.depth }, (_, level) => {
      const position = Math.floor(index / arity ** level);
      const siblings = this.#children(level, Math.floor(position / arity));
      siblings.splice(position % arity, 1);
      return siblings;
    });
  }

  /** Another tree with the same leaves: changing one leaves the other alone. Takes time and space for all of it. */
  copy(): StateTree {
    const tree = new StateTree(this.depth);
    this.#levels.forEach((nodes, level) => {
      for (const [position, value] of nodes) tree.#set(level, position, value);
    });
    return tree;
  }

  #children(level: number, parent: number): bigint[] {
    return Array.from({ length: arity }, (_, child) => this.#node(level, arity * parent + child));
  }

  #node(level: number, position: number): bigint {
    return this.#levels[level]?.get(position) ?? this.#empty[level] ?? 0n;
  }

  #set(level: number, position: number, value: bigint): void {
    if (value === this.#empty[level]) this.#levels[level]?.delete(position);
    else this.#levels[level]?.set(position, value);
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
