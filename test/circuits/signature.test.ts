import { fileURLToPath } from "node:url";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import {
  type CircuitInput,
  calculateWitness,
  WitnessError,
} from "../../plugin/circuits/calculate-witness.ts";
import { type CompiledCircuit, compileCircuit } from "../../plugin/circuits/compile.ts";
import { checkWitness, R1cs } from "../../plugin/circuits/r1cs.ts";
import { isOnCurve, Point, subgroupOrder, timesCofactor } from "../../plugin/protocol/babyjubjub.ts";
import { type Signature, SigningKey, verifySignature } from "../../plugin/protocol/eddsa.ts";
import { fieldOrder, toField } from "../../plugin/protocol/field.ts";
import { Random } from "./random-batch.ts";

const circuitsFolder = fileURLToPath(new URL("../../circuits", import.meta.url));
const outputFolder = fileURLToPath(new URL("../../cache/rollup/test-circuits", import.meta.url));

async function compile(
  name: string,
  main: string,
  include = "signature.circom",
  optimization: "O1" | "O2" = "O2",
): Promise<{ circuit: CompiledCircuit; r1cs: R1cs }> {
  const circuit = await compileCircuit({
    source: `pragma circom 2.2.0;\ninclude "${include}";\ncomponent main = ${main};\n`,
    name,
    includePaths: [circuitsFolder],
    outputFolder,
    optimization,
  });
  return { circuit, r1cs: await R1cs.read(circuit.r1csPath) };
}

type Compiled = Awaited<ReturnType<typeof compile>>;

/** Whether the inputs have a witness: the program finds one, and it satisfies the constraints. */
async function accepts({ circuit, r1cs }: Compiled, input: CircuitInput): Promise<boolean> {
  try {
    const { values } = await calculateWitness(circuit.wasmPath, input);
    return checkWitness(r1cs, values) === undefined;
  } catch (error) {
    if (error instanceof WitnessError) return false;
    throw error;
  }
}

function randomElement(random: Random): bigint {
  return toField(
    Array.from({ length: 9 }, () => BigInt(random.below(2 ** 31))).reduce((a, b) => (a << 31n) + b),
  );
}

function randomSeed(random: Random): Uint8Array {
  return Uint8Array.from({ length: 32 }, () => random.below(256));
}

