import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import type { BatchReport } from "../plugin/client/batch-report.ts";
import { ClientError } from "../plugin/client/errors.ts";
import { formatBatches } from "../plugin/console/batch-table.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { provingFleet } from "../plugin/operator/fleet.ts";
import { nextCommand } from "../plugin/operator/next-step.ts";
import { proofPath } from "../plugin/operator/proof-file.ts";
import { proveToFiles } from "../plugin/operator/prove-to-files.ts";
import { withDeployed } from "../plugin/operator/with-deployed.ts";

interface ProveArguments {
  readonly demo: boolean;
  readonly payments: string | undefined;
  readonly queue: string | undefined;
}

const prove: NewTaskActionFunction<ProveArguments> = async ({ demo, payments, queue }, hre) => {
  if (demo && queue !== undefined) {
    throw new ClientError("The demo proves on this machine.", {
      option: "--queue",
      "what to do": "leave it out, or leave out --demo",
    });
  }
  if (demo) return await (await import("./demo.ts")).demo(hre, payments);
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
    if (total > 0) {
      const batches = total === 1 ? "1 batch" : `${total} batches`;
      const stages = new Map<number, string>();
      await interruptible(
        (signal) =>
          runSteps([
            {
              title: `Prove ${batches}`,
              run: async ({ at, done }) => {
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
              },
            },
          ]),
        () => {
          const kept = `${reports.length} of ${batches} proven and kept`;
          const fleet = queue === undefined ? "" : " (a fleet goes on with what it has in its queue)";
          return `Stopped: ${kept}; the rest is proven next time${fleet}.\n\nNext: ${nextCommand(client)}`;
        },
      );
    } else {
      console.log("Every sealed batch has its proof.");
    }
    reports.sort((a, b) => a.batchNumber - b.batchNumber);
    if (reports.length > 0) console.log(`\n${formatBatches(reports)}`);
    if (reports.length < total) return;
    if (reports.length > 0) {
      const file = path.dirname(proofPath(folder, client.deployment, 1));
      console.log(`\nProof files: ${path.relative(hre.config.paths.root, file)}`);
    }
    console.log(`\nNext: ${nextCommand(client)}`);
  });
};

export default prove;
