import { assertExitRow, type ExitRow } from "./batch-data.ts";
import { ProtocolError } from "./errors.ts";
import { wordHex, wordValue } from "./hex.ts";
import { keccakWords } from "./keccak.ts";
import { assertInteger } from "./range.ts";

// The keccak tree over a batch's exit rows, from which they are claimed on L1 (protocol sections 5 and 9). Leaves are
// hashed twice so that no node can be passed off as one.

const maxDepth = 32;

/** The depth of every exit tree of a rollup: `ceil(log2(E))` for the largest `E` of its shapes. */
export function exitTreeDepth(maxExits: number): number {
  assertInteger("The largest shape's exits", maxExits, 32);
  return maxExits <= 1 ? 0 : 32 - Math.clz32(maxExits - 1);
}

/**
 * `keccak256(keccak256(abi.encode(batchNumber, row, recipient, amount, asset)))`.
 *
 * @param row - Position among the batch's exits, from 0.
 * @returns `0x` and 64 digits
 * @throws ProtocolError `OUT_OF_RANGE`
 */
export function exitLeaf(batchNumber: number, row: number, exit: ExitRow): string {
  assertInteger("The batch number", batchNumber, 32);
  assertInteger("The exit's row", row, 32);
  assertExitRow(exit);
  const words = [BigInt(batchNumber), BigInt(row), exit.recipient, exit.amount, BigInt(exit.asset)];
  return wordHex(keccakWords([keccakWords(words)]));
}

/**
 * The root over `leaves`, the rest of the `2^depth` being the zero word. A batch without exits has the zero word
 * for its root, which is what the contract keeps for it.
 *
 * @throws ProtocolError `MALFORMED`, `OUT_OF_RANGE` for too many leaves
 */
export function exitTreeRoot(depth: number, leaves: readonly string[]): string {
  return wordHex(levels(depth, leaves)[depth]?.[0] ?? 0n);
}

/**
 * The `depth` siblings of a row, from the leaf up.
 *
 * @throws ProtocolError `MALFORMED`, `OUT_OF_RANGE` for too many leaves or a row without a leaf
 */
export function exitPath(depth: number, leaves: readonly string[], row: number): string[] {
  if (!Number.isSafeInteger(row) || row < 0 || row >= leaves.length) {
    throw new ProtocolError("OUT_OF_RANGE", "The batch has no such exit.", { exits: leaves.length, row });
  }
  const nodes = levels(depth, leaves);
  const zeros = zeroRoots(depth);
  return Array.from({ length: depth }, (_, level) => {
    const position = Math.floor(row / 2 ** level) ^ 1;
    return wordHex(nodes[level]?.[position] ?? zeros[level] ?? 0n);
  });
}

/**
 * Whether `leaf` is at `row` under `root`. False for a path that has not exactly `depth` siblings.
 *
 * @throws ProtocolError `MALFORMED` for words that are not 32 bytes
 */
export function verifyExitPath(
  depth: number,
  root: string,
  row: number,
  leaf: string,
  path: readonly string[],
): boolean {
  if (path.length !== depth || !Number.isSafeInteger(row) || row < 0 || row >= 2 ** depth) return false;
  const reached = path.reduce(
    (node, sibling, level) => {
      const other = wordValue("A sibling", sibling);
      return Math.floor(row / 2 ** level) % 2 === 0 ? keccakWords([node, other]) : keccakWords([other, node]);
    },
    wordValue("The leaf", leaf),
  );
  return reached === wordValue("The root", root);
}

/** All nodes that have a leaf below them, level by level. A node without one is that level's zero root. */
function levels(depth: number, leaves: readonly string[]): bigint[][] {
  if (!Number.isSafeInteger(depth) || depth < 0 || depth > maxDepth) {
    throw new ProtocolError("OUT_OF_RANGE", "The exit tree's depth is out of range.", {
      max: maxDepth,
      depth,
    });
  }
  if (leaves.length > 2 ** depth) {
    throw new ProtocolError("OUT_OF_RANGE", "There are more exits than leaves in the tree.", {
      leaves: 2 ** depth,
      exits: leaves.length,
    });
  }
  const zeros = zeroRoots(depth);
  let nodes = leaves.map((leaf) => wordValue("A leaf", leaf));
  const all = [nodes];
  for (let level = 0; level < depth; level++) {
    const zero = zeros[level] ?? 0n;
    const below = nodes;
    nodes = Array.from({ length: Math.ceil(below.length / 2) }, (_, position) =>
      keccakWords([below[2 * position] ?? zero, below[2 * position + 1] ?? zero]),
    );
    all.push(nodes);
  }
  return all;
}

/** The root of a tree of empty leaves, for every level from 0 to `depth`. */
function zeroRoots(depth: number): bigint[] {
  const roots = [0n];
  for (let level = 0; level < depth; level++) {
    const below = roots[level] ?? 0n;
    roots.push(keccakWords([below, below]));
  }
  return roots;
}
