// The whole life of a rollup in one run, on a chain in this process: for a first look, and as a test of everything
// together.

import { ContractFactory, type InterfaceAbi } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { BatchReport } from "../client/batch-report.ts";
import { ClientError } from "../client/errors.ts";
import {
  type Connection,
  compileConfiguredShape,
  firstSigner,
  isSimulated,
  openEphemeral,
  setUpConfiguredShape,
} from "../client/open-rollup.ts";
import type { RollupClient } from "../client/rollup.ts";
import { type Progress, type ProgressTarget, runSteps } from "../console/progress.ts";
import { formatCount } from "../console/table.ts";
import { Parties } from "../payments/parties.ts";
import { type PlannedPayment, planPayments } from "../payments/payment-plan.ts";
import { type PaymentLine, readPayments, type SignedLine } from "../payments/payments-file.ts";
import { sendPayments } from "../payments/send-payments.ts";
import { localProver } from "../prover/local-prover.ts";
import type { ProverPool } from "../prover/prover-pool.ts";
import type { ShapeSetup } from "../prover/shape-setup.ts";
import { type BuiltContract, readRollupArtifact } from "../settlement/artifacts.ts";
import { type Books, type Check, checkEscrow, checkProofs, checkRoot, escrowSums } from "./checks.ts";

export type DemoOptions = {
  /** File of payments in ETH and in the sample token, see readPayments. The deployer pays the deposits of names. */
  readonly payments: string;
  /** Names of the shapes to register. Default: one that is large enough to show what a batch is good for. */
  readonly shapes?: readonly string[] | undefined;
  /** Where progress is shown. Default: on standard output. */
  readonly progress?: ProgressTarget | undefined;
  /** Ends the run; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
};

export type DemoResult = {
  readonly batches: readonly BatchReport[];
  /** Exits that were paid on L1. */
  readonly claimed: number;
  readonly checks: readonly Check[];
  /** Where the time went, in order. */
  readonly steps: readonly { readonly title: string; readonly seconds: number }[];
  /** All of it. */
  readonly seconds: number;
};

/** 43 transactions between 14 accounts: the sample payments are made to fill three batches of it. */
const defaultShapes = ["busy"];

/** What the demo's payer has of the sample token. */
const sampleTokens = 1_000_000_000_000n;

/**
 * Deploys a rollup and a sample token on an in-process chain, deposits, pays, seals, proves, settles, claims, and
 * checks the outcome against L1. What is missing of circuits and keys is made and kept; nothing else is.
 *
 * @throws ClientError for payments that cannot be made, and on a network that is not in-process; else as what it runs
 */
export async function runDemo(hre: HardhatRuntimeEnvironment, options: DemoOptions): Promise<DemoResult> {
  const lines = await readPayments(options.payments);
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const connection = await hre.network.create();
  try {
    if (!isSimulated(connection)) {
      throw new ClientError("The demo runs on the in-process chain.", {
        network: connection.networkName,
        "what to do": "leave --network out; on other networks: rollup:deploy, send, sequence, prove, settle",
      });
    }
    return await new Demo(hre, connection, { ...options, signal }).run(lines);
  } finally {
    ending.abort(); // whatever still runs after a failure
    await connection.close();
  }
}

class Demo {
  readonly #hre: HardhatRuntimeEnvironment;
  readonly #connection: Connection;
  readonly #shapes: readonly string[];
  readonly #prover: ProverPool;
  readonly #options: DemoOptions & { readonly signal: AbortSignal };
  readonly #started = performance.now();
  readonly #steps: { title: string; seconds: number }[] = [];

  constructor(
    hre: HardhatRuntimeEnvironment,
    connection: Connection,
    options: DemoOptions & { readonly signal: AbortSignal },
  ) {
    this.#hre = hre;
    this.#connection = connection;
    this.#shapes = options.shapes ?? defaultShapes;
    this.#options = options;
    this.#prover = localProver(hre.config.rollup.prover);
  }