describe("VerifySignature", () => {
  let ours: Compiled;
  let reference: Compiled;
  const random = new Random(20);
  const key = SigningKey.fromSeed(randomSeed(random));
  const message = randomElement(random);
  const signature = key.sign(message);

  before(async () => {
    ours = await compile("verify-signature", "VerifySignature()");
    reference = await compile(
      "circomlib-signature",
      "EdDSAPoseidonVerifier()",
      "circomlib/circuits/eddsaposeidon.circom",
    );
  });

  function verify(publicKey: { ax: bigint; ay: bigint }, hash: bigint, signed: Signature, enabled = 1) {
    const { ax, ay } = publicKey;
    const { r8x, r8y, s } = signed;
    return accepts(ours, {
      enabled,
      ax,
      ay,
      hash,
      "signature.r8x": r8x,
      "signature.r8y": r8y,
      "signature.s": s,
    });
  }

  function verifyByCircomlib(
    { ax, ay }: { ax: bigint; ay: bigint },
    hash: bigint,
    { r8x, r8y, s }: Signature,
  ) {
    return accepts(reference, { enabled: 1, Ax: ax, Ay: ay, S: s, R8x: r8x, R8y: r8y, M: hash });
  }

  /** What circomlib's circuit, ours and TypeScript say, which is the same. */
  async function verdict(publicKey: { ax: bigint; ay: bigint }, hash: bigint, signed: Signature) {
    const verdicts = [
      await verify(publicKey, hash, signed),
      await verifyByCircomlib(publicKey, hash, signed),
      verifySignature(publicKey, hash, signed),
    ];
    expect(new Set(verdicts).size, verdicts.join(", ")).to.equal(1);
    return verdicts[0];
  }

  it("takes 3,122 constraints, circomlib's 4,217", () => {
    expect(ours.circuit.constraints).to.equal(3_122);
    expect(reference.circuit.constraints).to.equal(4_217);
  });

  it("accepts signatures of random keys and messages, as circomlib and TypeScript do", async () => {
    for (let i = 0; i < 12; i++) {
      const key = SigningKey.fromSeed(randomSeed(random));
      const message = i === 0 ? 0n : i === 1 ? fieldOrder - 1n : randomElement(random);
      expect(await verdict(key.publicKey, message, key.sign(message))).to.equal(true);
    }
  });

  it("accepts a key with a component of small order, whose owner can sign", async () => {
    // (x, y) + (0, -1) = (-x, -y): 8 A is the same, the hash is not, so sign by hand with the known scalar.
    const secret = 123456789n;
    const { x, y } = Point.BASE.multiply(secret).toAffine();
    const shifted = { ax: toField(-x), ay: toField(-y) };
    expect(isOnCurve(shifted)).to.equal(true);
    const { poseidon } = await import("../../plugin/protocol/poseidon.ts");
    const nonce = 987654321n;
    const { x: r8x, y: r8y } = Point.BASE.multiply(nonce).toAffine();
    const h = poseidon([r8x, r8y, shifted.ax, shifted.ay, message]);
    const s = (nonce + 8n * h * secret) % subgroupOrder;
    expect(await verdict(shifted, message, { r8x, r8y, s })).to.equal(true);
  });

  it("refuses another message, key, R8 or S", async () => {
    const other = SigningKey.fromSeed(randomSeed(random));
    expect(await verdict(key.publicKey, toField(message + 1n), signature)).to.equal(false);
    expect(await verdict(other.publicKey, message, signature)).to.equal(false);
    expect(await verdict(key.publicKey, message, { ...signature, s: signature.s + 1n })).to.equal(false);
    const { x: r8x, y: r8y } = Point.BASE.toAffine();
    expect(await verdict(key.publicKey, message, { ...signature, r8x, r8y })).to.equal(false);
  });

  it("refuses S plus the subgroup order", async () => {
    expect(await verdict(key.publicKey, message, { ...signature, s: signature.s + subgroupOrder })).to.equal(
      false,
    );
  });

  it("refuses R8 off the curve, enabled or not", async () => {
    const off = { ...signature, r8x: toField(signature.r8x + 1n) };
    expect(await verify(key.publicKey, message, off)).to.equal(false);
    expect(await verify(key.publicKey, message, off, 0)).to.equal(false);
  });

  it("refuses keys of small order where enabled, though anybody could sign for them", async () => {
    // R8 = S B8 and 8 A the identity satisfy the equation for every message.
    const { x: r8x, y: r8y } = Point.BASE.multiply(5n).toAffine();
    for (const small of [
      { ax: 0n, ay: 1n },
      { ax: 0n, ay: fieldOrder - 1n },
    ]) {
      expect(await verify(small, message, { r8x, r8y, s: 5n })).to.equal(false);
    }
  });

  it("accepts anything that can be computed with where it is not enabled", async () => {
    const { x: ax, y: ay } = Point.BASE.toAffine();
    expect(await verify({ ax, ay }, message, { r8x: 0n, r8y: 1n, s: 0n }, 0)).to.equal(true);
    expect(await verify({ ax, ay }, message, { r8x: 0n, r8y: 1n, s: 0n }, 1)).to.equal(false);
  });

  it("starts its ladder at a point with no known relation to the base point", () => {
    const label = "hardhat-rollup: start of the double-and-add ladder";
    const candidates = Array.from({ length: 20 }, (_, i) => {
      const digest = keccak_256(new TextEncoder().encode(`${label} ${i}`));
      const y = toField(BigInt(`0x${Buffer.from(digest).toString("hex")}`));
      return pointWithOrdinate(y);
    });
    const point = candidates.find((candidate) => candidate !== undefined);
    if (point === undefined) throw new Error("No candidate is on the curve.");
    const start = timesCofactor(Point.fromAffine(point));
    const u = toField((1n + start.y) * inverse(toField(1n - start.y)));
    expect(u).to.equal(4934289177017992665648221784109695416890033399095628004356660775276034092302n);
    expect(toField(u * inverse(start.x))).to.equal(
      8059877431607640843065498676868514693291945824800556806579048903497088961243n,
    );
    let end = start;
    for (let i = 0; i < 254; i++) end = end.double();
    expect(end.negate().toAffine()).to.deep.equal({
      x: 20165709110551351024354317709750005294272158993067987423878854232513672103220n,
      y: 17607693232003306508242194284963422769096114038727330464324298458555251361932n,
    });
  });
});

