import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { type Facts, withFacts } from "../../protocol/facts.ts";
import type { StoredFile } from "./stored-file.ts";

/** What goes wrong between the machines of a fleet. */
export class FleetError extends HardhatPluginError {
  constructor(sentence: string, facts: Facts = {}, cause?: Error) {
    super("hardhat-rollup", withFacts(sentence, facts), cause);
    this.name = "FleetError";
  }
}

/** Somebody who does not have the fleet's secret wrote this, or it belongs elsewhere. */
export class NotAuthenticError extends FleetError {
  constructor(sentence: string, facts: Facts = {}) {
    super(sentence, facts);
    this.name = "NotAuthenticError";
  }
}

/** A file that a job needs is not in Redis, or not as it should be. */
export class FileUnavailableError extends FleetError {
  readonly file: StoredFile;
  /** Whether there is something, but other bytes than those of the hash. */
  readonly damaged: boolean;

  constructor(sentence: string, file: StoredFile, damaged: boolean, facts: Facts) {
    super(sentence, { file: file.hash, ...facts });
    this.name = "FileUnavailableError";
    this.file = file;
    this.damaged = damaged;
  }
}

/** A proof that nobody could make: it waits until somebody has looked at it. */
export class SetAsideError extends FleetError {
  constructor(facts: Facts) {
    super("A proof was set aside: it failed too often.", facts);
    this.name = "SetAsideError";
  }
}

/** The coordinator has refused too many proofs of this worker. */
export class QuarantinedError extends FleetError {
  constructor(facts: Facts) {
    super("This worker is in quarantine: the coordinator refused its proofs.", facts);
    this.name = "QuarantinedError";
  }
}

/** The first lines of what went wrong, printable, for records and messages. */
export function reasonOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error), 1_000);
}

/**
 * Text that others wrote, without control characters, which would steer a terminal, and of bounded length.
 */
export function printable(text: string, length: number): string {
  const clean = text.replace(/\s*\n\s*/g, "; ").replace(/\p{C}/gu, "");
  return clean.length <= length ? clean : `${clean.slice(0, length - 1)}…`;
}
