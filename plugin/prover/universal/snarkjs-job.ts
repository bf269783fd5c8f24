// What snarkjs does for PLONK and FFLONK besides proving, a process each: its threads go with it.

import { fflonk, type Logger, plonk, zKey } from "snarkjs";
import { serveJob } from "../../circuits/background-job.ts";
import { R1cs } from "../../circuits/r1cs.ts";
import { countGates } from "./gates.ts";

export type UniversalSystemName = "plonk" | "fflonk";

export type UniversalJob =
  /** Counts the gates of a circuit. */
  | { readonly kind: "gates"; readonly r1csPath: string }
  /** Makes a proving key over prepared powers of tau. */
  | {
      readonly kind: "setup";
      readonly system: UniversalSystemName;
      readonly r1csPath: string;
      readonly ptauPath: string;
      readonly zkeyPath: string;
    }
  /** Reads the verification key out of a proving key. */
  | { readonly kind: "export"; readonly zkeyPath: string }
  | {
      readonly kind: "verify";
      readonly system: UniversalSystemName;
      readonly verificationKey: object;
      readonly publicSignals: readonly string[];
      readonly proof: object;
    };

const systems = { plonk, fflonk };

serveJob<UniversalJob, unknown>(async (job, report) => {
  const errors: string[] = [];
  const logger: Logger = {
    debug: (message) => reportStage(message, report),
    info: (message) => reportStage(message, report),
    warn: () => undefined,
    error: (message) => void errors.push(message),
  };
  switch (job.kind) {
    case "gates":
      return countGates(await R1cs.read(job.r1csPath));
    case "setup": {
      const outcome = await systems[job.system].setup(job.r1csPath, job.ptauPath, job.zkeyPath, logger);
      if (outcome === -1 || errors.length > 0)
        throw new Error(errors.join("\n") || "snarkjs gave no reason.");
      return undefined;
    }
    case "export":
      return await zKey.exportVerificationKey(job.zkeyPath);
    case "verify":
      return await systems[job.system].verify(job.verificationKey, job.publicSignals, job.proof, logger);
  }
});

/** The steps that somebody who waits can tell apart. */
function reportStage(message: string, report: (message: string) => void): void {
  const section =
    /Section \d+\. (.+)$/.exec(message)?.[1] ?? /^(?:writing|multiexp) (\w+)/i.exec(message)?.[1];
  if (section !== undefined) report(section);
  else if (/^(> )?(Processing|Reading)/i.test(message)) report("constraints");
}
