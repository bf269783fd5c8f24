import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ClientError } from "../plugin/client/errors.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { keyToContinue } from "../plugin/operator/ceremony.ts";
import { command } from "../plugin/operator/next-step.ts";
import { contribute } from "../plugin/prover/ceremony/contribute.ts";

interface ContributeArguments {
  readonly shape: string | undefined;
  readonly file: string | undefined;
  readonly name: string | undefined;
  readonly entropy: string | undefined;
}

const contributeToKey: NewTaskActionFunction<ContributeArguments> = async (given, { config }) => {
  const { shape, file, name, entropy } = given;
  if (name === undefined) {
    throw new ClientError("A contribution has a name, for the transcript.", {
      given: "none",
      "what to do": `${command("ceremony contribute")} --name <name>`,
    });
  }
  const { zkeyPath: from } = await keyToContinue(config, shape, file);
  await interruptible(
    async (signal) => {
      let text = "";
      await runSteps([
        {
          title: `Contribution of ${name}`,
          run: async ({ at }) => {
            const { attestation } = await contribute({ from, name, entropy, signal, onProgress: at });
            text = attestation;
            return `Contribution of ${name}: made, and its secret is gone`;
          },
        },
      ]);
      console.log(`\n${text}`);
      console.log("Publish these lines where nobody else can change them, and pass the new file on.");
      console.log(
        `\nNext: ${command("ceremony contribute")} --name <name>, by somebody else; in the end: ${command("ceremony beacon")} --value <hex>`,
      );
    },
    () => "Stopped. Nothing was written, and the secret is gone.",
  );
};

export default contributeToKey;
