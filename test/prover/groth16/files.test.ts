import { expect } from "chai";
import type { R1cs } from "../../../plugin/circuits/r1cs.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { coordinateOrder, littleEndian } from "../../../plugin/prover/curve/bn254.ts";
import { concatenate, uint32 } from "../../../plugin/prover/curve/section-file.ts";
import { readKeyFile } from "../../../plugin/prover/groth16/key-file.ts";
import { Groth16ProverError, Groth16WitnessError } from "../../../plugin/prover/groth16/prover-error.ts";
import { readWitnessFile } from "../../../plugin/prover/groth16/witness-file.ts";
import { smallKeyMaker } from "./key-in-memory.ts";
import { circuitOf, sectionFile, witnessFile } from "./random-circuit.ts";

type Change = readonly [
  what: string,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
  expected: RegExp,
];

/** Changes a copy. */
function changed(bytes: Uint8Array, change: Change[1]): Uint8Array {
  const copy = bytes.slice();
  return change(copy) ?? copy;
}

function setWord(offset: number, value: number): Change[1] {
  return (bytes) => {
    new DataView(bytes.buffer).setUint32(offset, value, true);
    return undefined;
  };
}

describe("readWitnessFile", () => {
  const values = [1n, 0n, fieldOrder - 1n, 2n ** 200n];
  const file = witnessFile(values);
  const valuesOffset = 12 + 12 + 40 + 12;

  it("returns the values of a file", () => {
    expect(Buffer.compare(readWitnessFile(file), concatenate(values.map(littleEndian)))).to.equal(0);
  });

  const changes: Change[] = [
    ["is empty", () => new Uint8Array(), /does not begin as one\.[\s\S]*given: 0 bytes/],
    ["is another file", (bytes) => bytes.fill(0x7a, 0, 4), /does not begin as one[\s\S]*"zzzz"/],
    ["is of another version", setWord(4, 1), /another version[\s\S]*expected: 2[\s\S]*given: 1/],
    ["was cut short", (bytes) => bytes.slice(0, -1), /cut short[\s\S]*section: 2 of 2/],
    ["was cut short in a section's head", (bytes) => bytes.slice(0, 70), /cut short/],
    ["has bytes behind its sections", (bytes) => concatenate([bytes, new Uint8Array(1)]), /bytes follow/],
    ["has a section twice", setWord(12 + 12 + 40, 1), /a section twice/],
    ["has no values", setWord(12 + 12 + 40, 3), /has no values[\s\S]*section: 2/],
    ["is over another field", setWord(12 + 12 + 4, 3), /another field[\s\S]*expected: BN254/],
    ["has elements of another size", setWord(12 + 12, 48), /elements of 48 bytes/],
    ["has fewer values than it says", setWord(12 + 12 + 36, 5), /bytes expected: 160[\s\S]*given: 128/],
    [
      "has a value of r",
      (bytes) => void bytes.set(littleEndian(fieldOrder), valuesOffset + 32),
      /not canonical[\s\S]*wire: 1[\s\S]*given: 2188824287/,
    ],
    [
      "has a value of 2^256 − 1",
      (bytes) => void bytes.fill(255, valuesOffset + 96),
      /not canonical[\s\S]*wire: 3/,
    ],
    ["does not begin with 1", setWord(valuesOffset, 2), /constant one[\s\S]*given: 2/],
    [
      "has no wires",
      () =>
        sectionFile("wtns", 2, [
          concatenate([uint32(32), littleEndian(fieldOrder), uint32(0)]),
          new Uint8Array(),
        ]),
      /constant one[\s\S]*no wires/,
    ],
  ];
  for (const [what, change, expected] of changes) {
    it(`refuses a file that ${what}, and says so`, () => {
      expect(() => readWitnessFile(changed(file, change)))
        .to.throw(Groth16WitnessError, expected)
        .with.property("message")
        .that.includes("what to do: calculate the witness again");
    });
  }
});

