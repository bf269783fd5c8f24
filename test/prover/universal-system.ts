// What holds for PLONK and FFLONK alike: their keys, proofs and verifiers, and what those refuse.

import { expect } from "chai";
import { Contract, ContractFactory } from "ethers";
import { network } from "hardhat";
import type { CompiledCircuit } from "../../plugin/circuits/compile.ts";
import { R1cs } from "../../plugin/circuits/r1cs.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { SectionFile } from "../../plugin/prover/ceremony/section-file.ts";
import { coordinateOrder } from "../../plugin/prover/curve/bn254.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../plugin/prover/keys/development-key.ts";
import type { ProofSystem, VerificationKeyJson } from "../../plugin/prover/proof-system.ts";
import { type ProofResult, prove } from "../../plugin/prover/prove.ts";
import { countGates } from "../../plugin/prover/universal/gates.ts";
import { formatProof, type ProofLayout } from "../../plugin/prover/universal/proof-layout.ts";
import { compileSource } from "../../plugin/settlement/contract-code.ts";
import { scratchFolder } from "../circuits/scratch-folder.ts";
import { compileSmallCircuit, programOf, smallInput } from "./small-circuit.ts";
import { endSnarkjsThreads } from "./snarkjs-threads.ts";

const verifierAbi = [
  "function verify(bytes proof, uint256[3] inputs) view returns (bool)",
  "function keyHash() view returns (bytes32)",
  "function isDevelopment() view returns (bool)",
  "error CurveNotAvailable()",
];

export interface UniversalSystemFacts {
  readonly system: ProofSystem;
  readonly layout: ProofLayout;
  /** snarkjs' own text of a contract call. */
  readonly callData: (proof: object, publicSignals: readonly string[]) => Promise<string>;
  /** Names in the verification key's JSON whose change has to change its hash. */
  readonly keyFields: readonly string[];
  /** Where the .zkey file's header has the number of gates. */
  readonly gatesOffset: number;
  readonly maxGas: bigint;
}

