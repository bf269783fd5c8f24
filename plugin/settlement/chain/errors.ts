import type { Facts } from "../../protocol/facts.ts";
import { SettlementError } from "../errors.ts";

const advice =
  "wait, or ask another node of L1: its url is the network's in the Hardhat config. Nothing is lost";

/**
 * L1's node did not answer, answered late, or contradicted itself or the contract. Nothing has changed; it may be better
 * the next time.
 */
export class L1Unavailable extends SettlementError {
  constructor(sentence: string, facts: Facts = {}, cause?: Error) {
    const isAdvised = "what to do" in facts || "what happens" in facts;
    super(sentence, isAdvised ? facts : { ...facts, "what to do": advice }, cause);
    this.name = "L1Unavailable";
  }
}

/**
 * L1 has taken back what had counted as final. What the rollup's sequencer has promised on the strength of it may be
 * wrong: go on only after somebody has looked at it.
 */
export class DeepReorg extends SettlementError {
  constructor(sentence: string, facts: Facts, cause?: Error) {
    super(
      sentence,
      {
        ...facts,
        "what to do":
          "stop, and find out what happened to L1. If it stays so: move the store's folder away, raise rollup.confirmations for the network, and start from L1 again with rollup:sync --rebuild",
      },
      cause,
    );
    this.name = "DeepReorg";
  }
}
