import type { NewTaskActionFunction } from "hardhat/types/tasks";
import type { BatchReport } from "../plugin/client/batch-report.ts";
import { formatBatches } from "../plugin/console/batch-table.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { formatCount } from "../plugin/console/table.ts";
import { nextCommand } from "../plugin/operator/next-step.ts";
import { withDeployed } from "../plugin/operator/with-deployed.ts";

interface SettleArguments {
  readonly batch: number;
  readonly claim: boolean;
}

const settle: NewTaskActionFunction<SettleArguments> = async ({ batch, claim }, hre) => {
  await withDeployed(hre, async (client) => {
    const reports: BatchReport[] = [];
    await runSteps([
      {
        title: "Settle what is proven",
        run: async ({ at, done }) => {
          at("looking at L1");
          await client.settleProven({
            ...(batch === 0 ? {} : { upTo: batch }),
            onWait: at,
            onBatch: (report) => {
              reports.push(report);
              done(`  batch ${report.batchNumber}: ${formatCount(report.gasUsed ?? 0n)} gas`);
            },
          });
          return reports.length === 0
            ? "Nothing is ready to settle"
            : `Settled ${reports.length} ${reports.length === 1 ? "batch" : "batches"}`;
        },
      },
      ...(claim
        ? [
            {
              title: "Pay out the exits",
              run: async () => `Paid ${(await client.claim()).length} exits to their recipients`,
            },
          ]
        : []),
    ]);
    if (reports.length > 0) console.log(`\n${formatBatches(reports)}`);
    console.log(`\nNext: ${nextCommand(client)}`);
  });
};

export default settle;
