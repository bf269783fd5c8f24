import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ClientError } from "../plugin/client/errors.ts";
import { firstSigner, openReader } from "../plugin/client/open-rollup.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatFacts } from "../plugin/console/table.ts";
import type { QueuedExit } from "../plugin/leaving/request-exit.ts";
import { requestExitOf } from "../plugin/leaving/request-exit.ts";
import { command, requireDeployed, shellWord } from "../plugin/operator/next-step.ts";
import { withNetwork } from "../plugin/operator/with-deployed.ts";
import { Parties, parseParty, partyForms } from "../plugin/payments/parties.ts";
import { formatAmount } from "../plugin/protocol/amount.ts";
import { isDevelopmentChain } from "../plugin/settlement/development-chain.ts";

interface ExitArguments extends OutputOptions {
  readonly from: string;
  readonly asset: string;
  readonly index: number;
}

const exit: NewTaskActionFunction<ExitArguments> = async ({ from, asset, index, ...options }, hre) => {
  const output = new Output(options);
  await withNetwork(hre, async (connection) => {
    await requireDeployed(hre, connection);
    const reference = parseParty(from);
    if (reference === undefined)
      throw new ClientError("Nobody is called so.", { given: from, "what to give": partyForms });
    const l1 = await openReader(hre, connection);
    const isDevelopment = isDevelopmentChain(l1.deployment.chainId);
    const network = { name: connection.networkName, isDevelopment };
    const parties = new Parties({ signers: await connection.ethers.getSigners(), network });
    const member = await parties.member(reference);
    let queued: QueuedExit | undefined;
    await output.steps([
      {
        title: "Request an exit",
        run: async ({ at }) => {
          queued = await requestExitOf(l1, member, {
            payer: await firstSigner(connection),
            asset,
            index: index < 0 ? undefined : index,
            onBatch: (batchNumber, total) => at(`reading L1: batch ${batchNumber} of ${total}`),
          });
          return `Requested the exit of account ${queued.index}`;
        },
      },
    ]);
    if (queued === undefined) return;
    const { entry, fee, deadline, balance, token } = queued;
    const facts = formatFacts({
      balance: `${formatAmount(balance, token.decimals)} ${token.symbol}, as of the last settled batch`,
      entry,
      fee: `${formatAmount(fee, 18)} ETH, for whoever settles it`,
      "settled until": new Date(1000 * deadline).toISOString(),
    });
    const advice =
      "Once a batch with it has settled, claim. If none does in time, the same command freezes the rollup and pays you out.";
    output.outcome({
      value: queued,
      text: `${facts}\n\n${advice}`,
      next: `${command("escape", network.name)} --owner ${shellWord(from)} --send`,
    });
  });
};

export default exit;
