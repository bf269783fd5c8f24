// What the tests of the fleet share: a small circuit with a key, coordinators, and workers in this process or in their own.

import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import type { ProofRequest } from "../../../plugin/prover/backends/backend.ts";
import { type CoordinatorOptions, FleetCoordinator } from "../../../plugin/prover/fleet/coordinator.ts";
import { FleetConnection } from "../../../plugin/prover/fleet/fleet-connection.ts";
import { FleetSecret } from "../../../plugin/prover/fleet/fleet-secret.ts";
import { FleetWorker, type WorkerOptions } from "../../../plugin/prover/fleet/fleet-worker.ts";
import { secretVariable } from "../../../plugin/prover/fleet/secret-variable.ts";
import { type DevelopmentKey, ensureDevelopmentKey } from "../../../plugin/prover/keys/development-key.ts";
import type { ProofSystemName } from "../../../plugin/prover/proof-system.ts";
import { proofSystem } from "../../../plugin/prover/proof-systems.ts";
import { type ProofResult, prove } from "../../../plugin/prover/prove.ts";
import type { Prover } from "../../../plugin/prover/prover.ts";
import { compileSmallCircuit, programOf, smallInput } from "../small-circuit.ts";
import type { CoordinatorProcessOptions } from "./coordinator-process.ts";
import type { WorkerProcessOptions } from "./worker-process.ts";

const secretText = "the secret of the fleet in the tests, long enough";
export const secret = new FleetSecret(secretText);

/** Short, so that nobody waits long for what is lost. */
const lease = { jobs: 3_000, heartbeat: 500 };

/** One core a proof: what runs beside them in the tests needs the others. */
const onOneCore: Prover = {
  workers: 1,
  prove: async (request, options) => await prove(request, { ...options, multiThread: false }),
};

/** Proofs of the tests of a file, by what they prove: real ones, each made once. */
export class KnownProofs implements Prover {
  readonly workers = 1;
  readonly #known = new Map<string, Promise<ProofResult>>();

  readonly prove: Prover["prove"] = async (request, options) => {
    const statement = String(request.publicSignals);
    const known = this.#known.get(statement) ?? onOneCore.prove(request, options);
    this.#known.set(statement, known);
    known.catch(() => this.#known.delete(statement));
    return await known;
  };
}

/** The small circuit and its key. */
export class SmallProofs {
  readonly #circuit: CompiledCircuit;
  readonly key: DevelopmentKey;

  private constructor(circuit: CompiledCircuit, key: DevelopmentKey) {
    this.#circuit = circuit;
    this.key = key;
  }

  static async in(folder: string, system: ProofSystemName = "groth16"): Promise<SmallProofs> {
    const circuit = await compileSmallCircuit(folder, proofSystem(system).optimization);
    const { r1csPath } = circuit;
    return new SmallProofs(
      circuit,
      await ensureDevelopmentKey({ r1csPath, name: "small", outputFolder: folder, system }),
    );
  }

  /** Asks for a proof that is like no other one. */
  request(number: number): ProofRequest & { readonly publicSignals: readonly bigint[] } {
    const [a, b] = [BigInt(number), 2n ** 200n];
    const input = smallInput(a, b);
    const publicSignals = [input.hash, a + b, a * b];
    return { key: this.key, witness: { program: programOf(this.#circuit), input }, publicSignals };
  }
}

/** Coordinators and workers, ended after each test. */
export class Fleet {
  readonly #url: () => string;
  readonly #folder: () => string;
  readonly #ends: (() => Promise<unknown>)[] = [];
  /** What coordinators and workers of this process warned of. */
  readonly warnings: string[] = [];

  constructor(url: () => string, folder: () => string) {
    this.#url = url;
    this.#folder = folder;
  }

  async coordinator(options: Partial<CoordinatorOptions> = {}): Promise<FleetCoordinator> {
    const onWarning = (line: string): void => void this.warnings.push(line);
    const coordinator = await FleetCoordinator.open({ url: this.#url(), secret, onWarning, ...options });
    this.#ends.push(() => coordinator.close());
    return coordinator;
  }

  /** For looking, and for what others do to the queue. */
  async connection(): Promise<FleetConnection> {
    const connection = await FleetConnection.open({ url: this.#url(), secret });
    this.#ends.push(() => connection.close());
    return connection;
  }

  /** A worker in this process. */
  async worker(options: Partial<WorkerOptions> = {}): Promise<FleetWorker> {
    const onWarning = (line: string): void => void this.warnings.push(line);
    const cacheFolder = path.join(this.#folder(), "cache");
    const defaults = { url: this.#url(), secret, prover: onOneCore, cacheFolder, lease, onWarning };
    const worker = await FleetWorker.start({ ...defaults, ...options });
    this.#ends.push(() => worker.stop());
    return worker;
  }

  /** A worker in a process of its own, ready for jobs. */
  async process(name: string, mode: WorkerProcessOptions["mode"]): Promise<FleetProcess> {
    const cacheFolder = path.join(this.#folder(), "cache", name);
    const options: WorkerProcessOptions = { url: this.#url(), name, cacheFolder, lease, mode };
    const worker = this.#start(new FleetProcess("worker-process.ts", options));
    await worker.says("started");
    return worker;
  }

  /** A coordinator in a process of its own, which asks for proofs. */
  coordinatorProcess(numbers: readonly number[]): FleetProcess {
    const options: CoordinatorProcessOptions = { url: this.#url(), folder: this.#folder(), numbers };
    return this.#start(new FleetProcess("coordinator-process.ts", options));
  }

  #start(started: FleetProcess): FleetProcess {
    this.#ends.push(() => started.kill());
    return started;
  }

  async end(): Promise<void> {
    this.warnings.length = 0;
    await Promise.all(this.#ends.splice(0).map((end) => end()));
  }
}

/** A script of this folder, in a process of its own that has the fleet's secret. */
export class FleetProcess {
  readonly #child: ChildProcess;
  #said = "";
  readonly #news = new EventEmitter();

  constructor(script: string, options: object) {
    const file = fileURLToPath(new URL(script, import.meta.url));
    this.#child = spawn(process.execPath, [file, JSON.stringify(options)], {
      env: { ...process.env, [secretVariable]: secretText },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child.stdout?.on("data", (text: Buffer) => {
      this.#said += text.toString();

      this.#news.emit("news");
    });
    this.#child.on("exit", () => this.#news.emit("news"));
    const kill = (): void => void this.#child.kill("SIGKILL");
    process.once("exit", kill);
    this.#child.once("exit", () => process.off("exit", kill));
  }

  get lines(): readonly string[] {
    return this.#said.trim().split("\n");
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits for a text in its output. */
  async says(text: string): Promise<void> {
    while (!this.#said.includes(text)) {
      if (this.ended) throw new Error(`It ended without "${text}".\n${this.#said}`);
      await once(this.#news, "news");
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Waits for its end. */
  async end(): Promise<number | null> {
    if (!this.ended) await once(this.#child, "exit");
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    if (!this.ended) this.signal("SIGKILL");
    await this.end();
  }
}
