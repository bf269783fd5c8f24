import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { TestCircuit } from "../../plugin/testing/index.ts";
import { scratchFolder } from "../circuits/scratch-folder.ts";
import { failureOf } from "./failure-of.ts";

const sound = `pragma circom 2.2.0;
include "circomlib/circuits/comparators.circom";
template Sum() {
    signal input a;
    signal input b;
    signal output product;
    signal output isZero;
    product <== a * b;
    isZero <== IsZero()(a);
    assert(b != 7);
}
component main = Sum();
`;

// The bit is never constrained to be one.
const unsound = `pragma circom 2.2.0;
template Parity() {
    signal input value;
    signal output bit;
    signal half;
    bit <-- value & 1;
    half <-- value >> 1;
    value === 2 * half + bit;
}
component main = Parity();
`;

describe("Matchers of circuits", () => {
  const scratch = scratchFolder();
  let sum: TestCircuit;
  let parity: TestCircuit;

  before(async () => {
    await hre.network.create(); // brings the matchers for promises
    const compile = async (name: string, source: string, optimization: "O0" | "O1") => {
      const file = path.join(scratch(), `${name}.circom`);
      await writeFile(file, source);
      return await TestCircuit.compile(file, { cache: path.join(scratch(), "cache"), optimization });
    };
    sum = await compile("sum", sound, "O1");
    parity = await compile("parity", unsound, "O0");
  });

  describe("accept", () => {
    it("holds for inputs whose constraints hold, and for outputs", async () => {
      await expect(sum).to.accept({ a: 3, b: 4 });
      await expect(sum).to.accept({ a: 3, b: 4 }, { product: 12n, isZero: 0 });
      await expect(sum).to.accept({ a: 0n, b: "5" }, { isZero: 1 });
    });

    it("fails with both sides: other outputs, or what refuses the input", async () => {
      expect(await failureOf(expect(sum).to.accept({ a: 3, b: 4 }, { product: 13, isZero: 1 }))).to.equal(
        'Expected the circuit "sum" to accept the input with these outputs, but product is 12, not 13, isZero is 0, not 1',
      );
      expect(await failureOf(expect(sum).to.accept({ a: 3, b: 7 }))).to.match(
        /^Expected the circuit "sum" to accept the input, but it refuses it:\nAssertion failed\.[\s\S]*line: 10/,
      );
    });

    it("can be negated", async () => {
      await expect(sum).to.not.accept({ a: 3, b: 7 });
      await expect(sum).to.not.accept({ a: 3, b: 4 }, { product: 13 });
      expect(await failureOf(expect(sum).to.not.accept({ a: 3, b: 4 }))).to.match(
        /^Expected the circuit "sum" NOT to accept the input, but it satisfies all \d+ constraints$/,
      );
    });

    it("takes no mistake of the test for a refusal", async () => {
      await expect(expect(sum).to.not.accept({ a: 3 })).to.be.rejectedWith("Inputs are missing");
      await expect(expect(sum).to.not.accept({ a: 3, b: 4, c: 5 })).to.be.rejectedWith('no input "c"');
      await expect(expect(sum).to.not.accept({ a: 3, b: 4 }, { total: 1 })).to.be.rejectedWith(
        'has no signal "total"',
      );
      await expect(expect("sum").to.accept({ a: 3 })).to.be.rejectedWith(TypeError, "about circuits");
    });
  });

  describe("rejectWitness", () => {
    it("holds for what a cheating prover changes, and for inputs that are refused", async () => {
      await expect(sum).to.rejectWitness(sum.witness({ a: 3, b: 4 }, { product: 13 }));
      await expect(sum).to.rejectWitness(sum.witness({ a: 3, b: 4 }, { isZero: 1 }));
      await expect(sum).to.rejectWitness({ a: 3, b: 7 });
    });

    it("fails where nothing pins a signal: it finds circuits that are not sound", async () => {
      const witness = parity.witness({ value: 5 });
      expect([witness.signal("bit"), witness.signal("half")]).to.deep.equal([1n, 2n]);
      const forged = parity.witness({ value: 5 }, { bit: 3, half: 1 });
      expect(await failureOf(expect(parity).to.rejectWitness(forged))).to.match(
        /^Expected the circuit "parity" to reject the witness with another bit, half, but it satisfies all \d+ constraints$/,
      );
    });

    it("can be negated", async () => {
      await expect(sum).to.not.rejectWitness(sum.witness({ a: 3, b: 4 }));
      await expect(sum).to.not.rejectWitness({ a: 3, b: 4 });
      expect(
        await failureOf(expect(sum).to.not.rejectWitness(sum.witness({ a: 3, b: 4 }, { product: 13 }))),
      ).to.match(
        /^Expected the circuit "sum" NOT to reject the witness with another product, but it breaks constraint \d+/,
      );
    });

    it("says which signals there are, and which the compiler has removed", async () => {
      expect(() => sum.witness({ a: 3, b: 4 }, { nothing: 1 })).to.throw(
        /has no signal "nothing"\.\nsignals: .*product/,
      );
      const file = path.join(scratch(), "linear.circom");
      await writeFile(
        file,
        "pragma circom 2.2.0; template L() { signal input a; signal b; signal output c; b <== a + 1; c <== b * b; } component main = L();",
      );
      const linear = await TestCircuit.compile(file, {
        cache: path.join(scratch(), "cache"),
        optimization: "O2",
      });
      expect(() => linear.witness({ a: 3 }, { b: 1 })).to.throw(/has removed the signal "b"[\s\S]*"O0"/);
    });
  });
});