describe("readKeyFile", () => {
  let zkey: Uint8Array;
  /** Of the content of each section. */
  const offsets = new Map<number, number>();

  before(async () => {
    // (x + 2)·(x + 1) = y and y·1 = z, with x public.
    const { r1cs }: { readonly r1cs: R1cs } = circuitOf([5n], 1, [
      {
        a: [
          [1, 1n],
          [0, 2n],
        ],
        b: [
          [1, 1n],
          [0, 1n],
        ],
        c: [],
        factor: 1n,
      },
      { a: [[2, 1n]], b: [[0, 1n]], c: [], factor: fieldOrder - 1n },
    ]);
    zkey = (await smallKeyMaker())(r1cs, "files");
    const view = new DataView(zkey.buffer);
    for (let position = 12; position < zkey.length; ) {
      offsets.set(view.getUint32(position, true), position + 12);
      position += 12 + Number(view.getBigUint64(position + 4, true));
    }
  });

  it("takes a key apart", () => {
    const key = readKeyFile(zkey);
    expect(key).to.include({ wires: 4, publicSignals: 1, power: 2 });
    // Three terms of each matrix, and one more of A for each public wire and the constant one.
    expect(key.entries.length).to.equal(44 * (3 + 3 + 2));
    expect(key.sections.h.length).to.equal(4 * 64);
    expect(key.sections.b2.length).to.equal(4 * 128);
  });

  const at = (section: number, offset: number): number => (offsets.get(section) as number) + offset;
  const changes: readonly (readonly [what: string, change: () => Change[1], expected: RegExp])[] = [
    [
      "is a witness",
      () => (bytes) => void bytes.set(new TextEncoder().encode("wtns")),
      /does not begin as one/,
    ],
    ["was cut short", () => (bytes) => bytes.slice(0, bytes.length - 200), /cut short/],
    ["is for PLONK", () => setWord(at(1, 0), 2), /another proof system[\s\S]*given: PLONK/],
    ["is over another curve", () => setWord(at(2, 4), 5), /another curve/],
    ["is over another scalar field", () => setWord(at(2, 40), 5), /another curve/],
    ["has a domain that is no power of two", () => setWord(at(2, 80), 5), /domain: 5/],
    ["has a domain of one row", () => setWord(at(2, 80), 1), /domain: 1/],
    ["has a domain of 2^28 rows", () => setWord(at(2, 80), 2 ** 28), /domain: 268435456/],
    ["has more public signals than wires", () => setWord(at(2, 76), 4), /public signals: 4/],
    [
      "is for more wires than it has points",
      () => setWord(at(2, 72), 5),
      /the length of its points A is wrong[\s\S]*bytes expected: 320/,
    ],
    [
      "has too few H points",
      () => setWord(at(2, 80), 8),
      /the length of its points H is wrong[\s\S]*bytes expected: 512/,
    ],
    ["has no B2 points", () => setWord(at(7, -12), 70), /has no points B2/],
    [
      "has more coefficients than it says",
      () => setWord(at(4, 0), 3),
      /the length of its coefficients is wrong/,
    ],
    [
      "has a coefficient of a third matrix",
      () => setWord(at(4, 4), 2),
      /coefficient: 0[\s\S]*matrix: 2, of 2/,
    ],
    ["has a coefficient of a row beyond the domain", () => setWord(at(4, 8), 4), /row: 4, of 4/],
    ["has a coefficient of a wire that there is not", () => setWord(at(4, 12), 4), /wire: 4, of 4/],
    [
      "has a coefficient of r",
      () => (bytes) => void bytes.set(littleEndian(fieldOrder), at(4, 16)),
      /value: not canonical/,
    ],
    [
      "has a coordinate of q",
      () => (bytes) => void bytes.set(littleEndian(coordinateOrder), at(5, 64)),
      /points A have a coordinate that is not canonical[\s\S]*coordinate: 2/,
    ],
    [
      "has such a coordinate in its header",
      () => (bytes) => void bytes.fill(255, at(2, 84), at(2, 84 + 32)),
      /points of the header have a coordinate/,
    ],
  ];
  for (const [what, change, expected] of changes) {
    it(`refuses a file that ${what}, and says so`, () => {
      expect(() => readKeyFile(changed(zkey, change())))
        .to.throw(Groth16ProverError, expected)
        .with.property("message")
        .that.includes("what to do: get the key again");
    });
  }

  it("finds a key with its bytes at any place of a larger buffer", () => {
    const shifted = new Uint8Array(zkey.length + 3);
    shifted.set(zkey, 3);
    expect(readKeyFile(shifted.subarray(3))).to.deep.equal(readKeyFile(zkey));
  });
});
