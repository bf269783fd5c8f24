import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { formatBatches } from "../plugin/console/batch-table.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { nextCommand } from "../plugin/operator/next-step.ts";
import { withDeployed } from "../plugin/operator/with-deployed.ts";
import type { SealedRecord } from "../plugin/sequencer/records.ts";

const sequence: NewTaskActionFunction = async (_, hre) => {
  await withDeployed(hre, async (client) => {
    const { store } = client;
    const droppedBefore = new Set(store.dropped.entries().map(([arrival]) => arrival));
    let batches: readonly SealedRecord[] = [];
    const seal = async (): Promise<string> => {
      batches = await client.seal();
      return batches.length === 0
        ? "Nothing is pending"
        : `Sealed ${batches.length} ${batches.length === 1 ? "batch" : "batches"}`;
    };
    await runSteps([{ title: "Seal what is pending", run: seal }]);
    if (batches.length > 0) {
      console.log(`\n${formatBatches(batches.map(({ sealed }) => client.report(sealed.batchNumber)))}`);
    }
    for (const [arrival, { id, transaction, refusal }] of store.dropped.entries()) {
      if (droppedBefore.has(arrival)) continue;
      console.log(`\nDropped ${id}, nonce ${transaction.nonce} of account ${transaction.from}:`);
      console.log(`  ${refusal.reason} (${refusal.code})`);
    }
    console.log(`\nNext: ${nextCommand(client)}`);
  });
};

export default sequence;
