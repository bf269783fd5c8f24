// Points of a key as multiplications take them: without those at infinity, of which the B sections have many (wires that
// are in no row of B), and with equal and opposite ones put together. Wires whose only row and factor are the same have
// the same point, and often the same value, so that a multiplication would meet them side by side over and over, where
// the fast formula for additions fails.

import { coordinateOrder } from "../curve/bn254.ts";
import { readWord, viewOf } from "./binary-file.ts";

/** Which points are taken, and with which scalars. */
export interface DistinctPoints {
  /** Numbers of the points. */
  readonly points: Uint32Array<ArrayBuffer>;
  /** Those that stand for others too, which have the same point or its opposite: their scalars are added up. */
  readonly groups: readonly PointGroup[];
}

export interface PointGroup {
  /** Place in `points`. */
  readonly place: number;
  /** Numbers of all points of the group. */
  readonly members: readonly number[];
  /** Whether each is the opposite of the first. */
  readonly opposite: readonly boolean[];
}

/**
 * @param merge Whether equal and opposite points are put together.
 * @returns undefined if all points are taken as they are
 */
export function distinctPoints(
  points: Uint8Array,
  pointBytes: number,
  merge: boolean,
): DistinctPoints | undefined {
  const count = points.length / pointBytes;
  const words = aligned(points);
  const size = pointBytes / 4;
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 1)) - 1;
  /** Place + 1 in `taken`; 0 is free. */
  const slots = new Uint32Array(mask + 1);
  const taken = new Uint32Array(count);
  const groups = new Map<number, { place: number; members: number[]; opposite: boolean[] }>();
  let places = 0;
  for (let point = 0; point < count; point++) {
    const start = point * size;
    if (isInfinity(words, start, size)) continue;
    // Coordinates are as good as random.
    let slot = ((words[start] as number) ^ Math.imul(words[start + 1] as number, 0x9e3779b1)) & mask;
    let place = -1;
    for (; merge && slots[slot] !== 0; slot = (slot + 1) & mask) {
      const other = (slots[slot] as number) - 1;
      const first = taken[other] as number;
      if (!sameWords(words, start, first * size, size / 2)) continue;
      const equal = sameWords(words, start + size / 2, first * size + size / 2, size / 2);
      if (!equal && !areOpposite(points, point * pointBytes, first * pointBytes, pointBytes)) continue;
      place = other;
      const group = groups.get(place) ?? { place, members: [first], opposite: [false] };
      groups.set(place, group);
      group.members.push(point);
      group.opposite.push(!equal);
      break;
    }
    if (place >= 0) continue;
    taken[places] = point;
    places++;
    slots[slot] = places;
  }
  if (places === count) return undefined;
  return { points: taken.slice(0, places), groups: [...groups.values()] };
}

/** As 32-bit words. */
function aligned(bytes: Uint8Array): Uint32Array {
  const view = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(view.buffer, view.byteOffset, view.length / 4);
}

function isInfinity(words: Uint32Array, start: number, size: number): boolean {
  for (let index = start; index < start + size; index++) if (words[index] !== 0) return false;
  return true;
}

function sameWords(words: Uint32Array, left: number, right: number, count: number): boolean {
  for (let index = 0; index < count; index++) if (words[left + index] !== words[right + index]) return false;
  return true;
}

/** Of points with the same x. */
function areOpposite(points: Uint8Array, left: number, right: number, pointBytes: number): boolean {
  const view = viewOf(points);
  for (let offset = pointBytes / 2; offset < pointBytes; offset += 32) {
    const sum = readWord(view, left + offset) + readWord(view, right + offset);
    if (sum !== 0n && sum !== coordinateOrder) return false;
  }
  return true;
}
