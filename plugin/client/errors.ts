import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { type Facts, withFacts } from "../protocol/facts.ts";

/** What goes wrong between a user and the rollup: a short sentence, then a fact a line. */
export class ClientError extends HardhatPluginError {
  readonly sentence: string;
  readonly facts: Facts;

  constructor(sentence: string, facts: Facts = {}) {
    super("hardhat-rollup", withFacts(sentence, facts));
    this.name = "ClientError";
    this.sentence = sentence;
    this.facts = facts;
  }
}
