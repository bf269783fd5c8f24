// Points of a key without those at infinity, of which the B sections have many: wires that are in no row of B.

/** The numbers of the points that are not at infinity; undefined if none is. */
export function finiteIndices(points: Uint8Array, pointBytes: number): Uint32Array<ArrayBuffer> | undefined {
  const count = points.length / pointBytes;
  const found = new Uint32Array(count);
  let finite = 0;
  for (let index = 0; index < count; index++) {
    if (isInfinity(points, index * pointBytes, pointBytes)) continue;
    found[finite] = index;
    finite++;
  }
  return finite === count ? undefined : found.slice(0, finite);
}

function isInfinity(points: Uint8Array, start: number, bytes: number): boolean {
  for (let index = start; index < start + bytes; index++) if (points[index] !== 0) return false;
  return true;
}
