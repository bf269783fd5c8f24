import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ceremonyFolder, keyToMake } from "../plugin/client/verified-key.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatFacts } from "../plugin/console/table.ts";
import {
  ceremonyCircuit,
  ceremonyShape,
  requireConfiguredPtau,
  requirePhase2,
} from "../plugin/operator/ceremony.ts";
import { command } from "../plugin/operator/next-step.ts";
import { startCeremony } from "../plugin/prover/ceremony/contribute.ts";

interface NewArguments extends OutputOptions {
  readonly shape: string | undefined;
  readonly ptau: string | undefined;
}

type Started = Awaited<ReturnType<typeof startCeremony>>;

const startNew: NewTaskActionFunction<NewArguments> = async ({ shape, ptau, ...options }, { config }) => {
  const output = new Output(options);
  requirePhase2(config);
  const name = ceremonyShape(config, shape);
  await requireConfiguredPtau(config, ptau);
  const folder = ceremonyFolder(config, name);
  await interruptible(
    async (signal) => {
      const made: Started[] = [];
      await output.steps([
        {
          title: `Key of ${name} before the first contribution`,
          run: async ({ at }) => {
            const job = { signal, onProgress: at };
            const circuit = await ceremonyCircuit(config, name, job);
            const key = keyToMake(config, name, circuit, ptau);
            made.push(await startCeremony({ ...key, ...job, folder }));
            return `Key of ${name} before the first contribution: made. Everybody can forge its proofs.`;
          },
        },
      ]);
      const next = `${command("ceremony contribute")} --shape ${name} --name <name>`;
      for (const started of made) {
        output.outcome({ value: summaryOf(started), text: format(started), next });
      }
    },
    () => "Stopped. Nothing was written.",
  );
};

function summaryOf({ transcript, zkeyHash, ptau }: Started) {
  const { zkeyPath: file, circuitHash } = transcript;
  return { file, zkeyHash, circuitHash, ptau: ptau.published?.file ?? null };
}

function format({ transcript, zkeyHash, ptau }: Started): string {
  return formatFacts({
    file: path.relative(process.cwd(), transcript.zkeyPath),
    "SHA-256": zkeyHash,
    "circuit hash": transcript.circuitHash,
    "powers of tau": ptau.published?.file ?? "UNKNOWN: live networks will refuse the key",
  });
}

export default startNew;
