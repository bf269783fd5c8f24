import { expect } from "chai";
import fc from "fast-check";
import { coordinateOrder } from "../../../plugin/prover/curve/bn254.ts";
import {
  coordinateVectors,
  type VectorFieldFunctions,
  vectorField,
  vectorFieldModule,
} from "../../../plugin/prover/curve/vector-field.ts";
import { instantiate } from "../../../plugin/prover/curve/webassembly/module-writer.ts";

const { elementBytes, pairBytes, radix: montgomeryRadix } = coordinateVectors;

const limbs = elementBytes / 8;
const half = 2 ** 50;
const lanes = [0, 1] as const;

describe("the field in vectors of doubles", () => {
  let field: VectorFieldFunctions;
  let doubles: Float64Array;
  let words: BigUint64Array;

  before(function () {
    const module = vectorFieldModule();
    if (module === undefined) {
      console.warn("NOT TESTED: this processor does not fuse multiplication and addition.");
      this.skip();
      return;
    }
    const memory = new WebAssembly.Memory({ initial: 1 });
    const constants = 2 ** 15;
    new Uint8Array(memory.buffer).set(module.constants, constants);
    field = vectorField(instantiate(module, memory, constants));
    doubles = new Float64Array(memory.buffer);
    words = new BigUint64Array(memory.buffer);
  });

  /** Limbs of both lanes of a component at an address. */
  function write(address: number, values: readonly [readonly number[], readonly number[]]): void {
    for (const lane of lanes) {
      values[lane].forEach((limb, index) => {
        doubles[address / 8 + 2 * index + lane] = limb;
      });
    }
  }
  function read(address: number, lane: 0 | 1): number[] {
    return Array.from({ length: limbs }, (_, index) => doubles[address / 8 + 2 * index + lane] as number);
  }

  // Differences of reduced elements: what the point additions multiply. The extremes are the first to be tried.
  const limb = fc.oneof(
    fc.constantFrom(-2 * half, 2 * half, 0, 2 * half - 1),
    fc.integer({ min: -half, max: half }).map((value) => 2 * value),
  );
  const topLimb = fc.integer({ min: -Math.floor(half / 1.4), max: Math.floor(half / 1.4) });
  const difference = fc.tuple(limb, limb, limb, limb, topLimb);
  const centred = fc.oneof(fc.constantFrom(-half, half), fc.integer({ min: -half, max: half }));
  const product = fc.tuple(centred, centred, centred, centred, topLimb);

  it("multiplies, within the bounds that additions rely on", () => {
    fc.assert(
      fc.property(product, difference, product, product, (a, b, c, d) => {
        write(0, [a, c]);
        write(pairBytes, [b, d]);
        field.mul1(0, pairBytes, 2 * pairBytes);
        for (const [lane, expected] of [
          [0, montgomery(sumOf(a) * sumOf(b))],
          [1, montgomery(sumOf(c) * sumOf(d))],
        ] as const) {
          const result = read(2 * pairBytes, lane);
          expect(mod(sumOf(result))).to.equal(expected);
          for (const each of result.slice(0, -1)) expect(each).to.be.within(-half, half - 1);
          expect(Math.abs(Number(sumOf(result)) / Number(coordinateOrder))).to.be.below(1.02 + 0.378 * 1.1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("multiplies in the quadratic extension, and reduces the result", () => {
    fc.assert(
      fc.property(difference, difference, difference, difference, (a, b, c, d) => {
        const size = 2 * pairBytes;
        write(0, [a, b]);
        write(pairBytes, [b, a]);
        write(size, [c, d]);
        write(size + pairBytes, [d, c]);
        field.mul2(0, size, 2 * size);
        const product = (x0: bigint, x1: bigint, y0: bigint, y1: bigint): bigint[] => [
          montgomery(x0 * y0 - x1 * y1),
          montgomery(x0 * y1 + x1 * y0),
        ];
        const [va, vb, vc, vd] = [a, b, c, d].map(sumOf) as [bigint, bigint, bigint, bigint];
        for (const [lane, expected] of [
          [0, product(va, vb, vc, vd)],
          [1, product(vb, va, vd, vc)],
        ] as const) {
          for (const component of [0, 1] as const) {
            const result = read(2 * size + component * pairBytes, lane);
            expect(mod(sumOf(result))).to.equal(expected[component]);
            for (const each of result) expect(Math.abs(each)).to.be.at.most(half);
            expect(Math.abs(Number(sumOf(result)) / Number(coordinateOrder))).to.be.below(0.51);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("takes in and gives out snarkjs' form of elements", () => {
    const element = fc.oneof(
      fc.constantFrom(0n, 1n, coordinateOrder - 1n, 2n ** 253n),
      fc.bigInt({ min: 0n, max: coordinateOrder - 1n }),
    );
    fc.assert(
      fc.property(element, element, (first, second) => {
        for (const [index, value] of [first, second].entries()) {
          for (let word = 0; word < 4; word++) words[4 * index + word] = value >> BigInt(64 * word);
        }
        field.unpack(0, 256, 2);
        for (const [index, value] of [first, second].entries()) {
          const stored = Array.from(doubles.subarray(32 + limbs * index, 32 + limbs * (index + 1)));
          // From R = 2^256 to R = 2^255.
          expect(mod(2n * sumOf(stored))).to.equal(value);
        }
        field.pack(256, 512, 2);
        expect(words.slice(64, 72)).to.deep.equal(words.slice(0, 8));
      }),
    );
  });
});

function sumOf(value: readonly number[]): bigint {
  return value.reduceRight((sum, limb) => sum * 2n ** 51n + BigInt(limb), 0n);
}

function mod(value: bigint): bigint {
  return ((value % coordinateOrder) + coordinateOrder) % coordinateOrder;
}

let inverseRadix: bigint | undefined;

/** A product over R. */
function montgomery(product: bigint): bigint {
  inverseRadix ??= power(montgomeryRadix, coordinateOrder - 2n);
  return mod(product * inverseRadix);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}
