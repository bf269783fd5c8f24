import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ClientError } from "../plugin/client/errors.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { keyToContinue } from "../plugin/operator/ceremony.ts";
import { command } from "../plugin/operator/next-step.ts";
import { applyBeacon } from "../plugin/prover/ceremony/contribute.ts";

interface BeaconArguments {
  readonly shape: string | undefined;
  readonly file: string | undefined;
  readonly value: string | undefined;
  readonly iterations: number;
}

const beacon: NewTaskActionFunction<BeaconArguments> = async (given, { config }) => {
  const { shape, file, value, iterations: iterationsExponent } = given;
  if (value === undefined) {
    throw new ClientError("A beacon is a public random value.", {
      given: "none",
      "what to do": `${command("ceremony beacon")} --value <hex>, such as a block hash that nobody knew before`,
    });
  }
  const { zkeyPath: from } = await keyToContinue(config, shape, file);
  await interruptible(
    async (signal) => {
      let text = "";
      await runSteps([
        {
          title: "Beacon",
          run: async ({ at }) => {
            ({ attestation: text } = await applyBeacon({
              from,
              value,
              iterationsExponent,
              signal,
              onProgress: at,
            }));
            return "Beacon: applied";
          },
        },
      ]);
      console.log(`\n${text}`);
      console.log(`Next: ${command("ceremony verify")}, then ${command("ceremony export")}`);
    },
    () => "Stopped. Nothing was written.",
  );
};

export default beacon;
