// snarkjs' part of a ceremony, one step a process: a contributor's secret is gone with it.

import { fflonk, type Logger, plonk, zKey } from "snarkjs";
import { serveJob } from "../../circuits/background-job.ts";

export type CeremonyStep =
  /** Makes the key before the first contribution. */
  | { readonly step: "new"; readonly r1csPath: string; readonly ptauPath: string; readonly to: string }
  | {
      readonly step: "contribute";
      readonly from: string;
      readonly to: string;
      readonly name: string;
      /** Hashed together with 64 bytes of the system's random numbers. Not empty. */
      readonly entropy: string;
    }
  | {
      readonly step: "beacon";
      readonly from: string;
      readonly to: string;
      readonly name: string;
      /** Hex, without 0x. */
      readonly value: string;
      /** log2 of the number of hashes. */
      readonly iterationsExponent: number;
    }
  /** Makes the key before the first contribution again and compares, contribution by contribution. */
  | {
      readonly step: "verify";
      readonly r1csPath: string;
      readonly ptauPath: string;
      readonly zkeyPath: string;
    }
  /** The whole setup of a system that has a universal one. */
  | {
      readonly step: "setup";
      readonly system: "plonk" | "fflonk";
      readonly r1csPath: string;
      readonly ptauPath: string;
      readonly to: string;
    };

export interface CeremonyOutcome {
  readonly accepted: boolean;
  /** What snarkjs said against it. */
  readonly reasons: readonly string[];
}

serveJob<CeremonyStep, CeremonyOutcome>(async (request, report) => {
  const reasons: string[] = [];
  const note = (message: unknown): void => void reasons.push(String(message).replace(/\s+/g, " ").trim());
  // Its infos are hashes over several lines, and what the transcript says anyway.
  const logger: Logger = { debug: report, info: () => undefined, warn: report, error: note };
  // Two of its checks print why they fail instead of telling the logger.
  console.log = note;
  const result = await run(request, logger);
  return { accepted: result !== false && result !== -1, reasons };
});

function run(request: CeremonyStep, logger: Logger): Promise<unknown> {
  switch (request.step) {
    case "new":
      return zKey.newZKey(request.r1csPath, request.ptauPath, request.to, logger);
    case "contribute":
      return zKey.contribute(request.from, request.to, request.name, request.entropy, logger);
    case "beacon": {
      const { from, to, name, value, iterationsExponent } = request;
      return zKey.beacon(from, to, name, value, iterationsExponent, logger);
    }
    case "verify":
      return zKey.verifyFromR1cs(request.r1csPath, request.ptauPath, request.zkeyPath, logger);
    case "setup": {
      const { setup } = request.system === "plonk" ? plonk : fflonk;
      return setup(request.r1csPath, request.ptauPath, request.to, logger);
    }
  }
}
