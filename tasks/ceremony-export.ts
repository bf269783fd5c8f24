import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ceremonyFolder, keyToMake } from "../plugin/client/verified-key.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatFacts } from "../plugin/console/table.ts";
import {
  ceremonyCircuit,
  ceremonyShape,
  keyToContinue,
  requireConfiguredPtau,
  requirePhase2,
} from "../plugin/operator/ceremony.ts";
import { command } from "../plugin/operator/next-step.ts";
import { exportKey } from "../plugin/prover/ceremony/export-key.ts";
import { hasUniversalSetup } from "../plugin/prover/ceremony/production-key.ts";
import { type ProvingKey, recordPathOf } from "../plugin/prover/proving-key.ts";

interface ExportArguments extends OutputOptions {
  readonly shape: string | undefined;
  readonly file: string | undefined;
  readonly ptau: string | undefined;
}

const exportFinal: NewTaskActionFunction<ExportArguments> = async (given, { config }) => {
  const output = new Output(given);
  const { shape, file, ptau } = given;
  const name = ceremonyShape(config, shape, file);
  const universal = hasUniversalSetup(config.rollup.proofSystem);
  if (!universal) requirePhase2(config);
  await requireConfiguredPtau(config, ptau);
  const zkeyPath = universal ? undefined : (await keyToContinue(config, name, file)).zkeyPath;
  await interruptible(
    async (signal) => {
      let key: ProvingKey | undefined;
      const title = `Production key of ${name}`;
      await output.steps([
        {
          title,
          run: async ({ at }) => {
            const options = { signal, onProgress: at };
            const circuit = await ceremonyCircuit(config, name, options);
            const folder = ceremonyFolder(config, name);
            key = await exportKey({
              ...keyToMake(config, name, circuit, ptau),
              ...options,
              zkeyPath,
              folder,
            });
            return `${title}: verified and installed`;
          },
        },
      ]);
      if (key !== undefined) print(output, key);
    },
    () => "Stopped. Nothing was installed.",
  );
};

function print(output: Output, { zkeyPath, keyHash, development }: ProvingKey): void {
  const record = recordPathOf(zkeyPath);
  const facts = formatFacts({
    key: path.relative(process.cwd(), zkeyPath),
    record: path.relative(process.cwd(), record),
    "hash of the verification key": keyHash,
  });
  const note = development
    ? "INSECURE: its powers of tau are unknown, so live networks refuse it."
    : "Keep both files as long as the rollup: nobody can make this key again.";
  output.outcome({
    value: { key: zkeyPath, record, keyHash, development },
    text: `${facts}\n\n${note}`,
    next: development ? command("setup") : command("deploy", "<network>"),
  });
}

export default exportFinal;
