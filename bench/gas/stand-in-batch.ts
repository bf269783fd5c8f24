import { id as hashOfText } from "ethers";
import { toField } from "../../plugin/protocol/field.ts";
import { coordinateOrder } from "../../plugin/prover/curve/bn254.ts";
import type { SealedRecord } from "../../plugin/sequencer/records.ts";
import type { BatchToSettle } from "../../plugin/settlement/batch-to-settle.ts";

/** Words of a Groth16 proof. */
const proofWords = 8;

/**
 * A sealed batch as it would be settled, with a root, a commitment and a proof that look like real ones and are none:
 * what they are makes no difference to what anything costs, but for how many of their bytes are 0.
 */
export function standInBatch({ sealed, exits, rows }: SealedRecord, shapeId: string): BatchToSettle {
  const { batchNumber, operations } = sealed;
  const word = (what: string): bigint => BigInt(hashOfText(`${what} of batch ${batchNumber}`));
  const proof = Array.from(
    { length: proofWords },
    (_, position) => word(`proof ${position}`) % coordinateOrder,
  );
  return {
    batchNumber,
    newRoot: toField(word("root")),
    commitment: toField(word("commitment")),
    shapeId,
    operations,
    exits,
    rows,
    proof: `0x${proof.map((value) => value.toString(16).padStart(64, "0")).join("")}`,
  };
}
