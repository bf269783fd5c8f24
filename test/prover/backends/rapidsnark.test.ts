// The native binary is nothing that npm can install. What stands in for it here speaks its command line and proves
// for real, with snarkjs.

import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { hashFile } from "../../../plugin/circuits/hashed-file.ts";
import { type RapidsnarkConfig, rapidsnark } from "../../../plugin/prover/backends/rapidsnark.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../../plugin/prover/keys/development-key.ts";
import { prove } from "../../../plugin/prover/prove.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { compileSmallCircuit, programOf, smallInput, smallWitness } from "../small-circuit.ts";

const snarkjs = createRequire(import.meta.url).resolve("snarkjs");

const honest = `
const { groth16 } = require(${JSON.stringify(snarkjs)});
const { writeFileSync } = require("node:fs");
const [zkey, wtns, proofFile, publicFile] = process.argv.slice(2);
if (publicFile === undefined) throw new Error("Invalid number of parameters");
groth16.prove(zkey, wtns).then(({ proof: { curve, ...proof }, publicSignals }) => {
  writeFileSync(proofFile, JSON.stringify(proof) + "\\0");
  writeFileSync(publicFile, JSON.stringify(publicSignals));
  process.exit(0);
});`;

describe("rapidsnark", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;
  let key: DevelopmentKey;

  before(async () => {
    circuit = await compileSmallCircuit(scratch());
    key = await ensureDevelopmentKey({ r1csPath: circuit.r1csPath, name: "small", outputFolder: scratch() });
  });

  async function binary(script: string): Promise<RapidsnarkConfig> {
    const file = path.join(scratch(), "prover");
    await writeFile(file, `#!${process.execPath}\n${script}`);
    await chmod(file, 0o755);
    return { path: file, sha256: await hashFile(file) };
  }

  async function refusal(config: RapidsnarkConfig, signal?: AbortSignal): Promise<string> {
    const witness = await smallWitness(circuit, 5n, 6n);
    const before = await temporaryFolders();
    const error: unknown = await prove({ key, witness }, { signal }, [rapidsnark(config)]).catch((e) => e);
    expect(await temporaryFolders()).to.deep.equal(before);
    return (error as Error).message;
  }

  it("proves, from inputs or a witness, and reports its memory", async () => {
    const backend = rapidsnark(await binary(honest));
    const input = smallInput(5n, 6n);
    const steps: string[] = [];
    for (const witness of [{ program: programOf(circuit), input }, await smallWitness(circuit, 5n, 6n)]) {
      const proven = await prove({ key, witness }, { onProgress: (step) => steps.push(step) }, [backend]);
      expect(proven.backend).to.equal("rapidsnark");
      expect(proven.publicSignals).to.deep.equal([input.hash, 11n, 30n]);
      if (process.platform === "linux") expect(proven.peakMemoryBytes).to.be.above(1e7);
    }
    expect(steps).to.deep.equal(["witness", "rapidsnark", "witness", "rapidsnark"]);
  });

  it("refuses a binary that is not there, or not the configured one", async () => {
    const config = await binary(honest);
    expect(await refusal({ ...config, path: path.join(scratch(), "nowhere") })).to.match(
      /cannot be read[\s\S]*ENOENT/,
    );
    const other = await refusal({ ...config, sha256: "00".repeat(32) });
    expect(other)
      .to.match(/not the configured one/)
      .and.to.include(config.sha256)
      .and.to.include("what to do");
  });

  it("reports a binary that crashes, cannot be run, or writes nothing or nonsense", async () => {
    expect(await refusal(await binary('throw new Error("out of luck")'))).to.match(
      /exit code 1[\s\S]*out of luck/,
    );
    expect(await refusal(await binary('process.kill(process.pid, "SIGSEGV")'))).to.match(/signal SIGSEGV/);
    expect(await refusal(await binary(""))).to.match(/no readable result[\s\S]*proof\.json/);
    const nonsense = 'for (const f of process.argv.slice(4)) require("node:fs").writeFileSync(f, "[]")';
    expect(await refusal(await binary(nonsense))).to.match(/Not a valid Groth16 proof/);
    const config = await binary(honest);
    await chmod(config.path, 0o644);
    expect(await refusal(config)).to.match(/EACCES/);
  });

  it("hands on no proof that does not verify", async () => {
    const forging = honest.replace("JSON.stringify(proof)", "JSON.stringify({ ...proof, pi_c: proof.pi_a })");
    expect(await refusal(await binary(forging))).to.match(/rapidsnark: .*does not verify/);
  });

  it("does not start for inputs that do not satisfy the circuit, and blames them", async () => {
    const config = await binary('throw new Error("started")');
    const witness = { program: programOf(circuit), input: { ...smallInput(5n, 6n), sum: 12n } };
    const error: unknown = await prove({ key, witness }, {}, [rapidsnark(config)]).catch((e) => e);
    expect((error as Error).message).to.match(/template Small_\d+ line: 11/);
  });

  it("kills the binary when it is aborted", async () => {
    const file = path.join(scratch(), "pid");
    const hanging = `require("node:fs").writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => 0, 1000);`;
    const config = await binary(hanging);
    const controller = new AbortController();
    const poll = setInterval(() => {
      void hashFile(file).then(
        () => controller.abort(new Error("enough")),
        () => undefined,
      );
    }, 50);
    try {
      expect(await refusal(config, controller.signal)).to.equal("enough");
    } finally {
      clearInterval(poll);
    }
    const pid = Number(await readFile(file, "utf8"));
    expect(() => process.kill(pid, 0)).to.throw(/ESRCH/);
  });
});

async function temporaryFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith("hardhat-rollup-rapidsnark-"));
}
