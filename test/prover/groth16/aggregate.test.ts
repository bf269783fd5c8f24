import { bn254 } from "@noble/curves/bn254.js";
import { expect } from "chai";
import { Contract, ContractFactory, type Signer } from "ethers";
import { network } from "hardhat";
import { calldataGas, transactionGas } from "../../../bench/gas/intrinsic.ts";
import { verificationGas } from "../../../plugin/operator/systems/verification-gas.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { coordinateOrder } from "../../../plugin/prover/curve/bn254.ts";
import {
  decodeProof,
  encodeProof,
  type G1Point,
  type Groth16Proof,
} from "../../../plugin/prover/groth16/proof.ts";
import {
  parseVerificationKey,
  type VerificationKey,
} from "../../../plugin/prover/groth16/verification-key.ts";
import { verifierSource } from "../../../plugin/prover/groth16/verifier-source.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../../plugin/prover/keys/development-key.ts";
import { prove } from "../../../plugin/prover/prove.ts";
import { compileSource } from "../../../plugin/settlement/contract-code.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { expectSnapshot } from "../../report/snapshot.ts";
import { compileSmallCircuit, smallWitness } from "../small-circuit.ts";

const { G1 } = bn254;
type Inputs = readonly bigint[];

describe("verifyAll of a Groth16 verifier", () => {
  const scratch = scratchFolder();
  const proofs: string[] = [];
  const inputs: Inputs[] = [];
  let key: DevelopmentKey;
  let verifier: Contract;
  let close: () => Promise<void>;

  before(async () => {
    const circuit = await compileSmallCircuit(scratch());
    key = await ensureDevelopmentKey({ r1csPath: circuit.r1csPath, name: "small", outputFolder: scratch() });
    for (const b of [4n, 5n, 6n]) {
      const proven = await prove({ key, witness: await smallWitness(circuit, 3n, b) });
      proofs.push(proven.proof);
      inputs.push(proven.publicSignals);
    }
    const connection = await network.create();
    close = () => connection.close();
    const [signer] = await connection.ethers.getSigners();
    const { creation } = await compileSource(await verifierSource(key, "SmallVerifier"));
    const abi = [
      "function verify(bytes, uint256[3]) view returns (bool)",
      "function verifyAll(bytes[], uint256[3][]) view returns (bool)",
    ];
    const deployed = await new ContractFactory(abi, creation, signer).deploy();
    verifier = new Contract(deployed.target, abi, signer);
  });
  after(() => close());

  const verifyAll = (given: readonly string[], to: readonly Inputs[] = inputs): Promise<boolean> =>
    verifier.getFunction("verifyAll").staticCall(given, to);

  it("accepts any number of proofs, none included, in any order", async () => {
    for (const count of [0, 1, 2, 3]) {
      expect(await verifyAll(proofs.slice(0, count), inputs.slice(0, count)), `${count}`).to.equal(true);
    }
    expect(await verifyAll(proofs.toReversed(), inputs.toReversed())).to.equal(true);
    expect(await verifyAll([...proofs, ...proofs], [...inputs, ...inputs])).to.equal(true);
  });

  it("takes as much gas as ever, which no batch changes", async () => {
    const signer = verifier.runner as Signer;
    const gasOfAll = async (count: number): Promise<number> => {
      const given = Array.from({ length: count }, (_, index) => index % proofs.length);
      const data = verifier.interface.encodeFunctionData("verifyAll", [
        given.map((index) => proofs[index]),
        given.map((index) => inputs[index]),
      ]);
      const receipt = await (await signer.sendTransaction({ to: verifier.target, data })).wait();
      return Number(receipt?.gasUsed) - transactionGas - calldataGas(data).gas;
    };
    const [proof, signals] = [proofs[0] as string, inputs[0] as [bigint, bigint, bigint]];
    expectSnapshot("gas of verification", {
      "a proof": Number(await verificationGas(signer, String(verifier.target), proof, signals)),
      "2 proofs at once": await gasOfAll(2),
      "8 proofs at once": await gasOfAll(8),
    });
  });

  it("refuses a set with one proof for other inputs, wherever it stands", async () => {
    for (let position = 0; position < 3; position++) {
      for (let index = 0; index < 3; index++) {
        const own = inputs[position] as Inputs;
        const changed = inputs.with(position, own.with(index, (own[index] as bigint) ^ 1n));
        expect(await verifyAll(proofs, changed)).to.equal(false);
        const same = inputs.with(position, own.with(index, (own[index] as bigint) + fieldOrder));
        expect(await verifyAll(proofs, same), "not canonical").to.equal(false);
      }
    }
    expect(await verifyAll(proofs, inputs.toReversed()), "swapped").to.equal(false);
    expect(await verifyAll(proofs, inputs.slice(1)), "one input less").to.equal(false);
    expect(await verifyAll(proofs.slice(1), inputs), "one proof less").to.equal(false);
  });

  it("refuses, without reverting, a set with one that is no proof, wherever it stands", async () => {
    for (let position = 0; position < 3; position++) {
      const proof = proofs[position] as string;
      const wrong = [
        "0x",
        proof.slice(0, -2),
        `${proof}00`,
        `0x${"00".repeat(256)}`,
        `0x${"ff".repeat(256)}`,
      ];
      for (let word = 0; word < 8; word++) {
        const present = BigInt(`0x${proof.slice(2 + 64 * word, 66 + 64 * word)}`);
        for (const other of [0n, present ^ 1n, present + coordinateOrder]) {
          wrong.push(
            `${proof.slice(0, 2 + 64 * word)}${other.toString(16).padStart(64, "0")}${proof.slice(66 + 64 * word)}`,
          );
        }
      }
      for (const given of wrong) expect(await verifyAll(proofs.with(position, given)), given).to.equal(false);
    }
  });

  it("refuses two forged proofs whose errors cancel", async () => {
    const [first, second, third] = proofs.map(decodeProof) as [Groth16Proof, Groth16Proof, Groth16Proof];
    const error = G1.Point.BASE.multiply(123_456_789n);
    const forged = [
      { ...first, c: affine(point(first.c).add(error)) },
      { ...second, c: affine(point(second.c).subtract(error)) },
      third,
    ];
    // They would pass if all coefficients were 1: then the product over all of them is what the verifier compares.
    expect(sumHolds(parseVerificationKey(key.verificationKey), forged, inputs)).to.equal(true);
    const encoded = forged.map(encodeProof);
    for (const position of [0, 1]) {
      expect(await verifier.getFunction("verify").staticCall(encoded[position], inputs[position])).to.equal(
        false,
      );
    }
    expect(await verifyAll(encoded)).to.equal(false);
    expect(await verifyAll(encoded.slice(0, 2), inputs.slice(0, 2))).to.equal(false);
  });

  it("refuses errors that cancel for the coefficients of another set: they depend on every proof and input", async () => {
    // Two copies of one forgery in each of which the other's place is taken: whatever is changed changes them all.
    const [first] = proofs.map(decodeProof) as [Groth16Proof];
    const error = G1.Point.BASE.multiply(5n);
    const plus = encodeProof({ ...first, c: affine(point(first.c).add(error)) });
    const minus = encodeProof({ ...first, c: affine(point(first.c).subtract(error)) });
    const same = inputs[0] as Inputs;
    for (const set of [
      [plus, minus],
      [minus, plus],
      [plus, minus, plus, minus],
    ]) {
      expect(
        await verifyAll(
          set,
          set.map(() => same),
        ),
      ).to.equal(false);
    }
  });

  it("costs at most 55,000 gas for a further proof", async () => {
    const gas = (count: number): Promise<bigint> =>
      verifier.getFunction("verifyAll").estimateGas(
        Array.from({ length: count }, (_, i) => proofs[i % 3]),
        Array.from({ length: count }, (_, i) => inputs[i % 3]),
      );
    const further = (await gas(9)) - (await gas(8));
    expect(further).to.be.at.most(55_000n);
  });
});

