import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ceremonyFolder, keyToMake } from "../plugin/client/verified-key.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { formatFacts } from "../plugin/console/table.ts";
import {
  ceremonyCircuit,
  ceremonyShape,
  requireConfiguredPtau,
  requirePhase2,
} from "../plugin/operator/ceremony.ts";
import { command } from "../plugin/operator/next-step.ts";
import { startCeremony } from "../plugin/prover/ceremony/contribute.ts";

interface NewArguments {
  readonly shape: string | undefined;
  readonly ptau: string | undefined;
}

const startNew: NewTaskActionFunction<NewArguments> = async ({ shape, ptau }, { config }) => {
  requirePhase2(config);
  const name = ceremonyShape(config, shape);
  await requireConfiguredPtau(config, ptau);
  const folder = ceremonyFolder(config, name);
  await interruptible(
    async (signal) => {
      let text = "";
      await runSteps([
        {
          title: `Key of ${name} before the first contribution`,
          run: async ({ at }) => {
            const options = { signal, onProgress: at };
            const circuit = await ceremonyCircuit(config, name, options);
            const key = keyToMake(config, name, circuit, ptau);
            const {
              transcript,
              zkeyHash,
              ptau: powers,
            } = await startCeremony({ ...key, ...options, folder });
            text = formatFacts({
              file: path.relative(process.cwd(), transcript.zkeyPath),
              "SHA-256": zkeyHash,
              "circuit hash": transcript.circuitHash,
              "powers of tau": powers.published?.file ?? "UNKNOWN: live networks will refuse the key",
            });
            return `Key of ${name} before the first contribution: made. Everybody can forge its proofs.`;
          },
        },
      ]);
      console.log(`\n${text}`);
      console.log(`\nNext: ${command("ceremony contribute")} --shape ${name} --name <name>`);
    },
    () => "Stopped. Nothing was written.",
  );
};

export default startNew;
