// A Groth16 prover for one key, without anything that only Node.js or only browsers have: groth16-prover.ts and
// web-groth16-prover.ts add threads and files.

import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder } from "../curve/bn254.ts";
import { bestRepresentation, vectorFieldOf } from "../curve/field/best-field.ts";
import type { MsmResult } from "../curve/msm/combine.ts";
import { scratchBytes } from "../curve/msm/scratch.ts";
import { resultBytes } from "../curve/msm/task.ts";
import { readWord, viewOf } from "./binary-file.ts";
import { countTerms } from "./constraint-rows.ts";
import { formatProof } from "./format-proof.ts";
import { type KeySizes, type PointSection, pointSections, readKeyFile } from "./key-file.ts";
import { setUpKey } from "./key-setup.ts";
import { PointScalars } from "./point-scalars.ts";
import { ProofAssembly, randomScalar, type VerifiedKeyPoints, verifiedPoints } from "./proof-assembly.ts";
import { type ProverTask, proofPhases, proofTasks, sectionOf } from "./proof-tasks.ts";
import { Groth16ProverError, Groth16WitnessError } from "./prover-error.ts";
import { type ProverLayout, planLayout } from "./prover-layout.ts";
import { createMemory } from "./prover-memory.ts";
import { proverModule } from "./prover-module.ts";
import type { Groth16Result, LoadOptions, ProveOptions } from "./prover-options.ts";
import { type ProverSetup, startWork } from "./prover-work.ts";
import type { ThreadOrder } from "./threads/thread-message.ts";
import { inPlace, type StartThread, ThreadPool } from "./threads/thread-pool.ts";
import { readWitnessFile } from "./witness-file.ts";

/** What a runtime has to give. */
export interface ProverPlatform {
  /** Undefined where threads cannot share memory: the caller's own does everything then. */
  readonly startThread: StartThread<ThreadOrder<ProverSetup, ProverTask>> | undefined;
  /** Threads that are worth having. */
  readonly parallelism: number;
  /** Bytes that are free; undefined if the runtime does not tell. */
  readonly freeMemory: number | undefined;
}

type Pool = ThreadPool<ProverSetup, ProverTask>;

export class ProverCore {
  readonly #pool: Pool;
  readonly #layout: ProverLayout;
  readonly #tasks: readonly ProverTask[];
  readonly #keyPoints: VerifiedKeyPoints;
  readonly #points: PointScalars;
  /** Empty once the prover is closed: nothing holds the threads' memory then. */
  #memory: Uint8Array;
  /** Ends when the proofs that were asked for so far have. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    pool: Pool,
    layout: ProverLayout,
    tasks: readonly ProverTask[],
    keyPoints: VerifiedKeyPoints,
    points: PointScalars,
    memory: Uint8Array,
  ) {
    this.#pool = pool;
    this.#layout = layout;
    this.#tasks = tasks;
    this.#keyPoints = keyPoints;
    this.#points = points;
    this.#memory = memory;
  }

  /**
   * Reads a key, and starts threads that keep it.
   *
   * @param zkey A .zkey file.
   * @throws Groth16ProverError if it is not a valid key for Groth16 over BN254, or does not fit into memory; the signal's
   * reason if it is aborted.
   */
  static async load(
    zkey: Uint8Array,
    { startThread, parallelism, freeMemory }: ProverPlatform,
    { threads = parallelism, representation = bestRepresentation(), signal }: LoadOptions = {},
  ): Promise<ProverCore> {
    if (!Number.isInteger(threads) || threads < 1) {
      throw new Groth16ProverError("A prover needs threads.", {
        expected: "a whole number from 1",
        given: threads,
      });
    }
    const shared = startThread !== undefined;
    const key = readKeyFile(zkey);
    const keyPoints = verifiedPoints(key);
    const terms = countTerms(key.entries, key.power);
    const points = new PointScalars(key);
    const scalarField = vectorFieldOf(representation, fieldOrder);
    const coordinateField = vectorFieldOf(representation, coordinateOrder);
    const module = proverModule(representation, shared);
    const sizes: KeySizes = { wires: key.wires, publicSignals: key.publicSignals, power: key.power };
    const layout = planLayout({
      sizes,
      terms,
      points,
      threads: shared ? threads : 1,
      scalarField,
      coordinateField,
      moduleConstantBytes: module.constants.length,
      scratchBytes: (tasks) => scratchBytes(coordinateField, tasks),
    });
    const memory = createMemory(layout.totalBytes, shared, freeMemory, sizes);
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(module.constants, layout.moduleConstants);
    const setups = layout.scratch.map(
      (_, thread): ProverSetup => ({ module, representation, memory, layout, thread }),
    );
    const pool: Pool = await ThreadPool.start(startThread ?? inPlace(startWork), setups);
    try {
      const run = (tasks: readonly ProverTask[]): Promise<void> => pool.run(tasks, { signal });
      await setUpKey({ key, terms, points, layout, memory: bytes, scalarField, coordinateField, run });
    } catch (error) {
      await pool.close();
      throw error;
    }
    return new ProverCore(pool, layout, proofTasks(layout, terms, scalarField), keyPoints, points, bytes);
  }

