import type { TaskDefinition } from "hardhat/types/tasks";
import { ceremonyTasks } from "./ceremony.ts";
import type { TaskLanguage } from "./language.ts";
import { type TaskBuilder, withOutputOptions } from "./output-options.ts";

const forceFlag = { name: "force", description: "Do it again even if the cache is up to date" } as const;
const shapesArgument = {
  name: "shapes",
  description: "Names of shapes; none: those that the config registers",
  defaultValue: [] as string[],
} as const;

/** The tasks of the plugin. `--network` is Hardhat's own option and works with each of them. */
export function rollupTasks(language: TaskLanguage): TaskDefinition[] {
  const { task, emptyTask, ArgumentType } = language;

  /** A task under both of its names, `rollup <name>` and `rollup:<name>`, from one definition. */
  const subtask = (
    name: string,
    description: string,
    define: (builder: TaskBuilder) => { build(): TaskDefinition },
  ): TaskDefinition[] =>
    [["rollup", name], [`rollup:${name}`]].map((id) =>
      define(withOutputOptions(task(id, description))).build(),
    );

  const queueOption = {
    name: "queue",
    description:
      "Redis server of a proving fleet, redis://[user:password@]host[:port] or rediss:// (default: HARDHAT_ROLLUP_QUEUE of the environment, or rollup.fleet.queue of the config)",
    type: ArgumentType.STRING_WITHOUT_DEFAULT,
    defaultValue: undefined,
  } as const;
  return [
    emptyTask("rollup", "Deploys, runs, proves and settles a ZK rollup").build(),

    ...subtask("init", "Adds what is missing to this project: config, a first test, scripts", (builder) =>
      builder.setAction(() => import("./init.ts")),
    ),

    ...subtask("compile", "Compiles the batch circuits of the configured shapes", (builder) =>
      builder
        .addVariadicArgument(shapesArgument)
        .addFlag(forceFlag)
        .setAction(() => import("./compile.ts")),
    ),

    ...subtask("setup", "Makes development proving keys (insecure) and Solidity verifiers", (builder) =>
      builder
        .addVariadicArgument(shapesArgument)
        .addFlag(forceFlag)
        .setAction(() => import("./setup.ts")),
    ),

    ...subtask("deploy", "Deploys the rollup and its verifiers, or says what is deployed", (builder) =>
      builder
        .addOption({
          name: "tokens",
          description: "Addresses of ERC-20 tokens to register, separated by commas",
          defaultValue: "",
        })
        .setAction(() => import("./deploy.ts")),
    ),

    ...subtask("send", "Signs and submits deposits, transfers, withdrawals and exits", (builder) =>
      builder
        .addPositionalArgument({
          name: "file",
          description:
            "CSV (columns kind,from,to,asset,amount, optional fee,nonce) or JSON lines (.jsonl), instead of the options",
          type: ArgumentType.FILE_WITHOUT_DEFAULT,
        })
        .addOption({
          name: "kind",
          description: "What to send: deposit, transfer, withdraw or exit",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption({
          name: "from",
          description:
            "Who pays: a name (development chains), #n or the address of one of the network's accounts",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption({
          name: "to",
          description: "Who is paid, like --from; for a withdrawal any L1 address (default: the payer)",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption({
          name: "amount",
          description: "In whole units of the asset, such as 1.5",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption({
          name: "asset",
          description: "ETH, or a registered token's symbol or address",
          defaultValue: "ETH",
        })
        .addOption({ name: "fee", description: "In whole units of the asset", defaultValue: "0" })
        .addOption({
          name: "nonce",
          description: "The sender's nonce (default: its next one)",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .setAction(() => import("./send.ts")),
    ),

    ...subtask("sequence", "Executes what is pending and seals batches", (builder) =>
      builder.setAction(() => import("./sequence.ts")),
    ),

    ...subtask(
      "node",
      "Runs the rollup until it is stopped: serves JSON-RPC, follows L1, seals, proves and settles",
      (builder) =>
        builder
          .addOption({
            name: "host",
            description: "Where to listen (default: rollup.node.host of the config, 127.0.0.1)",
            type: ArgumentType.STRING_WITHOUT_DEFAULT,
            defaultValue: undefined,
          })
          .addOption({
            name: "port",
            description: "Where to listen; 0: any that is free; -1: rollup.node.port of the config, 9650",
            type: ArgumentType.INT,
            defaultValue: -1,
          })
          .addFlag({
            name: "follow",
            description: "Only keep a copy of what settles on L1, and serve reads: somebody else sequences",
          })
          .addOption(queueOption)
          .addOption({
            name: "logLevel",
            description: "What to log, from which level on: trace, debug, info, warn, error or silent",
            defaultValue: "info",
          })
          .setAction(() => import("./node.ts")),
    ),

    ...subtask("prove", "Proves the sealed batches that have no proof yet", (builder) =>
      builder
        .addFlag({
          name: "demo",
          description: "Do every step, on the in-process chain, with sample payments",
        })
        .addOption({
          name: "payments",
          description: "The demo's payments, CSV (default: those of this package)",
          type: ArgumentType.FILE_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption(queueOption)
        .setAction(() => import("./prove.ts")),
    ),

    ...subtask("prover", "Proves for a fleet: takes jobs from its queue until it is stopped", (builder) =>
      builder
        .addOption(queueOption)
        .addOption({
          name: "name",
          description: "The worker's name (default: this machine's)",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption({
          name: "workers",
          description: "Proofs at once; 0: as configured, or one a core",
          type: ArgumentType.INT,
          defaultValue: 0,
        })
        .addOption({
          name: "metrics",
          description: "Serve metrics for Prometheus on this port of 127.0.0.1; 0: do not",
          type: ArgumentType.INT,
          defaultValue: 0,
        })
        .addFlag({ name: "once", description: "End when nothing waits any more" })
        .addFlag({ name: "status", description: "Instead: show jobs, workers and what was set aside" })
        .addOption({
          name: "retry",
          description: 'Instead: have a job that was set aside done again, or "all"',
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption({
          name: "cancel",
          description: 'Instead: remove a job that no worker holds, or "all"',
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption({
          name: "pardon",
          description: "Instead: let a worker out of quarantine, by its name",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .setAction(() => import("./prover.ts")),
    ),

    ...subtask(
      "verify",
      "Checks proofs off chain, with the verification key and the batch's data",
      (builder) =>
        builder
          .addPositionalArgument({
            name: "file",
            description: "A proof's file (default: the proofs in the store)",
            type: ArgumentType.FILE_WITHOUT_DEFAULT,
          })
          .addOption({
            name: "batch",
            description: "Number of a batch; 0: all that have a proof",
            type: ArgumentType.INT,
            defaultValue: 0,
          })
          .setAction(() => import("./verify.ts")),
    ),

    ...subtask("settle", "Settles the proven batches and reports the gas", (builder) =>
      builder
        .addOption({
          name: "batch",
          description: "Number of the last batch to settle; 0: all that are proven",
          type: ArgumentType.INT,
          defaultValue: 0,
        })
        .addFlag({
          name: "claim",
          description: "Also pay the exits of settled batches out to their recipients",
        })
        .setAction(() => import("./settle.ts")),
    ),

    ...subtask("status", "Shows roots, batches by state, the queue and balances by asset", (builder) =>
      builder.setAction(() => import("./status.ts")),
    ),

    ...subtask(
      "sync",
      "Rebuilds the state from L1 alone, checks every root, brings the store up to date",
      (builder) =>
        builder
          .addFlag({
            name: "rebuild",
            description: "Move the store away and make a new one of what has settled",
          })
          .addOption({
            name: "out",
            description: "Write the accounts to this file, JSON",
            type: ArgumentType.FILE_WITHOUT_DEFAULT,
            defaultValue: undefined,
          })
          .setAction(() => import("./sync.ts")),
    ),

    ...subtask("exit", "Asks L1 to force the exit of an account: no sequencer is needed", (builder) =>
      builder
        .addOption({
          name: "from",
          description:
            "Owner of the account: #n or the address of one of the network's accounts, or a name (development chains)",
          defaultValue: "#0",
        })
        .addOption({
          name: "asset",
          description: "ETH, or a registered token's symbol or address",
          defaultValue: "ETH",
        })
        .addOption({
          name: "index",
          description: "Index of the account, if the owner has several; -1: the only one",
          type: ArgumentType.INT,
          defaultValue: -1,
        })
        .setAction(() => import("./exit.ts")),
    ),

    ...subtask("escape", "Prints or sends the calls that pay an owner out, from L1 data alone", (builder) =>
      builder
        .addOption({
          name: "owner",
          description:
            "Any L1 address, # and the number of one of the network's accounts, or a name (development chains)",
          defaultValue: "#0",
        })
        .addFlag({
          name: "send",
          description:
            "Send them, with the network's first account; freezes the rollup first if a deadline is over",
        })
        .setAction(() => import("./escape.ts")),
    ),

    ...subtask("systems", "Measures the proof systems on a shape's circuit, and recommends one", (builder) =>
      builder
        .addOption({
          name: "shape",
          description: "Name of the shape (default: the first that the config registers)",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption({
          name: "systems",
          description: "Which ones, separated by commas; simulated is one, too",
          defaultValue: "groth16,plonk,fflonk",
        })
        .addOption({
          name: "batches",
          description: "Batches that the rollup settles in a day, for the recommendation",
          type: ArgumentType.INT,
          defaultValue: 24,
        })
        .addOption({
          name: "minutes",
          description: "After how long a system is given up",
          type: ArgumentType.INT,
          defaultValue: 30,
        })
        .setAction(() => import("./systems.ts")),
    ),

    ...ceremonyTasks(language),
  ];
}
