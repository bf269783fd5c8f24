import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ClientError } from "../plugin/client/errors.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { ceremonyStep, keyToContinue } from "../plugin/operator/ceremony.ts";
import { type CeremonyResult, contribute } from "../plugin/prover/ceremony/contribute.ts";

interface ContributeArguments extends OutputOptions {
  readonly shape: string | undefined;
  readonly file: string | undefined;
  readonly name: string | undefined;
  readonly entropy: string | undefined;
}

const contributeToKey: NewTaskActionFunction<ContributeArguments> = async (given, { config }) => {
  const output = new Output(given);
  const { shape, file, name, entropy } = given;
  if (name === undefined) {
    throw new ClientError("A contribution has a name, for the transcript.", {
      given: "none",
      "what to do": `${ceremonyStep("contribute", shape)} --name <name>`,
    });
  }
  const { zkeyPath: from } = await keyToContinue(config, shape, file);
  await interruptible(
    async (signal) => {
      const made: CeremonyResult[] = [];
      await output.steps([
        {
          title: `Contribution of ${name}`,
          run: async ({ at }) => {
            made.push(await contribute({ from, name, entropy, signal, onProgress: at }));
            return `Contribution of ${name}: made, and its secret is gone`;
          },
        },
      ]);
      for (const { transcript, zkeyHash, attestation } of made) {
        output.outcome({
          value: { file: transcript.zkeyPath, zkeyHash, attestation },
          text: `${attestation}\nPublish these lines where nobody else can change them, and pass the new file on.`,
          next: `${ceremonyStep("contribute", shape)} --name <name>, by somebody else; in the end: ${ceremonyStep("beacon", shape)} --value <hex>`,
          wanted: true,
        });
      }
    },
    () => "Stopped. Nothing was written, and the secret is gone.",
  );
};

export default contributeToKey;
