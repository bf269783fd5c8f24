// A proof with all that it takes to check it, for people who have nothing else of the rollup.

import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { ClientError } from "../client/errors.ts";
import type { RollupClient } from "../client/rollup.ts";
import {
  batchChallenge,
  batchElements,
  evaluateElements,
  packBatch,
  unpackBatch,
} from "../protocol/batch-data.ts";
import { wordHex, wordValue } from "../protocol/hex.ts";
import type { Shape } from "../protocol/shape.ts";
import { State } from "../protocol/state.ts";
import { rollupDomain } from "../protocol/transaction.ts";
import type { VerificationKeyJson } from "../prover/proof-system.ts";
import { storeFolder } from "../sequencer/store.ts";
import type { Deployment } from "../settlement/deployment.ts";

/** The public statement of a batch and its proof. Roots and inputs are field elements. */
export type BatchProof = {
  readonly network: string;
  readonly chainId: bigint;
  /** The contract's address. */
  readonly rollup: string;
  readonly batchNumber: number;
  readonly shapeName: string;
  readonly shape: Shape;
  /** The shape's id on chain, `0x` and 64 digits: hash of its numbers and of the verification key. */
  readonly shapeId: string;
  readonly oldRoot: bigint;
  readonly newRoot: bigint;
  /** `c`, `r` and `y`, what the verifier sees. The latter two follow from the first and the data. */
  readonly commitment: bigint;
  readonly challenge: bigint;
  readonly evaluation: bigint;
  /** The published data, packed, `0x` hexadecimal. */
  readonly operations: string;
  readonly exits: string;
  readonly rows: string;
  /** As the verifier contract takes it, `0x` hexadecimal. */
  readonly proof: string;
  readonly verificationKey: VerificationKeyJson;
};

/** Raise it when a file changes its meaning. */
const fileVersion = 1;

const hex = z.string().regex(/^0x(?:[0-9a-fA-F]{2})*$/, "Expected 0x and hexadecimal digits");
const hash = z.string().regex(/^0x[0-9a-f]{64}$/, "Expected 0x and 64 lower-case hexadecimal digits");
const element = hash.transform((text) => wordValue("An element", text));
const size = z.number().int().nonnegative();
const sizes = {
  depth: size,
  transactions: size,
  accounts: size,
  operations: size,
  exits: size,
  fees: size,
  applications: size,
};

const fileType = z
  .object({
    version: z.literal(fileVersion),
    network: z.string(),
    chainId: z.string().regex(/^\d+$/, "Expected an integer in decimals, in quotes").transform(BigInt),
    rollup: z.string().regex(/^0x[0-9a-fA-F]{40}$/, "Expected an address"),
    batchNumber: z.number().int().positive(),
    shapeName: z.string(),
    shape: z.object(sizes).strict(),
    shapeId: hash,
    oldRoot: element,
    newRoot: element,
    commitment: element,
    challenge: element,
    evaluation: element,
    operations: hex,
    exits: hex,
    rows: hex,
    proof: hex,
    // Read by its proof system, which says more about it.
    verificationKey: z.custom<VerificationKeyJson>((value) => typeof value === "object" && value !== null),
  })
  .strict();

/** The file of a batch's proof: one folder a deployment, beside the stores. */
export function proofPath(folder: string, deployment: Deployment, batchNumber: number): string {
  const name = path.basename(storeFolder(folder, deployment));
  return path.join(folder, "proofs", name, `batch-${batchNumber}.json`);
}

/**
 * The proof of a batch from the store, with what it is a proof of.
 *
 * @param key - Of the batch's shape.
 * @throws ClientError if the batch has no proof
 */
export function storedProof(client: RollupClient, batchNumber: number, key: VerificationKeyJson): BatchProof {
  const { store, deployment } = client;
  const batch = store.batch(batchNumber);
  const proof = store.proofs.get(batchNumber);
  const shape = deployment.shapes.find(({ id }) => id === batch.shapeId);
  if (proof === undefined || shape === undefined) {
    throw new ClientError("The batch has no proof.", {
      batch: batchNumber,
      "what to do": `npx hardhat rollup:prove --network ${deployment.network}`,
    });
  }
  const { network, chainId, rollup } = deployment;
  const statement = {
    network,
    chainId,
    rollup,
    batchNumber,
    shapeName: shape.name,
    shape: shape.shape,
    shapeId: shape.id,
    oldRoot: rootAfter(client, batchNumber - 1),
    newRoot: proof.newRoot,
    commitment: proof.commitment,
    ...packBatch({ operations: batch.sealed.operations, exits: batch.exits, rows: batch.rows }),
  };
  return {
    ...statement,
    ...answersTo(statement),
    proof: proof.proof,
    verificationKey: key,
  };
}

/**
 * The challenge and the evaluation that follow from a batch's data and commitment, as the contract computes them.
 *
 * @throws ProtocolError for data that no batch of the shape has
 */
export function answersTo(
  statement: Omit<BatchProof, "challenge" | "evaluation" | "proof" | "verificationKey">,
): Pick<BatchProof, "challenge" | "evaluation"> {
  const { chainId, rollup, shape, shapeId, oldRoot, newRoot, batchNumber, commitment } = statement;
  const domain = rollupDomain(chainId, rollup);
  const data = { domain, oldRoot, newRoot, batchNumber, ...unpackBatch(statement) };
  const elements = batchElements(shape, data);
  const challenge = batchChallenge(shapeId, commitment, elements);
  return { challenge, evaluation: evaluateElements(elements, challenge) };
}

/** Writes the file as a whole or not at all. */
export async function writeProof(file: string, batchProof: BatchProof): Promise<void> {
  const content = {
    version: fileVersion,
    ...batchProof,
    chainId: String(batchProof.chainId),
    oldRoot: wordHex(batchProof.oldRoot),
    newRoot: wordHex(batchProof.newRoot),
    commitment: wordHex(batchProof.commitment),
    challenge: wordHex(batchProof.challenge),
    evaluation: wordHex(batchProof.evaluation),
  };
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString("hex")}.partial`;
  try {
    await writeFile(temporary, `${JSON.stringify(content, undefined, 2)}\n`);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Reads a proof file. Throws ClientError for what writeProof does not write. */
export async function readProof(file: string): Promise<BatchProof> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new ClientError("The proof file cannot be read.", {
      file,
      problem: (error as Error).message,
      "what to do": "correct the path, or leave it out to verify the proofs in the store",
    });
  }
  try {
    const { version: _, ...batchProof } = fileType.parse(JSON.parse(text));
    return batchProof;
  } catch (error) {
    if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
    throw new ClientError("The proof file is damaged.", {
      file,
      problem: problemOf(error),
      "what to do": "get the file again from whoever made it: rollup:prove writes it",
    });
  }
}

function problemOf(error: Error): string {
  const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
  return issue === undefined ? error.message : `${issue.path.join(".")}: ${issue.message}`;
}

/** The root that a batch has led to, by its proof or by execution. */
function rootAfter({ store, deployment }: RollupClient, batchNumber: number): bigint {
  if (batchNumber === 0) return new State(deployment.depth).root;
  return store.proofs.get(batchNumber)?.newRoot ?? store.stateAfter(batchNumber).root;
}