function point([x, y]: G1Point): InstanceType<typeof G1.Point> {
  return G1.Point.fromAffine({ x, y });
}

function affine(sum: InstanceType<typeof G1.Point>): G1Point {
  const { x, y } = sum.toAffine();
  return [x, y];
}

/** Whether the equations of the proofs, added up without coefficients, hold. */
function sumHolds(key: VerificationKey, given: readonly Groth16Proof[], to: readonly Inputs[]): boolean {
  const { Fp12 } = bn254.fields;
  const g2 = ([x, y]: VerificationKey["beta"]) =>
    bn254.G2.Point.fromAffine({ x: { c0: x[0], c1: x[1] }, y: { c0: y[0], c1: y[1] } });
  const pairs = given.flatMap(({ a, b, c }, position) => {
    const ic = (to[position] as Inputs).reduce(
      (sum, input, index) => sum.add(point(key.ic[index + 1] as G1Point).multiply(input)),
      point(key.ic[0] as G1Point),
    );
    return [
      { g1: point(a).negate(), g2: g2(b) },
      { g1: point(key.alpha), g2: g2(key.beta) },
      { g1: ic, g2: g2(key.gamma) },
      { g1: point(c), g2: g2(key.delta) },
    ];
  });
  return Fp12.eql(bn254.pairingBatch(pairs), Fp12.ONE);
}
