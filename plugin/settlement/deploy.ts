import {
  Contract,
  ContractFactory,
  type InterfaceAbi,
  type Provider,
  type Signer,
  ZeroAddress,
} from "ethers";
import { assertShape, type Shape, shapeId } from "../protocol/shape.ts";
import { rollupDomain } from "../protocol/transaction.ts";
import type { VerifiedKey } from "../prover/ceremony/verified-key.ts";
import type { ProofSystemName } from "../prover/proof-system.ts";
import { verifierAbi } from "./abi.ts";
import type { BuiltContract } from "./artifacts.ts";
import { readableError } from "./contract-error.ts";
import type { DeployedShape, Deployment } from "./deployment.ts";
import { isDevelopmentChain } from "./development-chain.ts";
import { SettlementError } from "./errors.ts";
import {
  developmentKey,
  requireLiveCircuit,
  requireLiveShapes,
  requireLiveVerifier,
} from "./live-network.ts";
import { poseidonBytecode } from "./poseidon-contract.ts";

/** A compiled and keyed circuit of a shape, ready to be registered. */
export type CircuitToDeploy = {
  readonly name: string;
  readonly shape: Shape;
  readonly system: ProofSystemName;
  /** Its constructor takes no arguments. */
  readonly verifierArtifact: BuiltContract;
  /** Hash of the verification key (protocol section 9), `0x` and 64 digits. */
  readonly keyHash: string;
  readonly circuitHash: string;
  /** Whether the key comes from a development setup. */
  readonly development: boolean;
  /** Live networks take no circuit without it. */
  readonly verifiedKey?: VerifiedKey | undefined;
};

/** What a rollup fixes for ever, besides its shapes; see RollupUserConfig. Times in seconds. */
export type DeploymentParameters = {
  /** Undefined: the account that deploys. The zero address: everybody may settle. */
  readonly sequencer?: string | undefined;
  readonly sequencerTimeout: number;
  readonly forcedInclusionPeriod: number;
  readonly deadlineSpacing: number;
  readonly maxQueuedDeposits: number;
  /** Who may announce shapes and sequencers. Default nobody, for ever. */
  readonly admin?: string | undefined;
  /** Between the announcement of a shape and its activation: with an admin at least 30 days and `forcedInclusionPeriod`. */
  readonly upgradeDelay?: number | undefined;
};

/** A contract that was created. */
export type DeploymentStep = {
  /** "Poseidon", "verifier of <shape>" or "Rollup". */
  readonly contract: string;
  readonly address: string;
  readonly gasUsed: bigint;
};

export type DeploymentRequest = {
  /** Pays, and is the sequencer unless the parameters say otherwise. */
  readonly signer: Signer;
  readonly readArtifact: (contract: "Rollup") => Promise<BuiltContract>;
  readonly circuits: readonly CircuitToDeploy[];
  readonly parameters: DeploymentParameters;
  readonly networkName: string;
  /** Whether the network is a simulated one, in this process. */
  readonly simulated?: boolean;
  /** Blocks on top of the rollup's to wait for. Default 0. */
  readonly confirmations?: number;
  readonly onStep?: (step: DeploymentStep) => void;
};

/**
 * Deploys Poseidon, a verifier for each circuit, and the rollup, in this order. Nothing is sent unless the request
 * is sound; the caller writes the deployment file. Off development chains, keys have to be verified ones and the
 * verifiers on the chain what follows from them: there is no way around it.
 *
 * @throws SettlementError for no circuit, circuits of several depths or twice the same one, and a verifier that is not
 * for the circuit's key; LiveNetworkError; ContractError if the rollup's constructor refuses the parameters;
 * ProtocolError as assertShape
 */