  /** Bytes of the memory that the key and its proofs take. */
  get memoryBytes(): number {
    return this.#memory.length;
  }

  /**
   * Proves; proofs that are asked for at once are made one after the other. A witness that does not satisfy the circuit
   * gives a proof that does not verify.
   *
   * @param witness A .wtns file.
   * @throws Groth16ProverError if it is not a witness of the key's circuit, or the prover is closed; the signal's reason if
   * it is aborted.
   */
  async prove(witness: Uint8Array, options: ProveOptions = {}): Promise<Groth16Result> {
    const proof = this.#last.then(() => this.#prove(witness, options));
    this.#last = proof.catch(() => undefined);
    return await proof;
  }

  /** Ends the threads. A proof under way fails. */
  async close(): Promise<void> {
    await this.#pool.close();
    this.#memory = new Uint8Array();
  }

  async #prove(witness: Uint8Array, { signal, threads, onProgress }: ProveOptions): Promise<Groth16Result> {
    signal?.throwIfAborted();
    this.#pool.assertRunning();
    const values = readWitnessFile(witness);
    const { wires, publicSignals, scalars } = this.#layout;
    if (values.length !== 32 * wires) {
      throw new Groth16WitnessError("The witness is for another circuit.", {
        "wires of the key": wires,
        "wires of the witness": values.length / 32,
        "what to do": "calculate the witness with the program of the circuit that the key was made for",
      });
    }
    this.#memory.set(values, scalars);
    this.#points.addUp(this.#memory, scalars);
    const steps = new StepReport(onProgress);
    const work = this.#pool.run(this.#tasks, {
      signal,
      threads,
      onPhase: (phase) => {
        steps.finish(phase);
        const section = sectionOf(phase);
        if (section !== undefined) assembly.add(section, this.#results(section));
      },
    });
    const assembly = new ProofAssembly(this.#keyPoints, randomScalar(), randomScalar());
    await work;
    for (const section of pointSections) {
      // A sum of no points has no task.
      if (this.#layout.regions[section].tasks.length === 0) assembly.add(section, []);
    }
    const proof = assembly.finish();
    const view = viewOf(values);
    return {
      proof: formatProof(proof),
      publicSignals: Array.from({ length: publicSignals }, (_, signalIndex) =>
        readWord(view, 32 * (signalIndex + 1)).toString(),
      ),
    };
  }

  /** What the tasks of a multiplication have written. */
  #results(section: PointSection): MsmResult[] {
    const { tasks, results } = this.#layout.regions[section];
    return tasks.map((task, index) => {
      const start = results[index] as number;
      return { task, sums: this.#memory.slice(start, start + resultBytes(task)) };
    });
  }
}

/** Tells the first step that is not finished, and each one at least once. */
class StepReport {
  readonly #tell: (step: string) => void;
  readonly #finished = new Set<number>();
  readonly #told = new Set<string>();

  constructor(onProgress: ((step: string) => void) | undefined) {
    this.#tell = (step) => {
      if (this.#told.has(step)) return;
      this.#told.add(step);
      onProgress?.(step);
    };
    this.#tell(proofPhases[0]);
  }

  finish(phase: number): void {
    this.#finished.add(phase);
    this.#tell(proofPhases[phase] as string);
    const next = proofPhases.find((_, other) => !this.#finished.has(other));
    if (next !== undefined) this.#tell(next);
  }
}
