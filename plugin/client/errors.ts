import { HardhatPluginError } from "hardhat/plugins";

/** What goes wrong between a user and the rollup: a short sentence, then a fact a line. */
export class ClientError extends HardhatPluginError {
  constructor(sentence: string, facts: Readonly<Record<string, string | number | bigint>> = {}) {
    const lines = Object.entries(facts).map(([name, value]) => `\n  ${name}: ${value}`);
    super("hardhat-rollup", sentence + lines.join(""));
    this.name = "ClientError";
  }
}
