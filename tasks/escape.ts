import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { firstSigner, openReader } from "../plugin/client/open-rollup.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { formatFacts, formatTable, stringifyExact } from "../plugin/console/table.ts";
import { type DepartureStep, departureOf } from "../plugin/leaving/departure.ts";
import { ownerAddress } from "../plugin/leaving/owner-address.ts";
import { type Stand, standOf } from "../plugin/leaving/stand.ts";
import { command, requireDeployed } from "../plugin/operator/next-step.ts";
import { withNetwork } from "../plugin/operator/with-deployed.ts";
import { formatAddress } from "../plugin/protocol/address.ts";
import { formatAmount } from "../plugin/protocol/amount.ts";
import { L1Rollup } from "../plugin/settlement/l1.ts";
import { syncState } from "../plugin/settlement/sync.ts";
import type { Token } from "../plugin/settlement/tokens.ts";

interface EscapeArguments {
  readonly owner: string;
  readonly send: boolean;
  readonly json: boolean;
}

const escapeTask: NewTaskActionFunction<EscapeArguments> = async ({ owner, send, json }, hre) => {
  await withNetwork(hre, async (connection) => {
    await requireDeployed(hre, connection);
    const signers = await connection.ethers.getSigners();
    const address = await ownerAddress(owner, signers);
    const l1 = await openReader(hre, connection);
    const tokens = await l1.tokens();
    let stand = await standOf(l1);
    let steps: DepartureStep[] = [];
    await runSteps(
      [
        {
          title: "Read L1",
          run: async ({ at }) => {
            const synced = await syncState(l1, {
              onBatch: ({ batchNumber }, total) => at(`batch ${batchNumber} of ${total}`),
            });
            steps = await departureOf(l1, address, synced, stand.kind !== "active");
            return "Rebuilt from L1: the root is right after every batch";
          },
        },
      ],
      { quiet: json },
    );
    if (json) return console.log(stringifyExact(summaryOf(l1, address, stand, steps)));
    console.log(`\n${describe(l1, address, stand)}\n`);
    console.log(steps.length === 0 ? "Nothing is owed to this owner." : table(steps, tokens));
    if (steps.length === 0) return;
    if (!send) return console.log(`\n${advice(stand, steps, owner, l1.deployment.network)}`);
    const sender = new L1Rollup(l1.deployment, await firstSigner(connection));
    let sent = 0;
    await interruptible(
      async (signal) => {
        await runSteps([
          {
            title: "Leave",
            run: async ({ at, done }) => {
              if (stand.kind === "overdue") {
                await sender.freeze();
                stand = { kind: "frozen" };
                done("  frozen, for good");
              }
              const possible = steps.filter(({ afterFreeze }) => stand.kind === "frozen" || !afterFreeze);
              for (const step of possible) {
                signal.throwIfAborted();
                at(`${step.kind} ${step.subject}`);
                const { transactionHash } = await step.send(sender);
                sent++;
                done(`  ${step.kind} ${step.subject}: ${amountOf(step, tokens)}, ${transactionHash}`);
              }
              const left = steps.length - possible.length;
              return left === 0 ? "Everything is paid" : `${left} more once the rollup is frozen`;
            },
          },
        ]);
      },
      () => `Stopped after ${sent} of ${steps.length}. What was sent stays; run it again for the rest.`,
    );
  });
};

function summaryOf(l1: L1Rollup, owner: bigint, stand: Stand, steps: readonly DepartureStep[]) {
  return {
    rollup: l1.deployment.rollup,
    owner: formatAddress(owner),
    stand,
    calls: steps.map(({ send: _, ...step }) => ({ ...step, to: l1.deployment.rollup })),
  };
}

function describe(l1: L1Rollup, owner: bigint, stand: Stand): string {
  const states = {
    frozen: "frozen: everybody leaves",
    overdue: "past a deadline: anybody may freeze it",
    active: "active",
  };
  return formatFacts({
    rollup: `${l1.deployment.rollup} on ${l1.deployment.network}`,
    owner: formatAddress(owner),
    state: states[stand.kind],
  });
}

function table(steps: readonly DepartureStep[], tokens: readonly Token[]): string {
  const columns = [{ title: "call" }, { title: "of" }, { title: "amount", align: "right" as const }];
  return formatTable(
    columns,
    steps.map((step) => [step.kind, step.subject, amountOf(step, tokens)]),
  );
}

function amountOf({ asset, amount }: DepartureStep, tokens: readonly Token[]): string {
  const token = tokens.find((known) => known.asset === asset);
  return token === undefined ? String(amount) : `${formatAmount(amount, token.decimals)} ${token.symbol}`;
}

function advice(stand: Stand, steps: readonly DepartureStep[], owner: string, network: string): string {
  const again = `${command("escape", network)} --owner ${owner}`;
  const json = `The calls, for a wallet to send: ${again} --json`;
  if (stand.kind !== "active") return `${json}\nNext: ${again} --send`;
  const waiting =
    stand.deadline === undefined
      ? `While the rollup is active, ask for an exit: ${command("exit", network)} --from ${owner}`
      : `If nobody settles until ${new Date(1000 * stand.deadline).toISOString()}, anybody may freeze the rollup, and escapes and refunds work.`;
  const now = steps.some(({ afterFreeze }) => !afterFreeze) ? `\nWhat works now: ${again} --send` : "";
  return `${waiting}${now}`;
}

export default escapeTask;
