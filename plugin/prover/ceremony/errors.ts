import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { type Facts, withFacts } from "../../protocol/facts.ts";

/**
 * What is wrong with a ceremony, its files or the key that came of it:
 *
 * - `PTAU_MISSING`, `PTAU_DAMAGED`, `PTAU_TOO_SMALL`: the powers of tau cannot be used at all.
 * - `PTAU_UNKNOWN`: they are not those of the published ceremony, so somebody may know their secrets.
 * - `KEY_MISSING`, `KEY_DAMAGED`: there is no such file, or it is not a whole key.
 * - `FILE_EXISTS`: the step would write over a file.
 * - `WRONG_NUMBER`, `FORKED`, `FINISHED`: the file is not the one to continue with.
 * - `BAD_ARGUMENT`: a name, beacon or number that cannot be taken.
 * - `WRONG_CIRCUIT`: the key is for another circuit, or another version of it.
 * - `INVALID`: the key does not follow from the circuit, the powers of tau and its contributions.
 * - `TOO_FEW_CONTRIBUTIONS`, `BEACON_MISPLACED`, `WEAK_DELTA`, `BAD_POINT`: snarkjs accepts the key, and a live
 *   network must not.
 * - `NO_PRODUCTION_KEY`, `RECORD_CHANGED`: what `export` installs is missing, or not what it installed.
 */
export type CeremonyErrorCode =
  | "PTAU_MISSING"
  | "PTAU_DAMAGED"
  | "PTAU_TOO_SMALL"
  | "PTAU_UNKNOWN"
  | "KEY_MISSING"
  | "KEY_DAMAGED"
  | "FILE_EXISTS"
  | "WRONG_NUMBER"
  | "FORKED"
  | "FINISHED"
  | "BAD_ARGUMENT"
  | "WRONG_CIRCUIT"
  | "INVALID"
  | "TOO_FEW_CONTRIBUTIONS"
  | "BEACON_MISPLACED"
  | "WEAK_DELTA"
  | "BAD_POINT"
  | "NO_PRODUCTION_KEY"
  | "RECORD_CHANGED";

/** Why a step of a ceremony, or a key that came of one, is refused. Callers branch on the code. */
export class CeremonyError extends HardhatPluginError {
  readonly code: CeremonyErrorCode;

  constructor(code: CeremonyErrorCode, sentence: string, facts: Facts = {}, cause?: Error) {
    super("hardhat-rollup", withFacts(sentence, facts), cause);
    this.name = "CeremonyError";
    this.code = code;
  }
}
