import type { Backend } from "./backend.ts";
import { builtin } from "./builtin.ts";
import { snarkjs } from "./snarkjs.ts";

/** What proves where nothing else was configured, in the order in which they are tried. */
export const defaultBackends: readonly Backend[] = [builtin, snarkjs];
