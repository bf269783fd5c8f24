import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { ClientError } from "../client/errors.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { Facts } from "../protocol/facts.ts";
import { wordHex } from "../protocol/hex.ts";
import { shapeId } from "../protocol/shape.ts";
import { proofSystemOf } from "../prover/proof-systems.ts";
import type { Deployment } from "../settlement/deployment.ts";
import { answersTo, type BatchProof } from "./proof-file.ts";

/**
 * Checks a proof as the contract would, from the batch's data alone: assembles the elements, draws the challenge,
 * evaluates, and verifies the proof. That the batch is the rollup's next one, and its deposits the queue's, only L1
 * can say.
 *
 * @param origin - Where the proof is from, for the error.
 * @param deployment - To check that the rollup has registered the shape and its key. Undefined: not checked.
 * @throws ClientError that says what does not fit
 */
export async function verifyBatchProof(
  batchProof: BatchProof,
  origin: Facts,
  deployment?: Deployment,
): Promise<void> {
  const fail = (sentence: string, facts: Facts): ClientError =>
    new ClientError(sentence, {
      ...origin,
      batch: batchProof.batchNumber,
      ...facts,
      "what to do": "do not use it: get it again from whoever made it",
    });
  try {
    const { shape, commitment, challenge, evaluation } = batchProof;
    const system = proofSystemOf(batchProof.verificationKey);
    const key = system.parseVerificationKey(batchProof.verificationKey);
    const id = shapeId(shape, system.keyHash(key));
    if (id !== batchProof.shapeId) {
      throw fail("The verification key is not the shape's.", {
        "id of shape and key": id,
        "id given": batchProof.shapeId,
      });
    }
    if (deployment !== undefined && !deployment.shapes.some((registered) => registered.id === id)) {
      throw fail("The rollup has not registered the proof's shape and key.", {
        "id given": id,
        "ids registered": deployment.shapes.map((registered) => registered.id).join(", "),
      });
    }
    const answers = answersTo(batchProof);
    for (const name of ["challenge", "evaluation"] as const) {
      if (answers[name] === batchProof[name]) continue;
      throw fail(`The ${name} does not follow from the batch's data.`, {
        expected: wordHex(answers[name]),
        given: wordHex(batchProof[name]),
      });
    }
    if (await system.verify(key, [commitment, challenge, evaluation], batchProof.proof)) return;
    throw fail("The proof is not valid for the batch's data.", {
      "c (commitment)": wordHex(commitment),
      "r (challenge)": wordHex(challenge),
      "y (evaluation)": wordHex(evaluation),
    });
  } catch (error) {
    if (error instanceof ClientError || !isMalformed(error)) throw error;
    throw fail("The proof cannot be checked.", { problem: error.message.replace(/\n\s*/g, "; ") });
  }
}

/** Data, key or proof that are not even of the right form. */
function isMalformed(error: unknown): error is Error {
  return error instanceof ProtocolError || HardhatPluginError.isHardhatPluginError(error);
}
