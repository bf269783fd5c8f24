import type { Backend, BackendName } from "./backends/backend.ts";
import { builtin } from "./backends/builtin.ts";
import { type RapidsnarkConfig, rapidsnark } from "./backends/rapidsnark.ts";
import { snarkjs } from "./backends/snarkjs.ts";
import { ProverPool } from "./prover-pool.ts";

/** What proves on this machine: `rollup.prover` of the Hardhat config. */
export interface LocalProverConfig {
  /** In the order in which they are tried. */
  readonly backends: readonly BackendName[];
  /** Defined if `backends` has it. */
  readonly rapidsnark: RapidsnarkConfig | undefined;
  /** Proofs at once at most. Undefined: one a core. */
  readonly workers: number | undefined;
  /** Bytes that proofs may take together. Undefined: what is free when proving starts. */
  readonly memory: number | undefined;
}

/** The pool that a config describes. */
export function localProver({
  backends,
  rapidsnark: binary,
  workers,
  memory,
}: LocalProverConfig): ProverPool {
  return new ProverPool({
    backends: backends.flatMap((name): Backend[] => {
      if (name === "builtin") return [builtin];
      if (name === "snarkjs") return [snarkjs];
      return binary === undefined ? [] : [rapidsnark(binary)];
    }),
    ...(workers === undefined ? {} : { workers }),
    ...(memory === undefined ? {} : { memory }),
  });
}
