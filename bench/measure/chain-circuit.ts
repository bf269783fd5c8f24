import { type CompiledCircuit, compileCircuit } from "../../plugin/circuits/compile.ts";

const source = (hashes: number): string => `pragma circom 2.2.0;
include "circomlib/circuits/poseidon.circom";
template Chain(n) {
  signal input start;
  signal output end;
  signal link[n + 1];
  link[0] <== start;
  for (var i = 0; i < n; i++) { link[i + 1] <== Poseidon(2)([link[i], i]); }
  end <== link[n];
}
component main = Chain(${hashes});`;

const constraintsPerHash = 237;

/** A chain of Poseidon hashes, as dense as the batch circuit, that fills a domain of `2^power` rows. */
export function compileChain(power: number, outputFolder: string): Promise<CompiledCircuit> {
  return compileCircuit({
    source: source(Math.floor(2 ** power / constraintsPerHash) - 1),
    name: `chain${power}`,
    includePaths: [],
    outputFolder,
    optimization: "O2",
  });
}