  async run(lines: readonly (PaymentLine | SignedLine)[]): Promise<DemoResult> {
    // circom works on one core: the other one builds the contracts meanwhile.
    const token = readRollupArtifact(this.#hre, "SampleToken");
    const rollup = readRollupArtifact(this.#hre, "Rollup");
    const [, , setups] = await Promise.all([token, rollup, this.#setUp()]);
    const { client, close } = await this.#deploy(setups);
    try {
      await this.#registerSampleToken(client, await token);
      await this.#send(client, lines);
      const sealed = await this.#step(
        "Sequence",
        async () => (await client.seal()).length,
        (count) => `Batches sealed: ${count}`,
      );
      await this.#proveAndSettle(client);
      const { claimed, checks } = await this.#claimAndCheck(client, sealed);
      const batches = Array.from({ length: sealed }, (_, position) => client.report(position + 1));
      return { batches, claimed, checks, steps: this.#steps, seconds: secondsSince(this.#started) };
    } finally {
      await close();
    }
  }

  async #setUp(): Promise<ReadonlyMap<string, ShapeSetup>> {
    const { signal } = this.#options;
    const setups = new Map<string, ShapeSetup>();
    for (const name of this.#shapes) {
      await this.#step(
        `Compile the circuit of ${name}`,
        ({ at }) => compileConfiguredShape(this.#hre, name, { signal, onSetup: (_, message) => at(message) }),
        ({ constraints, reason }) => `Circuit of ${name}: ${formatCount(constraints)} constraints, ${reason}`,
      );
      const setup = await this.#step(
        `Make a proving key for ${name}`,
        ({ at }) => setUpConfiguredShape(this.#hre, name, { signal, onSetup: (_, message) => at(message) }),
        ({ key }) =>
          key.system === "simulated"
            ? `No proving key for ${name}: proofs are SIMULATED`
            : `Proving key of ${name} (${key.system}), for development only: ${key.reason}`,
      );
      setups.set(name, setup);
      // Provers read their keys while there is nothing to prove yet.
      const { wasmPath, wasmHash } = setup.circuit;
      const prepared = this.#prover.prepare(setup.key, { path: wasmPath, hash: wasmHash });
      prepared.catch(() => undefined); // whoever proves then says so
    }
    return setups;
  }

  async #deploy(setups: ReadonlyMap<string, ShapeSetup>) {
    const setUp = async (name: string): Promise<ShapeSetup> =>
      setups.get(name) ?? (await setUpConfiguredShape(this.#hre, name));
    return await this.#step(
      "Deploy",
      async ({ at }) =>
        await openEphemeral(this.#hre, this.#connection, {
          shapes: this.#shapes,
          setUp,
          onStep: ({ contract }) => at(contract),
        }),
      ({ client }) => `Rollup at ${client.address}, on a chain in this process`,
    );
  }

  /** The sample token, most of which the payer has. */
  async #registerSampleToken(client: RollupClient, { abi, bytecode }: BuiltContract): Promise<void> {
    const payer = await firstSigner(this.#connection);
    const token = await new ContractFactory(abi as InterfaceAbi, bytecode, payer).deploy();
    await (await token.getFunction("mint").send(await payer.getAddress(), sampleTokens)).wait();
    await client.registerToken(await token.getAddress());
  }

  /** Plans all payments before the first one is sent. Deposits go first, since L1 does. */
  async #send(client: RollupClient, lines: readonly (PaymentLine | SignedLine)[]): Promise<void> {
    const { signal, payments: file } = this.#options;
    const signers = await this.#connection.ethers.getSigners();
    const payer = await firstSigner(this.#connection);
    const network = { name: this.#connection.networkName, isDevelopment: true };
    const parties = new Parties({ signers, network });
    const plan = await this.#step(
      "Look the payments up",
      () => planPayments(client, parties, lines, file),
      ({ length }) => `Payments looked up: ${formatCount(length)}`,
    );
    const deposits = plan.filter(({ kind }) => kind === "deposit");
    const payments = plan.filter(({ kind }) => kind !== "deposit");
    const send =
      (part: readonly PlannedPayment[]) =>
      async ({ at }: Progress): Promise<void> => {
        const onProgress = (sent: number): void => at(`${sent} of ${part.length}`);
        await sendPayments(client, part, { payer, signal, onProgress });
      };
    await this.#step("Deposit on L1", send(deposits), () => {
      const accounts = formatCount(client.sequencer.status().accounts);
      return `Deposits on L1: ${formatCount(deposits.length)}, accounts: ${accounts}`;
    });
    await this.#step("Sign and submit", send(payments), () => {
      const withdrawals = payments.filter(({ kind }) => kind === "withdraw").length;
      return `Signed and submitted: ${formatCount(payments.length - withdrawals)} payments, ${withdrawals} withdrawals`;
    });
  }

  /** A batch settles while the next ones are being proven. */
  async #proveAndSettle(client: RollupClient): Promise<void> {
    const failure = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, failure.signal]);
    let settling = Promise.resolve();
    const work = async ({ at }: Progress): Promise<readonly BatchReport[]> => {
      let settled = 0;
      const stages = new Map<number, string>();
      const show = (batchNumber: number, stage: string): void => {
        stages.set(batchNumber, stage);
        const running = [...stages].map(([number, what]) => `batch ${number}: ${what}`);
        at([...(settled > 0 ? [`settled: ${settled}`] : []), ...running].join(", "));
      };
      const settle = async ({ batchNumber }: BatchReport): Promise<void> => {
        show(batchNumber, "settling");
        await client.settleProven();
        settled++;
        stages.delete(batchNumber);
      };
      const onBatch = (report: BatchReport): void => {
        settling = settling.then(() => settle(report));
        settling.catch((error: unknown) => failure.abort(error));
      };
      try {
        return await client.prove({ signal, prover: this.#prover, onProgress: show, onBatch });
      } finally {
        await settling;
      }
    };
    await this.#step("Prove and settle", work, ({ length }) => `Batches proven and settled: ${length}`);
  }

  /** Money has to add up with the exits unclaimed, and again once they are paid. */
  async #claimAndCheck(
    client: RollupClient,
    sealed: number,
  ): Promise<Pick<DemoResult, "claimed" | "checks">> {
    const { l1, store } = client;
    const work = async ({ at }: Progress): Promise<Pick<DemoResult, "claimed" | "checks">> => {
      const books: Books[] = [];
      const rebuild = async (when: string): Promise<Check> => {
        at("rebuilding the state from L1");
        const { check, synced } = await checkRoot(l1);
        books.push({ when, sums: synced && (await escrowSums(l1, synced)) });
        return check;
      };
      await rebuild("before claiming");
      at("claiming the exits");
      const claimed = (await client.claim()).length;
      const root = await rebuild("after claiming");
      at("verifying the proofs on L1");
      const proofs = await checkProofs(l1, sealed, (batchNumber) => store.proofs.get(batchNumber));
      return { claimed, checks: [checkEscrow(books), root, proofs] };
    };
    return await this.#step(
      "Claim and check",
      work,
      ({ claimed }) => `Withdrawals claimed on L1: ${claimed}`,
    );
  }

  /** Runs and shows a step, and takes its time. */
  async #step<T>(
    title: string,
    work: (progress: Progress) => Promise<T>,
    outcome: (result: T) => string,
  ): Promise<T> {
    this.#options.signal.throwIfAborted();
    const started = performance.now();
    const done: T[] = [];
    const run = async (progress: Progress): Promise<string> => {
      const result = await work(progress);
      done.push(result);
      return outcome(result);
    };
    await runSteps([{ title, run }], { progress: this.#options.progress });
    this.#steps.push({ title, seconds: secondsSince(started) });
    return done[0] as T;
  }
}

function secondsSince(moment: number): number {
  return (performance.now() - moment) / 1000;
}
