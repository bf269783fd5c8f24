import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { firstSigner, openReader } from "../plugin/client/open-rollup.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatFacts, formatTable } from "../plugin/console/table.ts";
import { type DepartureStep, departureOf } from "../plugin/leaving/departure.ts";
import { ownerAddress } from "../plugin/leaving/owner-address.ts";
import { type Stand, standOf } from "../plugin/leaving/stand.ts";
import { command, requireDeployed, shellWord } from "../plugin/operator/next-step.ts";
import { withNetwork } from "../plugin/operator/with-deployed.ts";
import { formatAddress } from "../plugin/protocol/address.ts";
import { formatAmount } from "../plugin/protocol/amount.ts";
import { L1Rollup } from "../plugin/settlement/l1.ts";
import { syncState } from "../plugin/settlement/sync.ts";
import type { Token } from "../plugin/settlement/tokens.ts";

interface EscapeArguments extends OutputOptions {
  readonly owner: string;
  readonly send: boolean;
}

/** A call that was made. */
type SentStep = Omit<DepartureStep, "send"> & { readonly transactionHash: string };

const escapeTask: NewTaskActionFunction<EscapeArguments> = async ({ owner, send, ...options }, hre) => {
  const output = new Output(options);
  await withNetwork(hre, async (connection) => {
    await requireDeployed(hre, connection);
    const signers = await connection.ethers.getSigners();
    const address = await ownerAddress(owner, signers);
    const l1 = await openReader(hre, connection);
    const tokens = await l1.tokens();
    let stand = await standOf(l1);
    let steps: DepartureStep[] = [];
    await output.steps([
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
    ]);
    const calls = steps.length === 0 ? "Nothing is owed to this owner." : table(steps, tokens);
    const text = `${describe(l1, address, stand)}\n\n${calls}`;
    if (!send || steps.length === 0) {
      return output.outcome({
        value: summaryOf(l1, address, stand, steps),
        text: steps.length === 0 ? text : `${text}\n\n${advice(stand)}`,
        next: nextCommand(stand, steps, owner, l1.deployment.network),
        wanted: true,
      });
    }
    output.note(text);
    const sender = new L1Rollup(l1.deployment, await firstSigner(connection));
    const sent: SentStep[] = [];
    await interruptible(
      async (signal) => {
        await output.steps([
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
                sent.push({ ...summaryOfStep(step), transactionHash });
                done(`  ${step.kind} ${step.subject}: ${amountOf(step, tokens)}, ${transactionHash}`);
              }
              const left = steps.length - possible.length;
              return left === 0 ? "Everything is paid" : `${left} more once the rollup is frozen`;
            },
          },
        ]);
        output.outcome({ value: { ...summaryOf(l1, address, stand, steps), sent } });
      },
      () =>
        `Stopped after ${sent.length} of ${steps.length}. What was sent stays; run it again for the rest.`,
    );
  });
};

function summaryOf(l1: L1Rollup, owner: bigint, stand: Stand, steps: readonly DepartureStep[]) {
  return {
    rollup: l1.deployment.rollup,
    owner: formatAddress(owner),
    stand,
    calls: steps.map((step) => ({ ...summaryOfStep(step), to: l1.deployment.rollup })),
  };
}

function summaryOfStep({ send: _, ...step }: DepartureStep): Omit<DepartureStep, "send"> {
  return step;
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

function advice(stand: Stand): string {
  if (stand.kind !== "active") return "The calls, for a wallet to send, with all their data: --json";
  if (stand.deadline === undefined)
    return "While the rollup is active, its owner may ask for an account's exit.";
  return `If nobody settles until ${new Date(1000 * stand.deadline).toISOString()}, anybody may freeze the rollup, and escapes and refunds work.`;
}

/** Undefined: there is nothing to do but to wait. */
function nextCommand(
  stand: Stand,
  steps: readonly DepartureStep[],
  owner: string,
  network: string,
): string | undefined {
  if (steps.length === 0) return undefined;
  const worksNow = stand.kind !== "active" || steps.some(({ afterFreeze }) => !afterFreeze);
  if (worksNow) return `${command("escape", network)} --owner ${shellWord(owner)} --send`;
  return stand.deadline === undefined ? `${command("exit", network)} --from ${shellWord(owner)}` : undefined;
}

export default escapeTask;
