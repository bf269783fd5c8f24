import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { copyFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { builtin } from "../../../plugin/prover/backends/builtin.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../../plugin/prover/keys/development-key.ts";
import { prove } from "../../../plugin/prover/prove.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { compileSmallCircuit, programOf, smallInput, smallWitness } from "../small-circuit.ts";

describe("The built-in backend", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;
  let key: DevelopmentKey;
  let witness: Uint8Array;
  before(async () => {
    circuit = await compileSmallCircuit(scratch());
    key = await ensureDevelopmentKey({ r1csPath: circuit.r1csPath, name: "small", outputFolder: scratch() });
    witness = await smallWitness(circuit, 3n, 4n);
  });

  async function steps(zkeyPath: string, signal?: AbortSignal): Promise<string[]> {
    const told: string[] = [];
    const onProgress = (step: string): void => void told.push(step);
    const proven = await prove({ key: { ...key, zkeyPath }, witness }, { onProgress, signal }, [builtin]);
    expect(proven.backend).to.equal("builtin");
    expect(proven.peakMemoryBytes).to.be.above(1e7);
    return told;
  }

  it("reads a key once for successive proofs, and again when its file was touched", async () => {
    const zkeyPath = path.join(scratch(), "copy.zkey");
    await copyFile(key.zkeyPath, zkeyPath);
    expect(await steps(zkeyPath)).to.include("key");
    expect(await steps(zkeyPath)).not.to.include("key");
    await utimes(zkeyPath, new Date(), new Date(0));
    expect(await steps(zkeyPath)).to.include("key");
    await writeFile(zkeyPath, "another file");
    const error: unknown = await steps(zkeyPath).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(/proving key file is damaged, or another one/);
    await copyFile(key.zkeyPath, zkeyPath);
    expect(await steps(zkeyPath)).to.include("key");
  });

  it("refuses inputs that do not satisfy the circuit, and proves with the next ones", async () => {
    const program = programOf(circuit);
    const wrong = { program, input: { ...smallInput(5n, 6n), sum: 12n } };
    const error: unknown = await prove({ key, witness: wrong }, {}, [builtin]).catch(
      (reason: unknown) => reason,
    );
    expect((error as Error).message).to.match(/No proof for "small"[\s\S]*template Small_\d+ line: 11/);
    const right = { program, input: smallInput(5n, 6n) };
    expect((await prove({ key, witness: right }, {}, [builtin])).publicSignals[1]).to.equal(11n);
  });

  it("ends its process when a proof is aborted, and proves with another one", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = (step: string): void => {
      if (step === "constraints") controller.abort(reason);
    };
    const aborted = prove({ key, witness }, { onProgress, signal: controller.signal }, [builtin]);
    expect(await aborted.catch((error: unknown) => error)).to.equal(reason);
    expect(await steps(key.zkeyPath)).to.include("key");
  });

  it("has a key ready that it was told of, when there is something to prove", async () => {
    for (const pid of children()) process.kill(pid, "SIGKILL");
    await builtin.prepare?.(key, programOf(circuit));
    expect(await steps(key.zkeyPath)).not.to.include("key");
  });

  it("says what is wrong with a key that it was told of when there is something to prove", async () => {
    const zkeyPath = path.join(scratch(), "damaged.zkey");
    await writeFile(zkeyPath, "something else");
    await builtin.prepare?.({ ...key, zkeyPath }, programOf(circuit));
    const error: unknown = await steps(zkeyPath).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(/proving key file is damaged, or another one/);
  });

  it("takes a new process when the one that has the key was ended meanwhile", async () => {
    await steps(key.zkeyPath);
    for (const pid of children()) process.kill(pid, "SIGKILL");
    expect(await steps(key.zkeyPath)).to.include("key");
  });

  it("says what became of a new process that is killed, and proves with another one", async () => {
    // Another key, so that the process is a new one.
    const request = { r1csPath: circuit.r1csPath, name: "other", outputFolder: scratch() };
    const other = await ensureDevelopmentKey(request);
    const before = children();
    const onProgress = (): void => {
      for (const pid of children()) if (!before.includes(pid)) process.kill(pid, "SIGKILL");
    };
    const error: unknown = await prove({ key: other, witness }, { onProgress }, [builtin]).catch((e) => e);
    expect((error as Error).message).to.match(/ended without a result \(signal SIGKILL\)/);
    expect((await prove({ key: other, witness }, {}, [builtin])).backend).to.equal("builtin");
  });

  it("does not keep a process alive that has its proofs, and leaves none behind", async () => {
    const url = (file: string): string =>
      JSON.stringify(new URL(`../../../plugin/${file}`, import.meta.url).href);
    const script = path.join(scratch(), "script.ts");
    await writeFile(
      script,
      `import { readdirSync, readFileSync } from "node:fs";
      import { builtin } from ${url("prover/backends/builtin.ts")};
      import { loadProvingKey } from ${url("prover/proving-key.ts")};
      const [zkey = "", r1cs = "", wtns = ""] = process.argv.slice(2);
      const key = await loadProvingKey(zkey, r1cs);
      await builtin.prove({ key, witness: new Uint8Array(readFileSync(wtns)) });
      const children = readdirSync("/proc/self/task").flatMap((thread) =>
        readFileSync(\`/proc/self/task/\${thread}/children\`, "utf8").split(" ").filter(Boolean));
      console.log(JSON.stringify(children));`,
    );
    const wtns = path.join(scratch(), "script.wtns");
    await writeFile(wtns, witness);
    const child = spawn(process.execPath, [script, key.zkeyPath, circuit.r1csPath, wtns]);
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const [code] = (await once(child, "close")) as [number];
    expect(code, errors).to.equal(0);
    const provers = JSON.parse(output) as string[];
    expect(provers).to.have.length(1);
    // It ends when it notices that it is alone.
    for (let tries = 0; tries < 100 && isRunning(Number(provers[0])); tries++) await setTimeout(50);
    expect(isRunning(Number(provers[0]))).to.equal(false);
  });
});

function children(): number[] {
  return readdirSync("/proc/self/task").flatMap((thread) => {
    try {
      const list = readFileSync(`/proc/self/task/${thread}/children`, "utf8");
      return list.split(" ").filter(Boolean).map(Number);
    } catch {
      return []; // The thread has just ended.
    }
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
