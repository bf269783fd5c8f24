// Reader of circom's .wtns files (https://github.com/iden3/snarkjs, wtns_utils.js): section 1 has the field, section 2
// the values of all wires, plain and little-endian.

import { fieldOrder } from "../../protocol/field.ts";
import { BinaryFile, firstNotBelow, readWord, viewOf } from "./binary-file.ts";

const format = {
  magic: "wtns",
  version: 2,
  remedy: "calculate the witness again, with the circuit's program",
} as const;

const headerBytes = 4 + 32 + 4;

/**
 * The values of a witness, 32 bytes a wire.
 *
 * @param bytes A .wtns file.
 * @throws Groth16WitnessError if it is none over the scalar field of BN254, or a value is not canonical, or the first
 * wire is not the constant one.
 */
export function readWitnessFile(bytes: Uint8Array): Uint8Array {
  const file = new BinaryFile(bytes, format);
  const header = viewOf(file.section(1, "header", headerBytes));
  const elementBytes = header.getUint32(0, true);
  if (elementBytes !== 32 || readWord(header, 4) !== fieldOrder) {
    throw file.malformed("it is over another field", {
      expected: `BN254's scalars, order ${fieldOrder}`,
      given: elementBytes === 32 ? readWord(header, 4) : `elements of ${elementBytes} bytes`,
    });
  }
  const wires = header.getUint32(36, true);
  const values = file.section(2, "values", 32 * wires);
  const wrong = firstNotBelow(values, fieldOrder);
  if (wrong !== undefined) {
    throw file.malformed("a value is not canonical", {
      wire: wrong,
      limit: fieldOrder,
      given: readWord(viewOf(values), 32 * wrong),
    });
  }
  const first = wires === 0 ? undefined : readWord(viewOf(values), 0);
  if (first !== 1n) {
    throw file.malformed("its first wire is not the constant one", {
      expected: 1,
      given: first ?? "no wires",
    });
  }
  return values;
}
