import fc from "fast-check";
import { R1cs } from "../../../plugin/circuits/r1cs.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { littleEndian } from "../../../plugin/prover/curve/bn254.ts";
import { inverse } from "../../../plugin/prover/curve/field/vector-field.ts";
import { concatenate, uint32 } from "../../../plugin/prover/curve/section-file.ts";

/** Small constraints and a witness that satisfies them. */
export interface RandomCircuit {
  readonly r1cs: R1cs;
  /** One value a wire. */
  readonly values: readonly bigint[];
  readonly publicSignals: number;
}

type Terms = readonly (readonly [wire: number, factor: bigint])[];

interface Row {
  readonly a: Terms;
  readonly b: Terms;
  /** Besides the wire that the row defines. */
  readonly c: Terms;
  /** Of the wire that the row defines; 0: the row defines none, and its a is 0. */
  readonly factor: bigint;
}

/** 0, 1, −1 and other values that are handled differently come up often. */
export const elements: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    2n,
    fieldOrder - 1n,
    fieldOrder - 2n,
    2n ** 253n,
    2n ** 64n,
    (fieldOrder - 1n) / 2n,
  ),
  fc.bigInt({ min: 0n, max: fieldOrder - 1n }),
);

/** Wires are numbers that are taken modulo those which are there. */
const terms: fc.Arbitrary<Terms> = fc.array(fc.tuple(fc.nat(), elements), { maxLength: 4 });

const rows: fc.Arbitrary<Row> = fc.record({ a: terms, b: terms, c: terms, factor: elements });

/** Circuits of one to twenty constraints. */
export const randomCircuits: fc.Arbitrary<RandomCircuit> = fc
  .record({
    inputs: fc.array(elements, { maxLength: 6 }),
    publicInputs: fc.nat(),
    rows: fc.array(rows, { minLength: 1, maxLength: 20 }),
  })
  .map(({ inputs, publicInputs, rows }) => circuitOf(inputs, publicInputs % (inputs.length + 1), rows));

/** A circuit whose first wires are inputs, of which some are public, and whose rows define one wire each. */
export function circuitOf(
  inputs: readonly bigint[],
  publicSignals: number,
  rows: readonly Row[],
): RandomCircuit {
  const values = [1n, ...inputs];
  const known = (terms: Terms): Terms => terms.map(([wire, factor]) => [wire % values.length, factor]);
  const sum = (terms: Terms): bigint =>
    terms.reduce((total, [wire, factor]) => (total + factor * (values[wire] as bigint)) % fieldOrder, 0n);
  const constraints = rows.map((row) => {
    const [a, b, c] = [known(row.a), known(row.b), known(row.c)];
    if (row.factor === 0n) {
      // 0 · b = 0, with a cancelled term where there is one.
      const [first] = a;
      return { a: first === undefined ? [] : [first, [first[0], -first[1]] as const], b, c: [] };
    }
    const wire = values.length;
    const rest = (((sum(a) * sum(b) - sum(c)) % fieldOrder) + fieldOrder) % fieldOrder;
    values.push((rest * inverse(row.factor, fieldOrder)) % fieldOrder);
    return { a, b, c: [...c, [wire, row.factor] as const] };
  });
  const side = (list: Terms): Uint8Array[] => {
    const merged = new Map<number, bigint>();
    for (const [wire, factor] of list) merged.set(wire, (merged.get(wire) ?? 0n) + factor);
    return [
      uint32(merged.size),
      ...[...merged].flatMap(([wire, factor]) => [
        uint32(wire),
        littleEndian(((factor % fieldOrder) + fieldOrder) % fieldOrder),
      ]),
    ];
  };
  const content = concatenate(constraints.flatMap(({ a, b, c }) => [...side(a), ...side(b), ...side(c)]));
  return {
    r1cs: new R1cs(r1csFile(values.length, publicSignals, constraints.length, content)),
    values,
    publicSignals,
  };
}

function r1csFile(wires: number, publicInputs: number, constraints: number, content: Uint8Array): Uint8Array {
  const header = concatenate([
    uint32(32),
    littleEndian(fieldOrder),
    uint32(wires),
    uint32(0), // public outputs
    uint32(publicInputs),
    uint32(wires - 1 - publicInputs),
    new Uint8Array(8), // labels
    uint32(constraints),
  ]);
  return sectionFile("r1cs", 1, [header, content]);
}

/** A .wtns file. */
export function witnessFile(values: readonly bigint[]): Uint8Array {
  const header = concatenate([uint32(32), littleEndian(fieldOrder), uint32(values.length)]);
  return sectionFile("wtns", 2, [header, concatenate(values.map(littleEndian))]);
}

/** Sections get the types 1, 2, … */
export function sectionFile(magic: string, version: number, sections: readonly Uint8Array[]): Uint8Array {
  const section = (type: number, bytes: Uint8Array): Uint8Array[] => {
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);
    return [uint32(type), length, bytes];
  };
  return concatenate([
    new TextEncoder().encode(magic),
    uint32(version),
    uint32(sections.length),
    ...sections.flatMap((bytes, index) => section(index + 1, bytes)),
  ]);
}