export async function deployRollup(request: DeploymentRequest): Promise<Deployment> {
  const { signer, circuits, parameters, networkName } = request;
  const provider = requireProvider(signer);
  const { chainId } = await provider.getNetwork();
  const depth = requireOneDepth(circuits);
  requireDistinct(circuits);
  const live = { name: networkName, chainId };
  const isLive = request.simulated !== true && !isDevelopmentChain(chainId);
  for (const { name, development } of circuits) {
    // The contract refuses them by the chain's id, in whatever process the chain is.
    if (development && !isDevelopmentChain(chainId)) throw developmentKey(name, networkName, chainId);
  }
  const runtimes: string[] = [];
  for (const circuit of isLive ? circuits : []) runtimes.push(await requireLiveCircuit(circuit, live));
  const rollupArtifact = await request.readArtifact("Rollup");
  const deployer = await signer.getAddress();

  const create = async (contract: string, artifact: BuiltContract, args: readonly unknown[]) => {
    const created = await createContract(signer, contract, artifact, args, request.confirmations ?? 0);
    request.onStep?.({ contract, address: created.address, gasUsed: created.gasUsed });
    return created;
  };
  const poseidon = await create("Poseidon", { abi: [], bytecode: poseidonBytecode() }, []);
  const shapes: DeployedShape[] = [];
  for (const [index, circuit] of circuits.entries()) {
    const { name, shape, system, keyHash, circuitHash } = circuit;
    const verifier = await create(`verifier of ${name}`, circuit.verifierArtifact, []);
    const development = await checkVerifier(circuit, verifier.address, provider);
    const runtime = runtimes[index] ?? "";
    if (isLive) await requireLiveVerifier(circuit, verifier.address, runtime, live, provider);
    const id = shapeId(shape, keyHash);
    shapes.push({ name, shape, system, id, verifier: verifier.address, keyHash, circuitHash, development });
  }
  const configuration = {
    depth,
    poseidon: poseidon.address,
    sequencer: parameters.sequencer ?? deployer,
    sequencerTimeout: parameters.sequencerTimeout,
    forcedInclusionPeriod: parameters.forcedInclusionPeriod,
    deadlineSpacing: parameters.deadlineSpacing,
    maxQueuedDeposits: parameters.maxQueuedDeposits,
    admin: parameters.admin ?? ZeroAddress,
    upgradeDelay: parameters.upgradeDelay ?? 0,
  };
  const slots = shapes.map(({ shape, verifier }) => ({ ...shape, verifier }));
  const rollup = await create("Rollup", rollupArtifact, [configuration, slots]);
  if (isLive) await requireLiveShapes(rollup.address, shapes, provider);
  return {
    network: networkName,
    chainId,
    rollup: rollup.address,
    poseidon: poseidon.address,
    blockNumber: rollup.blockNumber,
    blockHash: rollup.blockHash,
    deployer,
    depth,
    domain: rollupDomain(chainId, rollup.address),
    shapes,
  };
}

async function createContract(
  signer: Signer,
  contract: string,
  artifact: BuiltContract,
  args: readonly unknown[],
  confirmations: number,
) {
  try {
    const factory = new ContractFactory(artifact.abi as InterfaceAbi, artifact.bytecode, signer);
    const created = await factory.deploy(...args);
    const receipt = await created.deploymentTransaction()?.wait(confirmations + 1);
    if (receipt === null || receipt === undefined) {
      throw new SettlementError(`The creation of ${contract} was not mined.`);
    }
    const { blockNumber, blockHash, gasUsed } = receipt;
    return { address: await created.getAddress(), blockNumber, blockHash, gasUsed };
  } catch (error) {
    throw readableError(`create ${contract}`, error);
  }
}

/** Refuses a verifier for another key. Returns whether its key is a development one, by its own word. */
async function checkVerifier(
  circuit: CircuitToDeploy,
  address: string,
  provider: Provider,
): Promise<boolean> {
  const verifier = new Contract(address, verifierAbi, provider);
  const keyHash: string = await verifier.getFunction("keyHash").staticCall();
  if (keyHash !== circuit.keyHash) {
    throw new SettlementError("The verifier is not for the circuit's key.", {
      shape: circuit.name,
      "hash of the key": circuit.keyHash,
      "hash in the verifier": keyHash,
      "what to do": "make both again: npx hardhat rollup:setup --force",
    });
  }
  return circuit.development || (await verifier.getFunction("isDevelopment").staticCall());
}

function requireProvider(signer: Signer): Provider {
  if (signer.provider !== null) return signer.provider;
  throw new SettlementError("The deploying account is not connected to a network.", {
    "what to do": "take it from a network connection",
  });
}

function requireOneDepth(circuits: readonly CircuitToDeploy[]): number {
  for (const { shape } of circuits) assertShape(shape);
  const [depth, ...others] = new Set(circuits.map(({ shape }) => shape.depth));
  if (depth !== undefined && others.length === 0) return depth;
  throw new SettlementError("A rollup needs at least one shape, and all of one depth.", {
    "depths given":
      [...new Set(circuits.map(({ name, shape }) => `${name} ${shape.depth}`))].join(", ") || "none",
    "what to do": "correct rollup.register in the Hardhat config",
  });
}

function requireDistinct(circuits: readonly CircuitToDeploy[]): void {
  const ids = new Map<string, string>();
  for (const { name, shape, keyHash } of circuits) {
    const id = shapeId(shape, keyHash);
    const other = ids.get(id);
    if (other !== undefined) {
      throw new SettlementError("Two shapes are the same, with the same key.", {
        shapes: `${other}, ${name}`,
        "what to do": "register one of them: rollup.register in the Hardhat config",
      });
    }
    ids.set(id, name);
  }
}
