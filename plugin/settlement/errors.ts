import { HardhatPluginError } from "hardhat/plugins";

/** The facts of an error, one line each: `name: value`. */
export type ErrorFacts = Readonly<Record<string, string | number | bigint>>;

/** A short sentence, then a line for each fact: what was expected, what was found, what to do. */
function errorText(sentence: string, facts: ErrorFacts): string {
  const lines = Object.entries(facts).map(([name, value]) => `\n  ${name}: ${value}`);
  return sentence + lines.join("");
}

/** What goes wrong between the rollup and L1. */
export class SettlementError extends HardhatPluginError {
  constructor(sentence: string, facts: ErrorFacts = {}, cause?: Error) {
    super("hardhat-rollup", errorText(sentence, facts), cause);
    this.name = "SettlementError";
  }
}
