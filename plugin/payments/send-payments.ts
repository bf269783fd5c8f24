import { setTimeout } from "node:timers/promises";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { parseEther, type Signer } from "ethers";
import { ClientError } from "../client/errors.ts";
import type { RollupClient } from "../client/rollup.ts";
import { L1Rollup, type Queued } from "../settlement/l1.ts";
import type { Member } from "./parties.ts";
import type { PlannedPayment } from "./payment-plan.ts";

/** What became of a payment: its entry of the queue on L1, or its transaction's id on L2. */
export type SentPayment =
  | { readonly kind: "deposit" | "exit"; readonly entry: number; readonly transactionHash: string }
  | { readonly kind: "transfer" | "withdraw" | "signed"; readonly id: string };

export type SendOptions = {
  /** Pays the gas of exits by name. */
  readonly payer: Signer;
  /** Called before each payment, with the number of those that are sent. */
  readonly onProgress?: (sent: number, message: string) => void;
  /** Called after each payment. */
  readonly onSent?: (payment: SentPayment) => void;
  /** Stops before the next payment. */
  readonly signal?: AbortSignal;
};

/** What the gas of an exit costs at most, where gas costs what development chains take for it. */
const exitAllowance = parseEther("0.01");

const pollMilliseconds = 1_000;

/**
 * Sends planned payments in their order: deposits and exits to L1, transactions to the sequencer.
 *
 * @throws ClientError that says how many were sent, if one of them is refused after all
 */
export async function sendPayments(
  client: RollupClient,
  plan: readonly PlannedPayment[],
  options: SendOptions,
): Promise<void> {
  const sending = new Sending(client, options);
  for (const [sent, payment] of plan.entries()) {
    options.signal?.throwIfAborted();
    options.onProgress?.(sent, payment.kind);
    try {
      const done = await sending.send(payment);
      options.onSent?.(done);
    } catch (error) {
      if (sent === 0) throw error;
      throw stopped(payment, sent, plan.length, error);
    }
  }
  await client.observe();
}

class Sending {
  readonly #client: RollupClient;
  readonly #options: SendOptions;
  /** Entries of the queue that are ours. */
  #queued = 0;

  constructor(client: RollupClient, options: SendOptions) {
    this.#client = client;
    this.#options = options;
  }

  async send(payment: PlannedPayment): Promise<SentPayment> {
    if (payment.kind === "deposit") {
      const { payer, to, token, amount } = payment;
      const l1 = new L1Rollup(this.#client.deployment, payer);
      const { owner } = to;
      return this.#inQueue(
        "deposit",
        await l1.deposit({ asset: token.asset, amount, key: to.key.publicKey, owner }),
      );
    }
    await this.#seeQueued();
    if (payment.kind === "exit") return await this.#exit(payment.from, payment.token.asset);
    if (payment.kind === "signed") {
      const { id } = await this.#client.sequencer.submit(payment.transaction);
      return { kind: "signed", id };
    }
    const { token, from, amount, fee, nonce } = payment;
    const common = { from, amount, fee, nonce, asset: token.asset };
    const id =
      payment.kind === "transfer"
        ? await this.#client.transfer({ ...common, to: payment.to })
        : await this.#client.withdraw({ ...common, to: payment.to });
    return { kind: payment.kind, id };
  }

  async #exit(from: Member, asset: number): Promise<SentPayment> {
    const { l1, sequencer, deployment } = this.#client;
    const index = sequencer.find(from.wallet.holder(asset));
    if (index === undefined) {
      throw new ClientError("There is no such account.", {
        holder: from.wallet.name,
        "what to do": "deposit first; npx hardhat rollup:status shows whether the deposit is there",
      });
    }
    const signer = from.isName ? from.signer.connect(l1.provider) : from.signer;
    if (from.isName) await this.#payGas(from.wallet.owner);
    return this.#inQueue("exit", await new L1Rollup(deployment, signer).requestExit(index));
  }

  #inQueue(kind: "deposit" | "exit", { entry, transactionHash }: Queued): SentPayment {
    this.#queued = entry.entry + 1;
    return { kind, entry: entry.entry, transactionHash };
  }

  /** A wallet for development has nothing on L1 to pay gas with. */
  async #payGas(owner: string): Promise<void> {
    const { provider } = this.#client.l1;
    if ((await provider.getBalance(owner)) >= exitAllowance) return;
    const response = await this.#options.payer.sendTransaction({ to: owner, value: exitAllowance });
    await response.wait();
  }

  /** Waits until the sequencer has seen what was queued, which takes as many blocks as the network's confirmations. */
  async #seeQueued(): Promise<void> {
    const { store } = this.#client;
    if (store.progress.observed >= this.#queued) return;
    await this.#client.observe();
    while (store.progress.observed < this.#queued) {
      this.#options.signal?.throwIfAborted();
      await setTimeout(pollMilliseconds);
      await this.#client.observe();
    }
  }
}

function stopped(payment: PlannedPayment, sent: number, total: number, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { place } = payment;
  const text = HardhatPluginError.isHardhatPluginError(error) ? error.message : String(error);
  return new ClientError(`${sent} of ${total} payments were sent, then one failed.`, {
    ...(place === "options" ? {} : place),
    problem: text.replace(/\n\s*/g, "; "),
    "what to do": "take the lines that were sent out of the file, correct this one, and send it again",
  });
}
