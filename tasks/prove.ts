import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import type { BatchReport } from "../plugin/client/batch-report.ts";
import { ClientError } from "../plugin/client/errors.ts";
import { formatBatches } from "../plugin/console/batch-table.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import type { Progress } from "../plugin/console/progress.ts";
import { provingFleet } from "../plugin/operator/fleet.ts";
import { nextCommand } from "../plugin/operator/next-step.ts";
import { proofPath } from "../plugin/operator/proof-file.ts";
import { proveToFiles } from "../plugin/operator/prove-to-files.ts";
import { withDeployed } from "../plugin/operator/with-deployed.ts";

interface ProveArguments extends OutputOptions {
  readonly demo: boolean;
  readonly payments: string | undefined;
  readonly queue: string | undefined;
}

const prove: NewTaskActionFunction<ProveArguments> = async ({ demo, payments, queue, ...options }, hre) => {
  const output = new Output(options);
  if (demo && queue !== undefined) {
    throw new ClientError("The demo proves on this machine.", {
      option: "--queue",
      "what to do": "leave it out, or leave out --demo",
    });
  }
  if (demo) return await (await import("./demo.ts")).demo(hre, payments, output);
  if (payments !== undefined) {
    throw new ClientError("Only the demo takes a file of payments.", {
      option: "--payments",
      "what to do": `add --demo; on a network, send the file: npx hardhat rollup:send ${payments}`,
    });
  }
  await withDeployed(hre, async (client) => {
    const total = client.unproven().length;
    const { folder } = hre.config.rollup;
    const reports: BatchReport[] = [];
    const batches = total === 1 ? "1 batch" : `${total} batches`;
    const stages = new Map<number, string>();
    await interruptible(
      async (signal) => {
        const run = async ({ at, done }: Progress): Promise<string> => {
          if (total === 0) return "Every sealed batch has its proof.";
          await provingFleet(hre, queue, done, async (prover) => {
            await proveToFiles(client, folder, {
              ...(prover === undefined ? {} : { prover }),
              signal,
              onProgress: (batchNumber, message) => {
                stages.set(batchNumber, message);
                at([...stages].map(([number, stage]) => `batch ${number}: ${stage}`).join(", "));
              },
              onBatch: (report) => {
                stages.delete(report.batchNumber);
                reports.push(report);
                done(`  batch ${report.batchNumber} in ${report.proofSeconds?.toFixed(1)} s`);
              },
            });
          });
          return `Proved ${batches}`;
        };
        await output.steps([
          { title: total === 0 ? "Look for what is not proven" : `Prove ${batches}`, run },
        ]);
        reports.sort((a, b) => a.batchNumber - b.batchNumber);
        const proofs = path.dirname(proofPath(folder, client.deployment, 1));
        const files = `Proof files: ${path.relative(hre.config.paths.root, proofs)}`;
        output.outcome({
          value: { batches: reports, proofs },
          text: total === 0 ? undefined : `${formatBatches(reports)}\n\n${files}`,
          next: nextCommand(client),
        });
      },
      () => {
        const kept = `${reports.length} of ${batches} proven and kept`;
        const fleet = queue === undefined ? "" : " (a fleet goes on with what it has in its queue)";
        return `Stopped: ${kept}; the rest is proven next time${fleet}.\n\nNext: ${nextCommand(client)}`;
      },
    );
  });
};

export default prove;
