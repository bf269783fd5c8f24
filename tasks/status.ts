import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatFacts, formatTable } from "../plugin/console/table.ts";
import { nextCommand } from "../plugin/operator/next-step.ts";
import { type RollupStatus, rollupStatus } from "../plugin/operator/status.ts";
import { withDeployed } from "../plugin/operator/with-deployed.ts";
import { formatAmount } from "../plugin/protocol/amount.ts";

const status: NewTaskActionFunction<OutputOptions> = async (options, hre) => {
  await withDeployed(hre, async (client) => {
    const current = await rollupStatus(client);
    const text = format(current);
    new Output(options).outcome({ value: current, text, next: nextCommand(client), wanted: true });
  });
};

function format(current: RollupStatus): string {
  const { network, chainId, rollup, l1Root, l2Root, accounts, batches, pending, dropped, queue } = current;
  const waiting = queue.tail - queue.head;
  const due = queue.deadline === null ? "" : `, due ${new Date(queue.deadline * 1_000).toISOString()}`;
  const facts = formatFacts({
    network: `${network} (chain ${chainId})`,
    rollup,
    proofs: proofs(current),
    "L1 root": `${l1Root}, batch ${batches.settled}`,
    "L2 root": `${l2Root}, batch ${batches.sealed}`,
    batches: `${batches.sealed} sealed, ${batches.proven} proven, ${batches.settled} settled`,
    pending: `${pending.operations} operations, ${pending.transactions} transactions`,
    ...(dropped === 0 ? {} : { dropped: `${dropped} transactions` }),
    queue: `${waiting} of ${queue.tail} entries wait${due}${queue.openToAll ? "; anybody may settle" : ""}`,
    accounts,
  });
  const titles = ["escrow", "settled", "deposits waiting", "exits unclaimed", "after what is pending"];
  const columns = [{ title: "asset" }, ...titles.map((title) => ({ title, align: "right" as const }))];
  const rows = current.assets.map(({ token, escrow, settled, deposits, unclaimed, pending: balances }) => [
    token.symbol,
    ...[escrow, settled, deposits, unclaimed, balances].map((amount) => formatAmount(amount, token.decimals)),
  ]);
  return `${facts}\n\n${formatTable(columns, rows)}`;
}

/** What proves the batches. */
function proofs({ shapes }: RollupStatus): string {
  const kinds = shapes.map(({ name, system, development }) => {
    if (system === "simulated") return `${name} SIMULATED, proves nothing`;
    return `${name} ${system}${development ? " (development key, INSECURE)" : ""}`;
  });
  return kinds.join("; ");
}

export default status;
