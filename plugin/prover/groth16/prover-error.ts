import { type Facts, withFacts } from "../../protocol/facts.ts";

/**
 * What goes wrong in the prover: files that are none, a witness for another circuit, memory that does not fit. Not an
 * error of Hardhat's, because the prover runs without it.
 */
export class Groth16ProverError extends Error {
  override readonly name: string = "Groth16ProverError";

  constructor(sentence: string, facts: Facts = {}, cause?: unknown) {
    super(withFacts(sentence, facts), cause === undefined ? undefined : { cause });
  }
}

/** The witness is at fault: it is damaged, or one of another circuit. */
export class Groth16WitnessError extends Groth16ProverError {
  override readonly name = "Groth16WitnessError";
}
