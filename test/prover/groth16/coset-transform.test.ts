import { expect } from "chai";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { littleEndian, rootOfUnity } from "../../../plugin/prover/curve/bn254.ts";
import { CosetTransform } from "../../../plugin/prover/groth16/coset-transform.ts";
import { representations } from "../curve/representations.ts";
import { ReferenceTransform } from "./reference-transform.ts";
import { ScalarInstance } from "./scalar-instance.ts";

/** A number of each kind; reproducible. */
const fills: readonly (readonly [name: string, value: (index: number) => bigint])[] = [
  [
    "random values",
    (index) => (BigInt(index + 1) ** 5n * 0x9e3779b97f4a7c15f39cc0605cedc834n ** 2n) % fieldOrder,
  ],
  ["zeros", () => 0n],
  ["ones", () => 1n],
  ["r − 1", () => fieldOrder - 1n],
  ["equal values", () => 2n ** 253n - 12345n],
  ["0 and r − 1 in turns", (index) => (index % 2 === 0 ? 0n : fieldOrder - 1n)],
  ["a single one", (index) => (index === 0 ? 1n : 0n)],
];

describe("CosetTransform", () => {
  let reference: ReferenceTransform;
  before(async () => {
    reference = await ReferenceTransform.load();
  });

  /** What snarkjs does, as plain numbers. */
  async function expected(values: readonly bigint[]): Promise<Uint8Array> {
    return await reference.plain(await reference.run(await reference.elements(values)));
  }

  /** The same by the prover: f·1 − 0, combined with the constants 1 and 0. */
  function actual(instance: ScalarInstance, values: readonly bigint[], power: number): Uint8Array {
    const { field, call, memory } = instance;
    const count = values.length;
    const transform = new CosetTransform(call, field, {
      power,
      twiddles: instance.allocate(CosetTransform.twiddleBytes(field, power)),
      constants: instance.allocate(CosetTransform.constantBytes(field)),
    });
    transform.fillTables(memory);
    const a = instance.storeVector(values);
    const b = instance.storeVector(values.map(() => 1n));
    const c = instance.storeVector(values.map(() => 0n));
    transform.run(a);
    transform.run(b);
    transform.run(c);
    const output = instance.allocate(32 * count);
    call.combine(a, b, c, transform.combineFactors, output, output + 16 * count, count / 2);
    return memory.slice(output, output + 32 * count);
  }

  for (const [name, { make, isThere }] of Object.entries(representations)) {
    describe(`in ${name}`, () => {
      before(function () {
        if (!isThere) this.skip();
      });

      for (const [what, fill] of fills) {
        it(`takes ${what} to the odd points as snarkjs does, on small domains`, async () => {
          const instance = new ScalarInstance(make(fieldOrder), 2 ** 24);
          for (const power of [1, 2, 3, 5, 9]) {
            const values = Array.from({ length: 2 ** power }, (_, index) => fill(index));
            const result = actual(instance, values, power);
            expect(Buffer.compare(result, await expected(values)), `2^${power}`).to.equal(0);
          }
        });
      }

      it("does so on a domain that is larger than the processor's cache", async () => {
        const power = 15;
        const values = Array.from({ length: 2 ** power }, (_, index) => (fills[0]?.[1] ?? BigInt)(index));
        const result = actual(new ScalarInstance(make(fieldOrder), 2 ** 25), values, power);
        expect(Buffer.compare(result, await expected(values))).to.equal(0);
      });

      it("gives A·B − C at the odd points, where X^n − 1 is −2, for a satisfied circuit's quotient", () => {
        // A = x, B = x on the domain, and so A·B − C with C = A·B there is x² − C(x), a multiple of X^n − 1.
        const power = 2;
        const instance = new ScalarInstance(make(fieldOrder), 2 ** 20);
        const { field, call, memory } = instance;
        const transform = new CosetTransform(call, field, {
          power,
          twiddles: instance.allocate(CosetTransform.twiddleBytes(field, power)),
          constants: instance.allocate(CosetTransform.constantBytes(field)),
        });
        transform.fillTables(memory);
        const root = rootOfUnity(power);
        const points = [1n, root, (root * root) % fieldOrder, (root * root * root) % fieldOrder];
        // x³ takes the product x⁶ = x² mod X⁴ − 1 over the end.
        const cubes = points.map((x) => (x * x * x) % fieldOrder);
        const [a, b] = [instance.storeVector(cubes), instance.storeVector(cubes)];
        const c = instance.storeVector([0n, 0n, 0n, 0n]);
        call.multiply(a, b, c, 2);
        expect(instance.loadVector(c, 4)).to.deep.equal(cubes.map((x) => (x * x) % fieldOrder));
        for (const vector of [a, b, c]) transform.run(vector);
        const output = instance.allocate(128);
        call.combine(a, b, c, transform.combineFactors, output, output + 64, 2);
        const odd = rootOfUnity(power + 1);
        points.forEach((point, index) => {
          const x = (odd * point) % fieldOrder;
          const squared = (x * x) % fieldOrder;
          const sixth = (((squared * squared) % fieldOrder) * squared) % fieldOrder;
          const value = (((sixth - squared) % fieldOrder) + fieldOrder) % fieldOrder;
          expect(
            Buffer.compare(memory.slice(output + 32 * index, output + 32 * index + 32), littleEndian(value)),
          ).to.equal(0);
          expect(value).to.equal((((-2n * squared) % fieldOrder) + fieldOrder) % fieldOrder);
        });
      });
    });
  }
});
