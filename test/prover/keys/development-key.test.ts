import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { type FileLike, groth16, zKey } from "snarkjs";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { developmentSecrets } from "../../../plugin/prover/groth16/secrets.ts";
import {
  exportVerificationKey,
  formatVerificationKey,
} from "../../../plugin/prover/groth16/verification-key.ts";
import {
  type DevelopmentKey,
  developmentKeyPath,
  ensureDevelopmentKey,
} from "../../../plugin/prover/keys/development-key.ts";
import { loadProvingKey, recordPathOf } from "../../../plugin/prover/proving-key.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { writePowersOfTau } from "../powers-of-tau.ts";
import { compileSmallCircuit, smallWitness } from "../small-circuit.ts";
import { endSnarkjsThreads } from "../snarkjs-threads.ts";

describe("a development key", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;

  before(async () => {
    circuit = await compileSmallCircuit(scratch());
  });
  after(endSnarkjsThreads);

  function keyIn(folder: string, seed?: string, signal?: AbortSignal): Promise<DevelopmentKey> {
    const outputFolder = path.join(scratch(), folder);
    return ensureDevelopmentKey({ r1csPath: circuit.r1csPath, name: "small", outputFolder, seed, signal });
  }

  it("passes `snarkjs zkey verify` against powers of tau of the same secrets", async () => {
    const key = await keyIn("verified", "seed of the test");
    const powersOfTau = path.join(scratch(), "9.ptau");
    await writePowersOfTau(powersOfTau, 9, developmentSecrets("seed of the test"));
    const messages: string[] = [];
    const note = (message: string): unknown => messages.push(message);
    const logger = { debug: () => undefined, info: note, warn: note, error: note };
    // In memory, because snarkjs leaves files open.
    const inMemory = async (file: string): Promise<FileLike> => ({ type: "mem", data: await readFile(file) });
    const verify = async (zkeyPath: string): Promise<boolean> => {
      const files = [circuit.r1csPath, powersOfTau, zkeyPath] as const;
      const [r1cs, ptau, zkey] = await Promise.all([
        inMemory(files[0]),
        inMemory(files[1]),
        inMemory(files[2]),
      ]);
      return zKey.verifyFromR1cs(r1cs, ptau, zkey, logger);
    };
    expect(await verify(key.zkeyPath)).to.equal(true);
    expect(messages.join("\n")).to.contain("INSECURE development key");

    const other = await keyIn("other", "another seed");
    expect(await verify(other.zkeyPath)).to.equal(false);
  });

  it("lets snarkjs prove and verify", async () => {
    const key = await keyIn("random");
    const { verificationKey } = key;
    for (const [a, b] of [
      [3n, 4n],
      [2n ** 200n, 1n],
    ] as const) {
      const witness = { type: "mem", data: await smallWitness(circuit, a, b) } as const;
      const { proof, publicSignals } = await groth16.prove(key.zkeyPath, witness);
      expect(await groth16.verify(verificationKey, publicSignals, proof)).to.equal(true);
      const tampered = [...publicSignals.slice(0, 2), String(a * b + 1n)];
      expect(await groth16.verify(verificationKey, tampered, proof)).to.equal(false);
    }
  });

  it("has the verification key that snarkjs exports", async () => {
    const key = await keyIn("random");
    const { vk_alphabeta_12: _, ...exported } = await zKey.exportVerificationKey(key.zkeyPath);
    expect(formatVerificationKey(await exportVerificationKey(key.zkeyPath))).to.deep.equal(exported);
    expect(key.verificationKey).to.deep.equal(exported);
  });

  it("carries its mark in its name and its record", async () => {
    const key = await keyIn("random");
    expect(path.basename(key.zkeyPath)).to.equal("small.groth16.development.zkey");
    expect(key.development).to.equal(true);
    expect(await readdir(path.join(scratch(), "random"))).to.have.members([
      "small.groth16.development.zkey",
      "small.groth16.development.json",
    ]);
  });

  it("follows from its seed alone, and is another every time without one", async () => {
    const one = await keyIn("seeded", "a");
    const same = await keyIn("seeded again", "a");
    expect(await readFile(one.zkeyPath)).to.deep.equal(await readFile(same.zkeyPath));
    const random = await keyIn("random");
    const randomAgain = await keyIn("random again");
    const hashes = [one, await keyIn("other seed", "b"), random, randomAgain].map((key) => key.keyHash);
    expect(new Set(hashes).size).to.equal(4);
  });

  it("is made again only for a reason, and says which", async () => {
    expect(await keyIn("reasons")).to.include({ rebuilt: true, reason: "not made yet" });
    const first = await keyIn("reasons");
    expect(first).to.include({ rebuilt: false, reason: "up to date" });
    expect(await keyIn("reasons", "a")).to.include({ rebuilt: true, reason: "the seed changed" });
    expect(await keyIn("reasons")).to.include({ rebuilt: false });
  });

  it("is refused when damaged, cut short or without its record, with the command that helps", async () => {
    const { zkeyPath } = await keyIn("damaged");
    const whole = await readFile(zkeyPath);
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1] = (flipped[whole.length >> 1] as number) ^ 1;
    for (const wrong of [flipped, whole.subarray(0, whole.length - 1), Buffer.alloc(0)]) {
      await writeFile(zkeyPath, wrong);
      await refused(loadProvingKey(zkeyPath, circuit.r1csPath), /file is damaged[\s\S]*rollup:setup/);
    }
    expect(await keyIn("damaged")).to.include({ rebuilt: true, reason: "the file is damaged" });
    await loadProvingKey(zkeyPath, circuit.r1csPath);

    const record = await readFile(recordPathOf(zkeyPath), "utf8");
    await writeFile(recordPathOf(zkeyPath), record.replace(/"nPublic": 3/, '"nPublic": 2'));
    await refused(loadProvingKey(zkeyPath, circuit.r1csPath), /record of a proving key is damaged/);
    await writeFile(recordPathOf(zkeyPath), record.replace(/"keyHash": "0x./, '"keyHash": "0x_'));
    await refused(loadProvingKey(zkeyPath, circuit.r1csPath), /verification key was changed/);
    const nowhere = developmentKeyPath(scratch(), "nowhere");
    await refused(loadProvingKey(nowhere, circuit.r1csPath), /There is no proving key[\s\S]*rollup:setup/);
  });

  it("is refused for another circuit", async () => {
    const { zkeyPath } = await keyIn("stale");
    const other = path.join(scratch(), "other.r1cs");
    await writeFile(other, new Uint8Array(await readFile(circuit.r1csPath)).fill(1, -1));
    await refused(loadProvingKey(zkeyPath, other), /another version of the circuit[\s\S]*rollup:setup/);
  });

  it("leaves nothing behind when it is aborted", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 200);
    await refused(keyIn("aborted", undefined, controller.signal), /enough/);
    expect(await readdir(path.join(scratch(), "aborted"))).to.deep.equal([]);
  });
});

async function refused(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.an("error");
  expect((error as Error).message).to.match(message);
}
