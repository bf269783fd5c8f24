import path from "node:path";
import type {
  ConfigurationVariableResolver,
  HardhatConfig,
  ResolvedConfigurationVariable,
  SensitiveString,
} from "hardhat/types/config";
import { builtInShapes } from "./circuits/shapes.ts";
import type { Shape } from "./protocol/shape.ts";
import type { BackendName } from "./prover/backends/backend.ts";
import { secretVariable } from "./prover/fleet/secret-variable.ts";
import type { LocalProverConfig } from "./prover/local-prover.ts";
import type { ProofSystemName } from "./prover/proof-system.ts";

/** The section `rollup` of a user's Hardhat config. Every field has a default. */
export interface RollupUserConfig {
  /** Shapes of batches besides the built-in ones, by name: lower case letters, digits and dashes. */
  shapes?: Record<string, Shape>;
  /** Names of the shapes that a deployment registers, all of one depth. Default `["dev"]`. */
  register?: string[];
  /**
   * What proves the batches of a rollup that is deployed: `groth16` (default), `plonk` or `fflonk`; or `simulated`, which
   * proves nothing and is for development chains. A rollup that is deployed keeps its own, see rollup:systems.
   */
  proofSystem?: ProofSystemName;
  /** Folder of circuits, keys, verifiers and the store of every deployment. Default `rollup` in Hardhat's cache folder. */
  folder?: string;
  /** Folder of the deployment files, one a network. Default `deployments/rollup`; worth committing for lasting networks. */
  deployments?: string;
  /** L1 address that may settle at any time. Default: the account that deploys. */
  sequencer?: string;
  /** Seconds that the queue's head may wait before anyone may settle. Default one day. */
  sequencerTimeout?: number;
  /** Seconds that an entry of the queue may wait, at least. More than `sequencerTimeout`. Default seven days. */
  forcedInclusionPeriod?: number;
  /** Seconds between the deadlines of entries that queue up: the time to prove one. Default 60. */
  deadlineSpacing?: number;
  /** Deposits that may wait in the queue at a time, and at most a quarter of the tree. Default 1,000. */
  maxQueuedDeposits?: number;
  /** L1 address that may announce further shapes and another sequencer. Default: nobody, for ever. */
  admin?: string;
  /**
   * Seconds between the announcement of a shape and its activation, for users to leave in. With an admin only. Default, and
   * at least, 30 days and `forcedInclusionPeriod`.
   */
  upgradeDelay?: number;
  /** Blocks on top of a block before what it holds counts as final, by name of the network. Default: 0 on development chains, else 12. */
  confirmations?: Record<string, number>;
  /** What makes proofs on this machine. */
  prover?: ProverUserConfig;
  /** Other machines that make proofs, see docs/fleet.md. */
  fleet?: FleetUserConfig;
  /** Where keys for live networks come from. */
  ceremony?: CeremonyUserConfig;
  /** The process that runs the rollup, `rollup:node`: see docs/node.md. */
  node?: NodeUserConfig;
}

/** How `rollup:node` serves, and when it seals. */
export interface NodeUserConfig {
  /** Where it listens. Default `127.0.0.1`: this machine only. */
  host?: string;
  /** Default 9650; 0 for any that is free. */
  port?: number;
  /** Calls a second that an address may make on average, a transaction counting as one. Default 500; 0 for no limit. */
  rateLimit?: number;
  /** Whether a proxy in front says in X-Forwarded-For who calls. Default false: never without such a proxy. */
  trustProxy?: boolean;
  /** Accounts that callers may have opened in an hour without a deposit, all together. Default 100; on development chains no limit. */
  opensPerHour?: number;
  /** Seconds between two looks at L1. Default 4. */
  pollInterval?: number;
  /**
   * The most that a unit of gas of a settlement may cost, in wei: a settlement that would cost more waits until L1 is cheaper.
   * Default: ten times what L1's node says is usual, whatever that is. Also for `rollup:settle`, as the next one.
   */
  maxFeePerGas?: bigint;
  /** Seconds after which a settlement that is not mined is replaced by one that pays more. Default 60. */
  stuckAfter?: number;
  /** When to seal a batch. */
  sealing?: SealingUserConfig;
}

