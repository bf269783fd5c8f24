import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ClientError } from "../plugin/client/errors.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { ceremonyStep, keyToContinue } from "../plugin/operator/ceremony.ts";
import { applyBeacon, type CeremonyResult } from "../plugin/prover/ceremony/contribute.ts";

interface BeaconArguments extends OutputOptions {
  readonly shape: string | undefined;
  readonly file: string | undefined;
  readonly value: string | undefined;
  readonly iterations: number;
}

const beacon: NewTaskActionFunction<BeaconArguments> = async (given, { config }) => {
  const output = new Output(given);
  const { shape, file, value, iterations: iterationsExponent } = given;
  if (value === undefined) {
    throw new ClientError("A beacon is a public random value.", {
      given: "none",
      "what to do": `${ceremonyStep("beacon", shape)} --value <hex>, such as a block hash that nobody knew before`,
    });
  }
  const { zkeyPath: from } = await keyToContinue(config, shape, file);
  await interruptible(
    async (signal) => {
      const made: CeremonyResult[] = [];
      await output.steps([
        {
          title: "Beacon",
          run: async ({ at }) => {
            made.push(await applyBeacon({ from, value, iterationsExponent, signal, onProgress: at }));
            return "Beacon: applied";
          },
        },
      ]);
      for (const { transcript, zkeyHash, attestation } of made) {
        output.outcome({
          value: { file: transcript.zkeyPath, zkeyHash, attestation },
          text: attestation,
          next: ceremonyStep("verify", shape),
          wanted: true,
        });
      }
    },
    () => "Stopped. Nothing was written.",
  );
};

export default beacon;
