import type { R1cs } from "../../circuits/r1cs.ts";

/** Successive constraints as they are in the file. */
export interface RowRun {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** Bytes of a term: wire and factor. */
const termBytes = 4 + 32;

/** The constraints cut into runs of about `size` bytes, more only where a single constraint is longer. */
export function* rowRuns({ header, constraintBytes }: R1cs, size: number): Generator<RowRun> {
  const view = new DataView(constraintBytes.buffer, constraintBytes.byteOffset, constraintBytes.byteLength);
  let begin = 0;
  let end = 0;
  let rows = 0;
  for (let row = 0; row < header.constraints; row++) {
    let next = end;
    for (let matrix = 0; matrix < 3; matrix++) next += 4 + termBytes * view.getUint32(next, true);
    if (next - begin > size && rows > 0) {
      yield { bytes: constraintBytes.subarray(begin, end), rows };
      begin = end;
      rows = 0;
    }
    end = next;
    rows++;
  }
  if (rows > 0) yield { bytes: constraintBytes.subarray(begin, end), rows };
}