export function describeUniversalSystem(facts: UniversalSystemFacts): void {
  const { system, layout } = facts;

  describe(layout.title, () => {
    const scratch = scratchFolder();
    let circuit: CompiledCircuit;
    let key: DevelopmentKey;
    let proven: ProofResult;
    let words: bigint[];
    const steps: string[] = [];

    before(async () => {
      circuit = await compileSmallCircuit(scratch(), system.optimization);
      const r1csPath = circuit.r1csPath;
      const request = { r1csPath, name: "small", outputFolder: scratch(), system: system.name };
      key = await ensureDevelopmentKey(request);
      const witness = { program: programOf(circuit), input: smallInput(3n, 4n) };
      proven = await prove({ key, witness }, { onProgress: (step) => steps.push(step) });
      words = wordsOf(proven.proof);
    });
    after(endSnarkjsThreads);

    describe("key", () => {
      it("is one for development, by its name and its record, and is kept", async () => {
        expect(key.zkeyPath).to.match(new RegExp(`small\\.${system.name}\\.development\\.zkey$`));
        expect([key.system, key.development, key.rebuilt]).to.deep.equal([system.name, true, true]);
        const request = { r1csPath: circuit.r1csPath, name: "small", outputFolder: scratch() };
        const again = await ensureDevelopmentKey({ ...request, system: system.name });
        expect(again).to.deep.equal({ ...key, rebuilt: false, reason: "up to date" });
        const groth16 = await ensureDevelopmentKey(request);
        expect(groth16.zkeyPath).to.not.equal(key.zkeyPath);
      });

      it("has as many gates as counted beforehand", async () => {
        const file = await SectionFile.open(key.zkeyPath, "zkey");
        const header = await file.read(2).finally(() => file.close());
        expect(countGates(await R1cs.read(circuit.r1csPath))).to.equal(
          header.getUint32(facts.gatesOffset, true),
        );
      });

      it("has a hash that covers all that the verifier knows", () => {
        const { verificationKey } = key;
        const hashes = new Set([system.keyHash(verificationKey)]);
        expect([...hashes]).to.deep.equal([key.keyHash]);
        for (const name of facts.keyFields) {
          const changed = { ...verificationKey, [name]: otherValue(verificationKey, name) };
          hashes.add(system.keyHash(changed));
        }
        expect(hashes.size).to.equal(1 + facts.keyFields.length);
      });

      it("is refused unless every number in it is what it has to be", () => {
        const { verificationKey } = key;
        expect(system.parseVerificationKey(JSON.parse(JSON.stringify(verificationKey)))).to.deep.equal(
          verificationKey,
        );
        const wrong: unknown[] = [undefined, {}, { ...verificationKey, protocol: "groth16" }];
        for (const name of facts.keyFields) {
          wrong.push({ ...verificationKey, [name]: undefined }, { ...verificationKey, [name]: "-1" });
          wrong.push({ ...verificationKey, [name]: String(coordinateOrder) });
          wrong.push({ ...verificationKey, [name]: ["1", "1", "1"] });
        }
        for (const json of wrong) {
          expect(() => system.parseVerificationKey(json)).to.throw(
            new RegExp(`Not a valid ${layout.title} verification key`),
          );
        }
      });
    });

    describe("proof", () => {
      it("tells which round it is in", () => {
        expect(steps).to.include.members(["witness", "round 1 of 5", "round 5 of 5"]);
      });

      it("is encoded in the order of snarkjs' calldata", async () => {
        const signals = proven.publicSignals.map(String);
        const text = await facts.callData(formatProof(layout, words), signals);
        const given = (text.match(/0x[0-9a-f]{64}/g) ?? []).map(BigInt);
        expect(given).to.deep.equal([...words, ...proven.publicSignals]);
      });

      it("is refused in JSON that is not canonical", () => {
        const json = formatProof(layout, words);
        expect(system.encodeProof(json)).to.equal(proven.proof);
        const [point] = layout.points as [string];
        const [scalar] = layout.scalars as [string];
        const wrong: unknown[] = [
          undefined,
          {},
          { ...json, protocol: "groth16" },
          replaced(json, point, ["1", "2"]),
          replaced(json, point, ["1", "3", "1"]),
          replaced(json, point, [String(coordinateOrder + 1n), "2", "1"]),
          replaced(json, scalar, String(fieldOrder)),
          replaced(json, scalar, "-1"),
          replaced(json, scalar, undefined),
        ];
        for (const value of wrong) {
          expect(() => system.encodeProof(value)).to.throw(new RegExp(`Not a valid ${layout.title} proof`));
        }
      });

      it("is refused off chain once anything in it or in the statement is changed", async () => {
        const { publicSignals, proof } = proven;
        const verify = (signals: readonly bigint[], encoded: string): Promise<boolean> =>
          system.verify(key.verificationKey, signals, encoded);
        expect(await verify(publicSignals, proof)).to.equal(true);
        expect(await verify(publicSignals.with(1, 8n), proof)).to.equal(false);
        expect(await verify(publicSignals.with(1, 7n + fieldOrder), proof)).to.equal(false);
        expect(await verify(publicSignals.slice(1), proof)).to.equal(false);
        for (const wrong of malformed(proof)) expect(await verify(publicSignals, wrong)).to.equal(false);
        const last = words.length - 1;
        const changes = [
          words.with(last, (words[last] as bigint) ^ 1n),
          words.with(2 * layout.points.length, (words[2 * layout.points.length] as bigint) ^ 1n),
          words.with(1, coordinateOrder - (words[1] as bigint)),
          words.with(0, words[2] as bigint).with(1, words[3] as bigint),
        ];
        for (const change of changes) expect(await verify(publicSignals, encode(change))).to.equal(false);
      });
    });

    describe("verifier", () => {
      let verifier: Contract;
      let connection: Awaited<ReturnType<typeof network.create>>;
      const verify = (proof: string, inputs: readonly bigint[], gas = 5_000_000n): Promise<boolean> =>
        verifier.getFunction("verify").staticCall(proof, inputs, { gasLimit: gas });

      before(async () => {
        connection = await network.create();
        const [signer] = await connection.ethers.getSigners();
        const { creation } = await compileSource(await system.verifierSource(key, "SmallVerifier"));
        const deployed = await new ContractFactory([], creation, signer).deploy();
        verifier = new Contract(deployed.target, verifierAbi, signer);
      });
      after(() => connection.close());

      it("accepts a proof for its public inputs alone", async () => {
        const { proof, publicSignals } = proven;
        expect(await verify(proof, publicSignals)).to.equal(true);
        for (let index = 0; index < 3; index++) {
          const changed = publicSignals.with(index, (publicSignals[index] as bigint) ^ 1n);
          expect(await verify(proof, changed)).to.equal(false);
        }
      });

      it("refuses inputs that are not canonical before it looks at the proof", async () => {
        const { proof, publicSignals } = proven;
        for (let index = 0; index < 3; index++) {
          const inputs = publicSignals.with(index, (publicSignals[index] as bigint) + fieldOrder);
          expect(await verify(proof, inputs, 60_000n)).to.equal(false);
        }
      });

      it("refuses, without reverting, bytes that are no proof", async () => {
        for (const wrong of malformed(proven.proof)) {
          expect(await verify(wrong, proven.publicSignals), wrong).to.equal(false);
        }
      });

      it("refuses a proof with any word changed: no other encoding is accepted", async () => {
        for (let index = 0; index < words.length; index++) {
          const word = words[index] as bigint;
          const others = [0n, word ^ 1n, fieldOrder, coordinateOrder, 2n ** 256n - 1n];
          for (const other of [...others, word + fieldOrder, word + coordinateOrder]) {
            const changed = encode(words.with(index, other));
            expect(await verify(changed, proven.publicSignals), `word ${index}: ${other}`).to.equal(false);
          }
        }
      });

      it("refuses points that are negated, swapped, or at infinity", async () => {
        for (let point = 0; point < layout.points.length; point++) {
          const [x, y] = [2 * point, 2 * point + 1];
          const next = (x + 2) % (2 * layout.points.length);
          const changes = [
            words.with(y, coordinateOrder - (words[y] as bigint)),
            words.with(x, 0n).with(y, 0n),
            words.with(x, words[next] as bigint).with(y, words[next + 1] as bigint),
            words.with(x, 1n).with(y, 2n),
          ];
          for (const change of changes) {
            expect(await verify(encode(change), proven.publicSignals), `point ${point}`).to.equal(false);
          }
        }
      });

      it("answers within what a rollup's constructor allows it", async () => {
        const [noProof, noPoint] = [
          `0x${"01".padStart(64, "0")}${"00".repeat(224)}`,
          encode(words.with(0, 1n)),
        ];
        expect(await verify(noProof, [0n, 0n, 0n], 500_000n)).to.equal(false);
        expect(await verify(noPoint, [0n, 0n, 0n], 500_000n)).to.equal(false);
      });

      it("cannot be created where a precompiled contract of the curve is missing", async () => {
        const source = await system.verifierSource(key, "SmallVerifier");
        const [signer] = await connection.ethers.getSigners();
        for (const address of [6, 7, 8]) {
          const missing = source.replaceAll(`gas(), ${address},`, `gas(), ${address + 0x1000},`);
          expect(missing).to.not.equal(source);
          const { creation } = await compileSource(missing);
          const factory = new ContractFactory(verifierAbi, creation, signer);
          await expect(factory.deploy()).to.be.revertedWithCustomError(factory, "CurveNotAvailable");
        }
      });

      it("knows its key's hash, and that it is one for development", async () => {
        expect(await verifier.getFunction("keyHash")()).to.equal(key.keyHash);
        expect(await verifier.getFunction("isDevelopment")()).to.equal(true);
        const real = await system.verifierSource({ ...key, development: false }, "RealVerifier");
        expect(real).to.match(/isDevelopment\(\) external pure returns \(bool\) \{\s+return false;/);
      });

      it(`costs below ${facts.maxGas} gas`, async () => {
        const { proof, publicSignals } = proven;
        expect(await verifier.getFunction("verify").estimateGas(proof, publicSignals)).to.be.below(
          facts.maxGas,
        );
      });
    });
  });
}

function wordsOf(proof: string): bigint[] {
  return (proof.slice(2).match(/.{64}/g) ?? []).map((word) => BigInt(`0x${word}`));
}

function encode(words: readonly bigint[]): string {
  return `0x${words.map((word) => (word % 2n ** 256n).toString(16).padStart(64, "0")).join("")}`;
}

function malformed(proof: string): string[] {
  const bytes = (proof.length - 2) / 2;
  return [
    "0x",
    proof.slice(0, -2),
    proof.slice(0, -64),
    `${proof}00`,
    `${proof}${"00".repeat(32)}`,
    `0x${"00".repeat(bytes)}`,
    `0x${"ff".repeat(bytes)}`,
  ];
}

/** Another value of the kind that the key has there. */
function otherValue(key: VerificationKeyJson, name: string): unknown {
  const value = key[name];
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return String(BigInt(value) + 1n);
  const [x, y, z] = value as [unknown, unknown, unknown];
  // The negative of a point.
  const negative = (coordinate: unknown): unknown =>
    Array.isArray(coordinate)
      ? coordinate.map(negative)
      : String(coordinateOrder - BigInt(coordinate as string));
  return [x, negative(y), z];
}

function replaced(json: object, name: string, value: unknown): object {
  const [outer, inner] = name.split(".") as [string, string?];
  if (inner === undefined) return { ...json, [outer]: value };
  return { ...json, [outer]: { ...((json as Record<string, object>)[outer] as object), [inner]: value } };
}
