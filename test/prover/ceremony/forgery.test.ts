import { randomBytes } from "node:crypto";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { Contract, ContractFactory } from "ethers";
import { network } from "hardhat";
import { hashFile } from "../../../plugin/circuits/hashed-file.ts";
import { fieldOrder } from "../../../plugin/protocol/field.ts";
import { exportKey } from "../../../plugin/prover/ceremony/export-key.ts";
import {
  type ProductionKeyRecord,
  productionKeyPath,
} from "../../../plugin/prover/ceremony/production-key.ts";
import { runStep } from "../../../plugin/prover/ceremony/run-step.ts";
import { VerifiedKey } from "../../../plugin/prover/ceremony/verified-key.ts";
import { encodeProof } from "../../../plugin/prover/groth16/proof.ts";
import { groth16 } from "../../../plugin/prover/groth16/system.ts";
import {
  exportVerificationKey,
  formatVerificationKey,
  keyHash,
} from "../../../plugin/prover/groth16/verification-key.ts";
import { type ProvingKey, recordPathOf } from "../../../plugin/prover/proving-key.ts";
import { compileSource } from "../../../plugin/settlement/contract-code.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import {
  beaconExponent,
  beaconValue,
  contributions,
  finish,
  type SmallCeremony,
  smallCeremony,
} from "./fixture.ts";
import { beaconSecret, forgeProof } from "./forgery.ts";
import { refused } from "./refusal.ts";

describe("forged proofs", () => {
  const scratch = scratchFolder();
  let small: SmallCeremony;
  let chain: Awaited<ReturnType<typeof network.create>>;
  // Any public inputs: nobody has a witness for them.
  const inputs = [0, 1, 2].map(() => BigInt(`0x${randomBytes(32).toString("hex")}`) % fieldOrder);
  const initial = (): string => small.initial.transcript.zkeyPath;

  before(async () => {
    small = await smallCeremony(scratch());
    chain = await network.create();
  });
  after(() => chain.close());

  /** The key's record as an attacker writes it. */
  async function record(zkeyPath: string): Promise<ProductionKeyRecord> {
    const key = await exportVerificationKey(zkeyPath);
    const contribution = { number: 1, name: "somebody honest", hash: "00".repeat(64), beacon: null };
    const { power, blake2b, file } = small.published[0] as (typeof small.published)[number];
    return {
      recordVersion: 2,
      name: "small",
      system: "groth16",
      development: false,
      seedHash: null,
      circuitHash: await hashFile(small.circuit.r1csPath),
      zkeyHash: await hashFile(zkeyPath),
      keyHash: keyHash(key),
      verificationKey: formatVerificationKey(key),
      origin: {
        ptau: { power, blake2b, published: file },
        circuitHash: small.initial.transcript.circuitHash,
        contributions: [contribution, { ...contribution, number: 2 }],
      },
    };
  }

  /** Whether the real verifiers take forged proofs: ours off chain, and snarkjs' contract. */
  async function accepted(zkeyPath: string, deltas: readonly bigint[]): Promise<Verdict[]> {
    const verificationKey = await exportVerificationKey(zkeyPath);
    const key: ProvingKey = { ...(await record(zkeyPath)), zkeyPath };
    const { creation } = await compileSource(await groth16.verifierSource(key, "Forged"));
    const [signer] = await chain.ethers.getSigners();
    const deployed = await new ContractFactory([], creation, signer).deploy();
    const abi = ["function verify(bytes proof, uint256[3] inputs) view returns (bool)"];
    const verifier = new Contract(await deployed.getAddress(), abi, chain.ethers.provider);
    return await Promise.all(
      deltas.map(async (delta) => {
        const proof = encodeProof(forgeProof(verificationKey, inputs, delta));
        return {
          offChain: await groth16.verify(key.verificationKey, inputs, proof),
          onChain: await verifier.getFunction("verify").staticCall(proof, inputs),
        };
      }),
    );
  }

  async function passesSnarkjs(zkeyPath: string): Promise<boolean> {
    const { ptauPath, circuit } = small;
    const step = { step: "verify", r1csPath: circuit.r1csPath, ptauPath, zkeyPath } as const;
    return (await runStep(step, {})).accepted;
  }

  /** Tries to get the key onto a live network, by export and with a record of one's own; the config asks for nobody. */
  async function refusedByGate(zkeyPath: string, name: string): Promise<void> {
    const request = { ...small.request, minContributions: 0, folder: path.join(scratch(), name) };
    await refused("TOO_FEW_CONTRIBUTIONS", exportKey({ ...request, zkeyPath }));
    const installed = productionKeyPath(request.folder, "small", "groth16");
    await copyFile(zkeyPath, installed);
    await writeFile(recordPathOf(installed), JSON.stringify(await record(zkeyPath)));
    await refused("TOO_FEW_CONTRIBUTIONS", VerifiedKey.verify(request));
  }

  it("pass for a key without contributions, which snarkjs accepts and a live network refuses", async () => {
    expect(await passesSnarkjs(initial())).to.equal(true);
    expect(await accepted(initial(), [1n])).to.deep.equal([{ offChain: true, onChain: true }]);
    await refusedByGate(initial(), "no-contributions");
  });

  it("pass for a key with a beacon alone, which snarkjs accepts and a live network refuses", async () => {
    const { transcript } = await finish(initial());
    const { zkeyPath } = transcript;
    expect(await passesSnarkjs(zkeyPath)).to.equal(true);
    const delta = beaconSecret(beaconValue, beaconExponent);
    expect(await accepted(zkeyPath, [delta])).to.deep.equal([{ offChain: true, onChain: true }]);
    await refusedByGate(zkeyPath, "beacon-alone");
  });

  it("fail for a key that somebody contributed to", async () => {
    const folder = path.join(scratch(), "honest");
    await mkdir(folder);
    const from = path.join(folder, "small.0000.zkey");
    await copyFile(initial(), from);
    const { beacon } = await contributions(from);
    const deltas = [1n, beaconSecret(beaconValue, beaconExponent)];
    const refusals = deltas.map(() => ({ offChain: false, onChain: false }));
    expect(await accepted(beacon.transcript.zkeyPath, deltas)).to.deep.equal(refusals);
  });
});

interface Verdict {
  readonly offChain: boolean;
  readonly onChain: boolean;
}
