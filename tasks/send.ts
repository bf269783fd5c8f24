import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ClientError } from "../plugin/client/errors.ts";
import { firstSigner } from "../plugin/client/open-rollup.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import type { Progress } from "../plugin/console/progress.ts";
import { nextCommand } from "../plugin/operator/next-step.ts";
import { withDeployed } from "../plugin/operator/with-deployed.ts";
import { Parties } from "../plugin/payments/parties.ts";
import { type PlannedPayment, planPayments } from "../plugin/payments/payment-plan.ts";
import {
  type PaymentLine,
  readPayments,
  type SignedLine,
  toPayment,
} from "../plugin/payments/payments-file.ts";
import { type SentPayment, sendPayments } from "../plugin/payments/send-payments.ts";
import { isDevelopmentChain } from "../plugin/settlement/development-chain.ts";

interface SendArguments extends OutputOptions {
  readonly file: string | undefined;
  readonly kind: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly amount: string | undefined;
  readonly asset: string;
  readonly fee: string;
  readonly nonce: string | undefined;
}

const send: NewTaskActionFunction<SendArguments> = async ({ json, quiet, ...args }, hre) => {
  const output = new Output({ json, quiet });
  const lines = await linesOf(args);
  await withDeployed(hre, async (client, connection) => {
    const signers = await connection.ethers.getSigners();
    const payer = await firstSigner(connection);
    const isDevelopment = isDevelopmentChain(client.deployment.chainId);
    const parties = new Parties({ signers, network: { name: connection.networkName, isDevelopment } });
    const payments: SentPayment[] = [];
    await interruptible(
      async (signal) => {
        const run = async ({ at }: Progress): Promise<string> => {
          at("checking");
          await client.observe();
          const plan = await planPayments(client, parties, lines, args.file);
          const onProgress = (sent: number, message: string): void =>
            at(`${sent} of ${plan.length}, ${message}`);
          const onSent = (payment: SentPayment): unknown => payments.push(payment);
          await sendPayments(client, plan, { payer, onProgress, onSent, signal });
          return `Sent ${summary(plan)}`;
        };
        await output.steps([{ title: `Send ${count(lines.length)}`, run }]);
        output.outcome({ value: { payments }, next: nextCommand(client) });
      },
      () => `Stopped after ${payments.length} of ${count(lines.length)}. What was sent stays.`,
    );
  });
};

async function linesOf(
  args: Omit<SendArguments, keyof OutputOptions>,
): Promise<(PaymentLine | SignedLine)[]> {
  const { file, kind, from, to, amount, asset, fee, nonce } = args;
  const given = { kind, from, to, amount, nonce };
  const [option] = Object.entries(given).filter(([, value]) => value !== undefined);
  if (file !== undefined && option !== undefined) {
    throw new ClientError("Either a file of payments or one payment in options, not both.", {
      file,
      option: `--${option[0]}`,
      "what to do": "leave out the file, or the options",
    });
  }
  if (file !== undefined) return await readPayments(file);
  if (option === undefined) {
    throw new ClientError("There is nothing to send.", {
      "a file": "npx hardhat rollup:send payments.csv",
      "or one payment": "npx hardhat rollup:send --kind transfer --from alice --to bob --amount 0.25",
      "what to do": "see npx hardhat rollup:send --help",
    });
  }
  const fields = Object.fromEntries(
    Object.entries({ ...given, asset, fee }).filter(([, value]) => value !== undefined),
  );
  return [toPayment(fields, "options")];
}

const nouns = {
  deposit: "deposit",
  transfer: "transfer",
  withdraw: "withdrawal",
  exit: "exit",
  signed: "signed transaction",
} as const satisfies Record<PlannedPayment["kind"], string>;

function summary(plan: readonly PlannedPayment[]): string {
  const parts = Object.entries(nouns).map(([kind, noun]) => {
    const number = plan.filter((payment) => payment.kind === kind).length;
    return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
  });
  return parts.filter((part) => part !== "").join(", ");
}

function count(payments: number): string {
  return `${payments} ${payments === 1 ? "payment" : "payments"}`;
}

export default send;
