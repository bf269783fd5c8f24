import { Contract, getAddress } from "ethers";
import { shapeId } from "../protocol/shape.ts";
import { rollupDomain } from "../protocol/transaction.ts";
import type { ProofSystemName } from "../prover/proof-system.ts";
import type { ShapeSetup } from "../prover/shape-setup.ts";
import { rollupInterface } from "../settlement/abi.ts";
import type { DeployedShape, Deployment } from "../settlement/deployment.ts";
import { ClientError } from "./errors.ts";
import type { Connection } from "./open-rollup.ts";

/**
 * What L1 tells of a rollup that nobody has written down. Its shapes have to be among those at hand, with their keys.
 *
 * @param address - Of the contract.
 * @param setups - What could be its shapes.
 * @throws ClientError if there is no rollup, or one of shapes or keys that are not at hand
 */
export async function deploymentAt(
  { ethers, networkName }: Connection,
  address: string,
  setups: () => Promise<readonly (ShapeSetup & { readonly system: ProofSystemName })[]>,
): Promise<Deployment> {
  const { provider } = ethers;
  const rollup = getAddress(address);
  const contract = new Contract(rollup, rollupInterface, provider);
  const topics = [rollupInterface.getEvent("ShapeRegistered")?.topicHash ?? ""];
  const [log] = await provider.getLogs({ address: rollup, topics, fromBlock: 0, toBlock: "latest" });
  const noRollup = (problem: string): ClientError =>
    new ClientError("There is no rollup at the address.", {
      address: rollup,
      network: networkName,
      problem,
      "what to do": "correct the address, or choose the network that it is on",
    });
  if (log === undefined) {
    const code = await provider.getCode(rollup);
    throw noRollup(code === "0x" ? "there is no contract" : "the contract has registered no shapes");
  }
  const read = async (view: string) => {
    try {
      return await contract.getFunction(view).staticCall();
    } catch {
      throw noRollup(`the contract does not answer ${view}()`);
    }
  };
  const ids: readonly string[] = await read("shapeIds");
  const known = await setups();
  const shapes = await Promise.all(ids.map((id) => shapeAt(contract, id, known, noRollup)));
  const { chainId } = await provider.getNetwork();
  const creation = await provider.getTransaction(log.transactionHash);
  return {
    network: networkName,
    chainId,
    rollup,
    poseidon: await read("poseidon"),
    blockNumber: log.blockNumber,
    blockHash: log.blockHash,
    deployer: creation?.from ?? rollup,
    depth: Number(await read("depth")),
    domain: rollupDomain(chainId, rollup),
    shapes,
  };
}

async function shapeAt(
  contract: Contract,
  id: string,
  setups: readonly (ShapeSetup & { readonly system: ProofSystemName })[],
  noRollup: (problem: string) => ClientError,
): Promise<DeployedShape> {
  const setup = setups.find(({ shape, key }) => shapeId(shape, key.keyHash) === id);
  const found = await contract.queryFilter(contract.filters.ShapeRegistered?.(id) ?? "ShapeRegistered");
  const [log] = found;
  const event = log === undefined ? null : rollupInterface.parseLog(log);
  if (event === null) throw noRollup(`it has no event of its shape ${id}`);
  const { keyHash, shape } = event.args;
  if (setup === undefined) {
    throw new ClientError("The rollup has a shape that is not at hand, or has it with another key.", {
      rollup: await contract.getAddress(),
      id,
      slots: `${shape.transactions} transactions, ${shape.accounts} accounts, ${shape.operations} operations, ${shape.exits} exits`,
      "hash of its key": keyHash,
      "shapes at hand": setups.map(({ name, key }) => `${name} with ${key.keyHash}`).join(", ") || "none",
      "what to do": "name the shape under rollup.register in the Hardhat config, with the same proofSystem",
    });
  }
  const { name, circuit, key, system } = setup;
  return {
    name,
    shape: setup.shape,
    system,
    id,
    verifier: shape.verifier,
    keyHash: key.keyHash,
    circuitHash: circuit.contentHash,
    development: key.development,
  };
}
