import { traceBatch } from "../../plugin/circuits/trace.ts";
import { batchChallenge, batchElements, evaluateElements } from "../../plugin/protocol/batch-data.ts";
import type { Operation } from "../../plugin/protocol/operation.ts";
import type { SealedBatch } from "../../plugin/protocol/sealed-batch.ts";
import { shapeId } from "../../plugin/protocol/shape.ts";
import { State } from "../../plugin/protocol/state.ts";
import type { BatchToSettle } from "../../plugin/settlement/batch-to-settle.ts";
import type { L1Rollup } from "../../plugin/settlement/l1.ts";
import { ethers } from "./connection.ts";
import { type ShapeName, shapes } from "./fixture.ts";

/** Makes batches one after another, with the proofs that the fixture's verifiers take. */
export class TestSequencer {
  readonly state: State;
  readonly #l1: L1Rollup;
  #batchNumber = 0;

  constructor(l1: L1Rollup) {
    this.#l1 = l1;
    this.state = new State(l1.deployment.depth);
  }

  /** The next batch, out of operations alone. */
  batchOf(name: ShapeName, operations: readonly Operation[]): BatchToSettle {
    const batchNumber = this.#batchNumber + 1;
    return this.batch(name, { batchNumber, operations, transactions: [], feeAccounts: [] });
  }

  /** The next batch. `change` falsifies what was made, before its proof is. */
  batch(
    name: ShapeName,
    sealed: SealedBatch,
    change: (batch: Omit<BatchToSettle, "proof">) => Omit<BatchToSettle, "proof"> = (same) => same,
  ): BatchToSettle {
    this.#batchNumber = sealed.batchNumber;
    const { oldRoot, newRoot, exits, rows } = traceBatch(shapes[name], this.state, sealed);
    const batch = change({
      batchNumber: sealed.batchNumber,
      newRoot,
      commitment: 0xc0ffeen + BigInt(sealed.batchNumber),
      shapeId: shapeId(shapes[name], ethers.id(name)),
      operations: sealed.operations,
      exits,
      rows,
    });
    const { domain } = this.#l1.deployment;
    const elements = batchElements(shapes[name], { ...batch, domain, oldRoot });
    const r = batchChallenge(batch.shapeId, batch.commitment, elements);
    const inputs = [batch.commitment, r, evaluateElements(elements, r)];
    return { ...batch, proof: ethers.AbiCoder.defaultAbiCoder().encode(["uint256[3]"], [inputs]) };
  }
}
