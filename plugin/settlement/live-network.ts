// What a network that may hold money demands of a deployment, with no option to go without: keys that were verified
// from circuit, powers of tau and contributions, and on the chain exactly the verifiers that follow from them.

import { Contract, type Provider } from "ethers";
import type { Facts } from "../protocol/facts.ts";
import { VerifiedKey } from "../prover/ceremony/verified-key.ts";
import { proofSystem } from "../prover/proof-systems.ts";
import { verifierContract } from "../prover/verifier-path.ts";
import { rollupInterface, verifierAbi } from "./abi.ts";
import { compileSource, sameCode } from "./contract-code.ts";
import type { Deployment } from "./deployment.ts";
import { developmentChainIds } from "./development-chain.ts";
import { SettlementError } from "./errors.ts";

/**
 * - `DEVELOPMENT_KEY`: the key, or the verifier by its own word, is one for development.
 * - `UNVERIFIED_KEY`: nobody has verified where the key comes from.
 * - `OTHER_KEY`: the verifier is for another key than the verified one.
 * - `OTHER_CODE`: the verifier is not what the verified key's source compiles to.
 * - `OTHER_SHAPES`: the rollup has other shapes or verifiers than those that were deployed for it.
 */
export type LiveNetworkErrorCode =
  | "DEVELOPMENT_KEY"
  | "UNVERIFIED_KEY"
  | "OTHER_KEY"
  | "OTHER_CODE"
  | "OTHER_SHAPES";

/** Why a live network does not get a rollup. Callers branch on the code. */
export class LiveNetworkError extends SettlementError {
  readonly code: LiveNetworkErrorCode;

  constructor(code: LiveNetworkErrorCode, sentence: string, facts: Facts) {
    super(sentence, facts);
    this.name = "LiveNetworkError";
    this.code = code;
  }
}

/** Where a deployment goes to. */
export type LiveNetwork = { readonly name: string; readonly chainId: bigint };

/** What is to be deployed for a shape, as in CircuitToDeploy. */
export type LiveCircuit = {
  readonly name: string;
  readonly keyHash: string;
  readonly development: boolean;
  readonly verifierArtifact: { readonly bytecode: string };
  readonly verifiedKey?: VerifiedKey | undefined;
};

/**
 * Refuses a circuit that a live network must not get, before anything is sent.
 *
 * @returns the code that its verifier has to have on the chain
 * @throws LiveNetworkError `DEVELOPMENT_KEY`, `UNVERIFIED_KEY`, `OTHER_KEY`, `OTHER_CODE`
 */
export async function requireLiveCircuit(circuit: LiveCircuit, network: LiveNetwork): Promise<string> {
  const { name, verifiedKey } = circuit;
  if (circuit.development) throw developmentKey(name, network.name, network.chainId);
  if (!VerifiedKey.isVerified(verifiedKey)) {
    throw new LiveNetworkError(
      "UNVERIFIED_KEY",
      "The key was not verified from its circuit, the powers of tau and its contributions.",
      { shape: name, network: network.name, "what to do": "npx hardhat rollup:deploy, which verifies it" },
    );
  }
  const { key } = verifiedKey;
  if (key.name !== name || key.keyHash !== circuit.keyHash) {
    throw otherKey(name, `${key.name}, ${key.keyHash}`, circuit.keyHash);
  }
  const source = await proofSystem(key.system).verifierSource(key, verifierContract(key));
  const expected = await compileSource(source);
  if (!sameCode(circuit.verifierArtifact.bytecode, expected.creation))
    throw otherCode(name, "to be deployed");
  return expected.runtime;
}

/**
 * Refuses a verifier on the chain that is not the one that was meant, whatever it says of itself.
 *
 * @param runtime - From requireLiveCircuit.
 * @throws LiveNetworkError `DEVELOPMENT_KEY`, `OTHER_KEY`, `OTHER_CODE`
 */
export async function requireLiveVerifier(
  circuit: LiveCircuit,
  address: string,
  runtime: string,
  network: LiveNetwork,
  provider: Provider,
): Promise<void> {
  const { name, keyHash } = circuit;
  const verifier = new Contract(address, verifierAbi, provider);
  const onChain: string = await verifier.getFunction("keyHash").staticCall();
  if (onChain !== keyHash) throw otherKey(name, keyHash, onChain);
  const development: boolean = await verifier.getFunction("isDevelopment").staticCall();
  if (development) throw developmentKey(name, network.name, network.chainId);
  if (!sameCode(await provider.getCode(address), runtime)) throw otherCode(name, `at ${address}`);
}

/**
 * Refuses a rollup whose proofs something else than the given verifiers may accept.
 *
 * @throws LiveNetworkError `OTHER_SHAPES`
 */
export async function requireLiveShapes(
  rollup: string,
  shapes: readonly { readonly id: string; readonly verifier: string }[],
  provider: Provider,
): Promise<void> {
  const contract = new Contract(rollup, rollupInterface, provider);
  const ids: string[] = await contract.getFunction("shapeIds").staticCall();
  const onChain: string[] = [];
  for (const id of ids) {
    const { verifier } = await contract.getFunction("shape").staticCall(id);
    onChain.push(`${id} by ${verifier}`);
  }
  const expected = shapes.map(({ id, verifier }) => `${id} by ${verifier}`);
  if (onChain.join() === expected.join()) return;
  throw new LiveNetworkError(
    "OTHER_SHAPES",
    "The rollup on the chain has other verifiers than it was given.",
    {
      rollup,
      expected: expected.join(", "),
      "on the chain": onChain.join(", "),
      "what to do": "do not use it; deploy again, from a clean build and over a node that you trust",
    },
  );
}

/**
 * Refuses a rollup that is on a live network, with a verifier whose proofs anybody can forge.
 *
 * @throws LiveNetworkError `DEVELOPMENT_KEY`
 */
export async function requireNoDevelopmentVerifier(
  { network, chainId, shapes }: Pick<Deployment, "network" | "chainId" | "shapes">,
  provider: Provider,
): Promise<void> {
  for (const { name, verifier, development } of shapes) {
    const contract = new Contract(verifier, verifierAbi, provider);
    const onChain: boolean = await contract.getFunction("isDevelopment").staticCall();
    if (development || onChain) throw developmentKey(name, network, chainId);
  }
}

/** Why development keys are refused on other chains. */
export function developmentKey(shape: string, network: string, chainId: bigint): LiveNetworkError {
  return new LiveNetworkError(
    "DEVELOPMENT_KEY",
    "Development keys are for development chains: anybody can forge their proofs.",
    {
      shape,
      network,
      "chain id": chainId,
      "chain ids allowed": developmentChainIds.join(" and "),
      "what to do":
        "use keys from a ceremony: npx hardhat rollup:ceremony new --shape <shape> --ptau <file>; or another network",
    },
  );
}

function otherKey(shape: string, expected: string, found: string): LiveNetworkError {
  return new LiveNetworkError("OTHER_KEY", "The verifier is not for the verified key.", {
    shape,
    "hash of the verified key": expected,
    "hash in the verifier": found,
    "what to do": "npx hardhat rollup:setup, then deploy again",
  });
}

function otherCode(shape: string, where: string): LiveNetworkError {
  return new LiveNetworkError("OTHER_CODE", "The verifier's code is not what its key compiles to.", {
    shape,
    "verifier whose code differs": where,
    "what to do":
      "build from scratch (npx hardhat clean, npx hardhat rollup:setup), without compiler settings of your own for the verifiers",
  });
}
