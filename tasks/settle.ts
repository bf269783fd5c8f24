import type { NewTaskActionFunction } from "hardhat/types/tasks";
import type { BatchReport } from "../plugin/client/batch-report.ts";
import { formatBatches } from "../plugin/console/batch-table.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatCount } from "../plugin/console/table.ts";
import { nextCommand } from "../plugin/operator/next-step.ts";
import { withDeployed } from "../plugin/operator/with-deployed.ts";
import { formatAddress } from "../plugin/protocol/address.ts";
import type { SettledExit } from "../plugin/settlement/rollup-history.ts";

interface SettleArguments extends OutputOptions {
  readonly batch: number;
  readonly claim: boolean;
}

const settle: NewTaskActionFunction<SettleArguments> = async ({ batch, claim, ...options }, hre) => {
  const output = new Output(options);
  await withDeployed(hre, async (client) => {
    const reports: BatchReport[] = [];
    let claimed: readonly SettledExit[] = [];
    await output.steps([
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
              run: async () => {
                claimed = await client.claim();
                return `Paid ${claimed.length} ${claimed.length === 1 ? "exit" : "exits"} to their recipients`;
              },
            },
          ]
        : []),
    ]);
    output.outcome({
      value: { batches: reports, ...(claim ? { claimed: claimed.map(summaryOf) } : {}) },
      text: reports.length > 0 ? formatBatches(reports) : undefined,
      next: nextCommand(client),
    });
  });
};

function summaryOf({ batchNumber, row, recipient, amount, asset }: SettledExit) {
  return { batchNumber, row, recipient: formatAddress(recipient), amount, asset };
}

export default settle;
