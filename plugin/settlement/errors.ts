import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { type Facts, withFacts } from "../protocol/facts.ts";

/** What goes wrong between the rollup and L1. */
export class SettlementError extends HardhatPluginError {
  constructor(sentence: string, facts: Facts = {}, cause?: Error) {
    super("hardhat-rollup", withFacts(sentence, facts), cause);
    this.name = "SettlementError";
  }
}
