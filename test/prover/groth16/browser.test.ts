// What bundlers take for browsers. There is no browser here: its workers and its global names are stood in for, the
// prover's code and its threads are real.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Worker as NodeWorker } from "node:worker_threads";
import { expect } from "chai";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { parseProof } from "../../../plugin/prover/groth16/proof.ts";
import { parseVerificationKey } from "../../../plugin/prover/groth16/verification-key.ts";
import { verifyProof } from "../../../plugin/prover/groth16/verify.ts";
import { Groth16Prover, prove } from "../../../plugin/prover/groth16/web-groth16-prover.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../../plugin/prover/keys/development-key.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { compileSmallCircuit, smallWitness } from "../small-circuit.ts";
import { threadCount } from "./thread-count.ts";

const folder = new URL("../../../plugin/prover/groth16/", import.meta.url);

/** A browser's worker on one of Node.js. */
class WebWorker {
  static started = 0;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onerror: ((event: { readonly message: string }) => void) | null = null;
  readonly #worker: NodeWorker;

  constructor(url: URL, options: { readonly type: string }) {
    expect(options).to.deep.equal({ type: "module" });
    WebWorker.started++;
    // The sources have no .js files.
    const file = JSON.stringify(url.href.replace(/\.js$/, ".ts"));
    const script = `import { parentPort } from "node:worker_threads";
      globalThis.postMessage = (message) => parentPort.postMessage(message);
      await import(${file});
      parentPort.on("message", (data) => globalThis.onmessage({ data }));`;
    this.#worker = new NodeWorker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
    this.#worker.on("message", (data) => this.onmessage?.({ data }));
    this.#worker.on("error", ({ message }) => this.onerror?.({ message }));
  }

  postMessage(message: unknown): void {
    this.#worker.postMessage(message);
  }

  terminate(): void {
    void this.#worker.terminate();
  }
}

describe("The prover for browsers", () => {
  const scratch = scratchFolder();
  const globals = globalThis as Record<string, unknown>;
  let circuit: CompiledCircuit;
  let key: DevelopmentKey;
  let zkey: Uint8Array;
  let witness: Uint8Array;
  before(async () => {
    circuit = await compileSmallCircuit(scratch());
    key = await ensureDevelopmentKey({ r1csPath: circuit.r1csPath, name: "small", outputFolder: scratch() });
    zkey = new Uint8Array(await readFile(key.zkeyPath));
    witness = await smallWitness(circuit, 3n, 4n);
  });
  beforeEach(() => {
    WebWorker.started = 0;
    globals.Worker = WebWorker;
  });
  afterEach(() => {
    delete globals.Worker;
    delete globals.crossOriginIsolated;
  });

  async function proves(threads: number): Promise<boolean> {
    const { proof, publicSignals } = await prove(zkey, witness, { threads });
    const verificationKey = parseVerificationKey(key.verificationKey);
    return verifyProof(verificationKey, publicSignals.map(BigInt), parseProof(proof));
  }

  it("works with web workers where the page is isolated", async () => {
    globals.crossOriginIsolated = true;
    expect(await proves(2)).to.equal(true);
    expect(WebWorker.started).to.equal(2);
  });

  it("works without any where it is not", async () => {
    globals.crossOriginIsolated = false;
    const before = threadCount();
    expect(await proves(2)).to.equal(true);
    expect(WebWorker.started).to.equal(0);
    expect(threadCount()).to.equal(before);
  });

  it("says so when a worker cannot be started", async () => {
    globals.crossOriginIsolated = true;
    globals.Worker = class extends WebWorker {
      constructor(_url: URL, options: { readonly type: string }) {
        super(new URL("no-such-file.js", folder), options);
      }
    };
    const error: unknown = await Groth16Prover.load(zkey, { threads: 1 }).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(/thread of the prover failed[\s\S]*no-such-file/);
  });

  it("imports nothing that only Node.js or Hardhat has", async () => {
    const seen = new Set<string>();
    const packages = new Set<string>();
    const follow = async (file: URL): Promise<void> => {
      if (seen.has(file.href)) return;
      seen.add(file.href);
      const source = await readFile(file, "utf8");
      for (const [, name = ""] of source.matchAll(/^(?:import|export) (?!type\b)[^;]*?from "([^"]+)";/gms)) {
        if (name.startsWith(".")) await follow(new URL(name, file));
        else packages.add(name);
      }
    };
    await follow(new URL("web-groth16-prover.ts", folder));
    await follow(new URL("web-prover-thread.ts", folder));
    expect(
      [...seen].map((file) => fileURLToPath(file)).some((file) => file.endsWith("msm-thread.ts")),
    ).to.equal(true);
    expect([...packages]).to.deep.equal(["@noble/curves/bn254.js"]);
  });
});
