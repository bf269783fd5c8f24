import { hostname } from "node:os";
import { z } from "zod";
import { FleetError } from "./errors.ts";

const pattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** A worker's name: of a form that is safe in keys, messages and metrics. */
export const workerName = z.string().regex(pattern);

/** @throws FleetError if it cannot be a worker's name. */
export function assertWorkerName(name: string): void {
  if (pattern.test(name)) return;
  throw new FleetError("A worker cannot have this name.", {
    given: JSON.stringify(name),
    expected: "letters, digits, dots, dashes and underscores, 63 at most, a letter or digit first",
  });
}

/** This machine's name, as a worker's. */
export function machineName(): string {
  const name = hostname()
    .replace(/[^A-Za-z0-9._-]/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 50);
  return name === "" ? "worker" : name;
}