/** A batch is sealed when the first of these says so. */
export interface SealingUserConfig {
  /** Once so many transactions are pending. Default: what fills the largest shape. */
  transactions?: number;
  /** Once the oldest has waited for so many seconds. Default 60. */
  seconds?: number;
  /** Once the deadline of a queue entry is nearer than so many seconds: time to prove and to settle. Default 6 hours. */
  deadlineMargin?: number;
  /** Only the deadline seals while so many sealed batches have no proof. Default: no limit. */
  unproven?: number;
}

/** A fleet of machines that prove, and its queue. */
export interface FleetUserConfig {
  /** Redis server with the queue, `redis://[user:password@]host[:port]` or `rediss://`: `rollup:prove` has the fleet prove. Default: this machine proves, unless `--queue` is given. */
  queue?: SensitiveString;
  /** What the machines of the fleet share, 32 characters or more. Default: the configuration variable HARDHAT_ROLLUP_FLEET_SECRET. */
  secret?: SensitiveString;
}

/** Ceremonies, and what a live network demands of the keys that they end with. */
export interface CeremonyUserConfig {
  /** Folder of the ceremonies and their keys, one below it for each shape. Default `ceremonies/rollup`; worth keeping as long as the rollup. */
  folder?: string;
  /** Prepared powers of tau: a file of the Hermez ceremony, which live networks demand. A relative path starts at the project's root. */
  ptau?: string;
  /** Contributions that are not the beacon, at least. Default 2, so that nobody alone can forge proofs; never less than 1. */
  minContributions?: number;
}

/** How proofs are made on this machine. */
export interface ProverUserConfig {
  /** Tried in this order, until one returns a valid proof. Default: rapidsnark if it is configured, then the built-in prover, then snarkjs. */
  backends?: BackendName[];
  /** A rapidsnark binary that is installed already; a relative path starts at the project's root. */
  rapidsnark?: { path: string; sha256: string };
  /** Proofs at once, at most. Default: as many as there are cores. */
  workers?: number;
  /** Bytes that the proofs under way may take together. Default: what is free when proving starts. */
  memory?: number;
}

/** The resolved section: all defaults filled in, all paths absolute. */
export interface RollupConfig {
  /** Built-in and own shapes, by name. */
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly register: readonly string[];
  readonly proofSystem: ProofSystemName;
  readonly folder: string;
  readonly deployments: string;
  /** Undefined: the account that deploys. */
  readonly sequencer: string | undefined;
  readonly sequencerTimeout: number;
  readonly forcedInclusionPeriod: number;
  readonly deadlineSpacing: number;
  readonly maxQueuedDeposits: number;
  /** Undefined: nobody. */
  readonly admin: string | undefined;
  /** 0 without an admin. */
  readonly upgradeDelay: number;
  /** Only what the user set: ask `confirmationsOn`. */
  readonly confirmations: Readonly<Record<string, number>>;
  readonly prover: LocalProverConfig;
  readonly fleet: FleetConfig;
  readonly ceremony: CeremonyConfig;
  readonly node: NodeConfig;
}

export interface NodeConfig {
  readonly host: string;
  readonly port: number;
  readonly rateLimit: number;
  readonly trustProxy: boolean;
  /** Undefined: by the network. */
  readonly opensPerHour: number | undefined;
  readonly pollInterval: number;
  /** In wei. Undefined: by what is usual. */
  readonly maxFeePerGas: bigint | undefined;
  readonly stuckAfter: number;
  /** What is undefined, the sequencer decides. */
  readonly sealing: Readonly<SealingUserConfig>;
}

export interface FleetConfig {
  /** Undefined: proofs are made on this machine. */
  readonly queue: ResolvedConfigurationVariable | undefined;
  readonly secret: ResolvedConfigurationVariable;
}

export interface CeremonyConfig {
  readonly folder: string;
  /** Undefined: named by none but an option. */
  readonly ptau: string | undefined;
  readonly minContributions: number;
}