describe("BitsUpTo", () => {
  it("admits exactly the numbers up to its maximum, and only as bits", async () => {
    for (const max of [0, 5, 9, 10, 15]) {
      const { r1cs } = await compile(`bits-up-to-${max}`, `BitsUpTo(4, ${max})`, "signature.circom", "O1");
      for (let value = 0; value < 16; value++) {
        const bits = [0, 1, 2, 3].map((i) => BigInt((value >> i) & 1));
        expect(checkable(r1cs, [1n, ...bits, BigInt(value)], max), `${value} of ${max}`).to.equal(
          value <= max,
        );
        // The same sum with bits that are not bits.
        const [low = 0n, second = 0n, ...rest] = bits;
        const skewed = [1n, low + 2n, second - 1n, ...rest, BigInt(value)].map(toField);
        expect(checkable(r1cs, skewed, max), `skewed ${value} of ${max}`).to.equal(false);
      }
    }
  });

  /** Completes a witness (one, bits, value) with the products that say "equal so far", then checks it. */
  function checkable(r1cs: R1cs, known: bigint[], max: number): boolean {
    const products: bigint[] = [];
    let equal = 1n;
    for (let i = 3; i >= 0; i--) {
      if (((max >> i) & 1) === 1) {
        equal = toField(equal * (known[1 + i] ?? 0n));
        products.push(equal);
      }
    }
    // Wires are in the order of declaration: equal[0] first.
    return checkWitness(r1cs, [...known, ...products.reverse()]) === undefined;
  }
});

function pointWithOrdinate(y: bigint): { x: bigint; y: bigint } | undefined {
  const y2 = toField(y * y);
  const x2 = toField(toField(1n - y2) * inverse(toField(168700n - 168696n * y2)));
  const root = squareRoot(x2);
  if (root === undefined) return undefined;
  return { x: root > (fieldOrder - 1n) / 2n ? fieldOrder - root : root, y };
}

function inverse(value: bigint): bigint {
  return power(value, fieldOrder - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = toField(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = toField(result * square);
    square = toField(square * square);
  }
  return result;
}

/** Tonelli and Shanks. */
function squareRoot(value: bigint): bigint | undefined {
  if (power(value, (fieldOrder - 1n) / 2n) !== 1n) return undefined;
  let odd = fieldOrder - 1n;
  let twos = 0;
  while (odd % 2n === 0n) {
    odd /= 2n;
    twos++;
  }
  let nonResidue = 2n;
  while (power(nonResidue, (fieldOrder - 1n) / 2n) === 1n) nonResidue++;
  let c = power(nonResidue, odd);
  let t = power(value, odd);
  let root = power(value, (odd + 1n) / 2n);
  while (t !== 1n) {
    let i = 0;
    for (let u = t; u !== 1n; u = toField(u * u)) i++;
    let b = c;
    for (let k = 0; k < twos - i - 1; k++) b = toField(b * b);
    twos = i;
    c = toField(b * b);
    t = toField(t * c);
    root = toField(root * b);
  }
  return root;
}
