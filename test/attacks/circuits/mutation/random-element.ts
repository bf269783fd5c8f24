import { randomBytes } from "node:crypto";
import { modulo } from "./constraint-system.ts";

/** An element, uniformly random but for 2^-64. */
export function randomElement(): bigint {
  return modulo(BigInt(`0x${randomBytes(40).toString("hex")}`));
}
