import { HardhatPluginError } from "hardhat/plugins";

/** What an error is about, by name. */
export type ClientFacts = Readonly<Record<string, string | number | bigint>>;

/** What goes wrong between a user and the rollup: a short sentence, then a fact a line. */
export class ClientError extends HardhatPluginError {
  readonly sentence: string;
  readonly facts: ClientFacts;

  constructor(sentence: string, facts: ClientFacts = {}) {
    const lines = Object.entries(facts).map(([name, value]) => `\n  ${name}: ${value}`);
    super("hardhat-rollup", sentence + lines.join(""));
    this.name = "ClientError";
    this.sentence = sentence;
    this.facts = facts;
  }
}
