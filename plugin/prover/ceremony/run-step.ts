import { JobError, type JobOptions, jobFile, runInBackground } from "../../circuits/background.ts";
import type { CeremonyOutcome, CeremonyStep } from "./ceremony-job.ts";
import { CeremonyError } from "./errors.ts";

/**
 * Has snarkjs do one step, in a process of its own.
 *
 * @throws CeremonyError `INVALID` with snarkjs' own words if it fails; the signal's reason if it is aborted
 */
export async function runStep(step: CeremonyStep, options: JobOptions): Promise<CeremonyOutcome> {
  try {
    return await runInBackground<CeremonyOutcome>(jobFile(import.meta.url, "ceremony-job"), step, options);
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    throw failed(step, error.message, error);
  }
}

/**
 * Has snarkjs make a file.
 *
 * @throws as runStep, and `INVALID` if snarkjs refuses
 */
export async function makeFile(
  step: CeremonyStep & { readonly to: string },
  options: JobOptions,
): Promise<void> {
  const { accepted, reasons } = await runStep(step, options);
  if (!accepted) throw failed(step, reasons.join("; "));
}

function failed(step: CeremonyStep, reason: string, cause?: Error): CeremonyError {
  // How many rows a circuit has for PLONK and FFLONK, their setups find out.
  if ("ptauPath" in step && /not big enough|too big/.test(reason)) {
    return new CeremonyError("PTAU_TOO_SMALL", "The powers of tau are too few for the circuit.", {
      file: step.ptauPath,
      reason,
      "what to do": "take a larger file of the Hermez ceremony",
    });
  }
  const files =
    "from" in step ? { file: step.from } : { circuit: step.r1csPath, "powers of tau": step.ptauPath };
  return new CeremonyError(
    "INVALID",
    `snarkjs could not do the step "${step.step}".`,
    { reason, ...files, "what to do": "check these files: npx hardhat rollup:ceremony verify" },
    cause,
  );
}