/** Chain id of Hardhat's in-process chains and of `hardhat node`, where blocks come only with transactions. */
const developmentChainId = 31_337n;

const secondsPerDay = 24 * 60 * 60;
const defaultPeriod = 7 * secondsPerDay;

/** Time for users to leave before a further shape (protocol section 5). */
export function leastUpgradeDelay({
  forcedInclusionPeriod,
}: Pick<RollupUserConfig, "forcedInclusionPeriod">) {
  return 30 * secondsPerDay + (forcedInclusionPeriod ?? defaultPeriod);
}

/** Fills in the defaults; relative paths start at the project's root. */
export function resolveRollupConfig(
  user: RollupUserConfig,
  paths: HardhatConfig["paths"],
  resolveVariable: ConfigurationVariableResolver,
): RollupConfig {
  return {
    shapes: { ...builtInShapes, ...user.shapes },
    register: user.register ?? ["dev"],
    proofSystem: user.proofSystem ?? "groth16",
    folder:
      user.folder === undefined ? path.join(paths.cache, "rollup") : path.resolve(paths.root, user.folder),
    deployments: path.resolve(paths.root, user.deployments ?? path.join("deployments", "rollup")),
    sequencer: user.sequencer,
    sequencerTimeout: user.sequencerTimeout ?? secondsPerDay,
    forcedInclusionPeriod: user.forcedInclusionPeriod ?? defaultPeriod,
    deadlineSpacing: user.deadlineSpacing ?? 60,
    maxQueuedDeposits: user.maxQueuedDeposits ?? 1_000,
    admin: user.admin,
    upgradeDelay: user.upgradeDelay ?? (user.admin === undefined ? 0 : leastUpgradeDelay(user)),
    confirmations: user.confirmations ?? {},
    prover: resolveProverConfig(user.prover ?? {}, paths),
    fleet: resolveFleetConfig(user.fleet ?? {}, resolveVariable),
    ceremony: resolveCeremonyConfig(user.ceremony ?? {}, paths),
    node: resolveNodeConfig(user.node ?? {}),
  };
}

function resolveProverConfig(user: ProverUserConfig, paths: HardhatConfig["paths"]): LocalProverConfig {
  const { rapidsnark, workers, memory } = user;
  return {
    backends: user.backends ?? [
      ...(rapidsnark === undefined ? [] : ["rapidsnark" as const]),
      "builtin",
      "snarkjs",
    ],
    rapidsnark: rapidsnark && { ...rapidsnark, path: path.resolve(paths.root, rapidsnark.path) },
    workers,
    memory,
  };
}

function resolveFleetConfig(user: FleetUserConfig, resolve: ConfigurationVariableResolver): FleetConfig {
  return {
    queue: user.queue === undefined ? undefined : resolve(user.queue),
    secret: resolve(user.secret ?? { _type: "ConfigurationVariable", name: secretVariable }),
  };
}

function resolveCeremonyConfig(user: CeremonyUserConfig, paths: HardhatConfig["paths"]): CeremonyConfig {
  return {
    folder: path.resolve(paths.root, user.folder ?? path.join("ceremonies", "rollup")),
    ptau: user.ptau === undefined ? undefined : path.resolve(paths.root, user.ptau),
    minContributions: user.minContributions ?? 2,
  };
}

function resolveNodeConfig(user: NodeUserConfig): NodeConfig {
  return {
    host: user.host ?? "127.0.0.1",
    port: user.port ?? 9_650,
    rateLimit: user.rateLimit ?? 500,
    trustProxy: user.trustProxy ?? false,
    opensPerHour: user.opensPerHour,
    pollInterval: user.pollInterval ?? 4,
    maxFeePerGas: user.maxFeePerGas,
    stuckAfter: user.stuckAfter ?? 60,
    sealing: user.sealing ?? {},
  };
}

/** The number of blocks on top of a block before what it holds counts as final. */
export function confirmationsOn(
  config: RollupConfig,
  network: { readonly name: string; readonly chainId: bigint },
): number {
  return config.confirmations[network.name] ?? (network.chainId === developmentChainId ? 0 : 12);
}
