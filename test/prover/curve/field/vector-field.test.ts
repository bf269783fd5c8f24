import { expect } from "chai";
import fc from "fast-check";
import { fieldOrder } from "../../../../plugin/protocol/field.ts";
import { coordinateOrder, littleEndian } from "../../../../plugin/prover/curve/bn254.ts";
import {
  packFunction,
  snarkjsRadix,
  unpackFunction,
} from "../../../../plugin/prover/curve/field/conversion.ts";
import {
  type Element,
  inverse,
  keep,
  type VectorField,
} from "../../../../plugin/prover/curve/field/vector-field.ts";
import type { FunctionWriter, Value } from "../../../../plugin/prover/curve/webassembly/function-writer.ts";
import { ModuleWriter } from "../../../../plugin/prover/curve/webassembly/module-writer.ts";
import { representations } from "../representations.ts";
import { type Limbs, PairMemory } from "./pair-memory.ts";

const moduli = { "the points' coordinates": coordinateOrder, scalars: fieldOrder };
const lanes = [0, 1] as const;
const runs = { numRuns: 1000 };

for (const [name, representation] of Object.entries(representations)) {
  for (const [use, modulus] of Object.entries(moduli)) {
    describe(`the field of ${use} in ${name}`, () => {
      let memory: PairMemory;
      let field: VectorField;

      before(function () {
        if (!representation.isThere) {
          console.warn("NOT TESTED: this processor does not fuse multiplication and addition.");
          this.skip();
        }
        field = representation.make(modulus);
        const module = new ModuleWriter();
        define(module, "mul", 2, (code, [a, b]) => field.sumOfProducts(code, [[a, b]]));
        define(module, "twoProducts", 4, (code, [a, b, c, d]) =>
          field.sumOfProducts(code, [
            [a, b],
            [c, d],
          ]),
        );
        define(module, "square", 1, (code, [a]) => field.square(code, a));
        define(module, "reduced", 1, (code, [a]) => field.reduced(code, a));
        define(module, "sub", 2, (code, [a, b]) => field.sub(code, a, b));
        define(module, "add", 2, (code, [a, b]) => field.add(code, a, b));
        define(module, "neg", 1, (code, [a]) => field.neg(code, a));
        define(module, "negatedFirst", 1, (code, [a]) =>
          field.negatedWhere(code, code.i64x2.of(code.long(-1n), code.long(0n)), a),
        );
        for (const [suffix, radix] of [
          ["Plain", 1n],
          ["Snarkjs", snarkjsRadix],
        ] as const) {
          unpackFunction(module, `unpack${suffix}`, field, radix);
          packFunction(module, `pack${suffix}`, field, radix);
        }
        memory = new PairMemory(representation, field, module.compile(false));
      });

      /** A function `name(inputs…, output)` of pairs. */
      function define(
        module: ModuleWriter,
        functionName: string,
        inputs: number,
        make: (code: FunctionWriter, elements: [Element, Element, Element, Element]) => Element,
      ): void {
        const code = module.function(functionName, inputs + 1);
        const addresses = code.parameters.map(({ get }) => get);
        const elements = addresses.slice(0, inputs).map((each) => keep(code, field.load(code, each, 0)));
        const result = make(code, elements as [Element, Element, Element, Element]);
        field.store(code, addresses[inputs] as Value, 0, result);
      }

      const { limbs, limbBits } = representation;
      const half = 2n ** BigInt(limbBits - 1);
      // Limbs of a difference of reduced elements, and of a product: the extremes are tried first.
      const limbOf = (largest: bigint): fc.Arbitrary<bigint> =>
        fc.oneof(
          fc.constantFrom(-largest, largest, 0n, 1n, -1n, largest - 1n),
          fc.bigInt({ min: -largest, max: largest }),
        );
      /** With a value of at most `multiple` times the modulus. */
      const element = (largest: bigint, multiple: number): fc.Arbitrary<Limbs> => {
        const top = BigInt(Math.floor((multiple * Number(modulus)) / 2 ** (limbBits * (limbs - 1)))) - 2n;
        const lower = Array.from({ length: limbs - 1 }, () => limbOf(largest));
        return fc.tuple(fc.tuple(...lower), limbOf(top)).map(([low, highest]) => [...low, highest]);
      };
      const difference = element(2n * half, 1);
      const product = element(half, 2);
      const reducedElement = element(half, 0.5);
      const mod = (value: bigint): bigint => ((value % modulus) + modulus) % modulus;

      /** Puts elements into both lanes, the lists' order reversed in the second one. */
      function call(functionName: string, elements: readonly Limbs[]): [bigint[], bigint[]] {
        elements.forEach((each, index) => {
          memory.write(index, 0, each);
          memory.write(index, 1, elements[elements.length - 1 - index] as Limbs);
        });
        const addresses = [...elements.keys(), elements.length].map((pair) => memory.at(pair));
        memory.exports[functionName]?.(...addresses);
        return [memory.read(elements.length, 0), memory.read(elements.length, 1)];
      }

      function expectProduct(result: Limbs, expected: bigint): void {
        expect(mod(memory.valueOf(result) * field.radix)).to.equal(mod(expected));
        for (const limb of result.slice(0, -1)) expect(limb >= -half && limb <= half).to.equal(true);
        const multiple = Math.abs(Number(memory.valueOf(result)) / Number(modulus));
        expect(multiple).to.be.below(representation.weighted ? 3.1 : 2.6);
      }

      it("multiplies, within the bounds that other code relies on", () => {
        fc.assert(
          fc.property(product, difference, (a, b) => {
            for (const result of call("mul", [a, b])) {
              expectProduct(result, memory.valueOf(a) * memory.valueOf(b));
            }
          }),
          runs,
        );
      });

      it("adds two products up in one reduction", () => {
        fc.assert(
          fc.property(difference, difference, difference, difference, (a, b, c, d) => {
            const [first, second] = call("twoProducts", [a, b, c, d]);
            const value = (each: Limbs): bigint => memory.valueOf(each);
            expectProduct(first, value(a) * value(b) + value(c) * value(d));
            expectProduct(second, value(d) * value(c) + value(b) * value(a));
          }),
          runs,
        );
      });

      it("squares", () => {
        fc.assert(
          fc.property(product, (a) => {
            for (const result of call("square", [a])) {
              expect(mod(memory.valueOf(result) * field.radix)).to.equal(mod(memory.valueOf(a) ** 2n));
            }
          }),
          runs,
        );
      });

      it("reduces the value and the limbs", () => {
        fc.assert(
          fc.property(element(3n * half, 3.9), (a) => {
            for (const result of call("reduced", [a])) {
              expect(mod(memory.valueOf(result))).to.equal(mod(memory.valueOf(a)));
              expect(Math.abs(Number(memory.valueOf(result)) / Number(modulus))).to.be.below(0.51);
              for (const limb of result) expect(limb >= -half && limb <= half).to.equal(true);
            }
          }),
          runs,
        );
      });

      it("adds, subtracts and negates limb by limb, in the lanes asked for", () => {
        fc.assert(
          fc.property(reducedElement, reducedElement, (a, b) => {
            const [x, y] = [memory.valueOf(a), memory.valueOf(b)];
            expect(call("add", [a, b]).map((each) => memory.valueOf(each))).to.deep.equal([x + y, x + y]);
            expect(call("sub", [a, b]).map((each) => memory.valueOf(each))).to.deep.equal([x - y, y - x]);
            expect(call("neg", [a]).map((each) => memory.valueOf(each))).to.deep.equal([-x, -x]);
            expect(call("negatedFirst", [a]).map((each) => memory.valueOf(each))).to.deep.equal([-x, x]);
          }),
        );
      });

      it("takes in and gives out numbers, plain and in snarkjs' form", () => {
        const edges = [0n, 1n, 2n, modulus - 1n, modulus - 2n, (modulus + 1n) / 2n, 2n ** 253n, 2n ** 128n];
        const number = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: modulus - 1n }));
        const space = 4096;
        fc.assert(
          fc.property(number, number, (first, second) => {
            for (const [suffix, radix] of [
              ["Plain", 1n],
              ["Snarkjs", snarkjsRadix],
            ] as const) {
              memory.bytes.set(Buffer.concat([littleEndian(first), littleEndian(second)]), 0);
              memory.exports[`unpack${suffix}`]?.(0, space, 2);
              [first, second].forEach((value, index) => {
                const expected = field.bytesOf((value * inverse(radix, modulus) * field.radix) % modulus);
                const from = space + index * field.elementBytes;
                const bytes = memory.bytes.slice(from, from + field.elementBytes);
                expect(numberOf(bytes), `${value}`).to.equal(numberOf(expected));
              });
              memory.exports[`pack${suffix}`]?.(space, 2 * space, 2);
              const back = memory.bytes.slice(2 * space, 2 * space + 64);
              expect(Buffer.from(back)).to.deep.equal(
                Buffer.concat([littleEndian(first), littleEndian(second)]),
              );
            }
          }),
        );
      });

      it("gives out the least number of products that are not reduced", () => {
        const space = 4096;
        fc.assert(
          fc.property(product, product, (a, b) => {
            for (const [index, limbsOf] of [a, b].entries()) {
              memory.write(0, lanes[index] as 0 | 1, limbsOf);
            }
            // From the lanes of a pair to two elements one after the other.
            for (const lane of lanes) {
              for (let limb = 0; limb < limbs; limb++) {
                const from = 16 * limb + 8 * lane;
                memory.bytes.copyWithin(space + lane * field.elementBytes + 8 * limb, from, from + 8);
              }
            }
            memory.exports.packPlain?.(space, 2 * space, 2);
            const radixInverse = inverse(field.radix % modulus, modulus);
            [a, b].forEach((limbsOf, index) => {
              const bytes = memory.bytes.slice(2 * space + 32 * index, 2 * space + 32 * (index + 1));
              const expected = mod(memory.valueOf(limbsOf) * radixInverse);
              expect(Buffer.from(bytes)).to.deep.equal(Buffer.from(littleEndian(expected)));
            });
          }),
        );
      });

      /** The number of an element in memory, mod m. */
      function numberOf(bytes: Uint8Array): bigint {
        const values = new Float64Array(bytes.slice().buffer);
        const weights = representation.weighted ? 0 : limbBits;
        return mod([...values].reduceRight((sum, limb) => sum * 2n ** BigInt(weights) + BigInt(limb), 0n));
      }
    });
  }
}
