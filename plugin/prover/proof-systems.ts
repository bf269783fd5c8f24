import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { fflonk } from "./fflonk/system.ts";
import { groth16 } from "./groth16/system.ts";
import { plonk } from "./plonk/system.ts";
import { type ProofSystem, type ProofSystemName, proofSystemNames } from "./proof-system.ts";
import { simulated } from "./simulated/system.ts";

const systems: Readonly<Record<ProofSystemName, ProofSystem>> = { groth16, plonk, fflonk, simulated };

export function proofSystem(name: ProofSystemName): ProofSystem {
  return systems[name];
}

/**
 * The system of a verification key in snarkjs' JSON.
 *
 * @throws HardhatPluginError if it names none that is known.
 */
export function proofSystemOf(key: object): ProofSystem {
  const protocol = "protocol" in key ? key.protocol : undefined;
  const name = proofSystemNames.find((known) => known === protocol);
  if (name !== undefined) return proofSystem(name);
  throw new HardhatPluginError(
    "hardhat-rollup",
    `A verification key of an unknown proof system.\ngiven: ${String(protocol)}\nknown: ${proofSystemNames.join(", ")}`,
  );
}
