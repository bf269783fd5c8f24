import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { formatBatches } from "../plugin/console/batch-table.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { nextCommand } from "../plugin/operator/next-step.ts";
import { withDeployed } from "../plugin/operator/with-deployed.ts";
import type { DroppedTransaction, SealedRecord } from "../plugin/sequencer/records.ts";

const sequence: NewTaskActionFunction<OutputOptions> = async (options, hre) => {
  const output = new Output(options);
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
    await output.steps([{ title: "Seal what is pending", run: seal }]);
    const reports = batches.map(({ sealed }) => client.report(sealed.batchNumber));
    const dropped = store.dropped.entries().filter(([arrival]) => !droppedBefore.has(arrival));
    const records = dropped.map(([, record]) => record);
    const paragraphs = [
      ...(reports.length > 0 ? [formatBatches(reports)] : []),
      ...records.map(formatDropped),
    ];
    output.outcome({
      value: { batches: reports, dropped: records.map(({ id, refusal }) => ({ id, ...refusal })) },
      text: paragraphs.length > 0 ? paragraphs.join("\n\n") : undefined,
      next: nextCommand(client),
    });
  });
};

function formatDropped({ id, transaction, refusal }: DroppedTransaction): string {
  const { nonce, from } = transaction;
  return `Dropped ${id}, nonce ${nonce} of account ${from}:\n  ${refusal.reason} (${refusal.code})`;
}

export default sequence;
