// What lines of payments mean on a rollup, and whether all of them can be sent. A file is sent as a whole or not at
// all, as far as that can be known before its first line is.

import { Contract, type Signer } from "ethers";
import { ClientError } from "../client/errors.ts";
import type { RollupClient } from "../client/rollup.ts";
import type { Wallet } from "../client/wallet.ts";
import { isAbsent } from "../protocol/account.ts";
import { parseAddress } from "../protocol/address.ts";
import { formatAmount, parseAmount } from "../protocol/amount.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { type SignedTransaction, transactionKind } from "../protocol/transaction.ts";
import type { RefusalCode } from "../sequencer/refusal.ts";
import { eth, type Token } from "../settlement/tokens.ts";
import { type Member, type Parties, type PartyReference, parseParty, partyForms } from "./parties.ts";
import { type Place, paymentError, refusedPayment } from "./payment-error.ts";
import type { PaymentLine, SignedLine } from "./payments-file.ts";
import { Rehearsal } from "./rehearsal.ts";

type Transacted = {
  readonly from: Wallet;
  readonly token: Token;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly nonce: number | undefined;
};

/** A payment with everything looked up, amounts in base units. */
export type PlannedPayment = { readonly place: Place } & (
  | {
      readonly kind: "deposit";
      /** Who pays on L1. */
      readonly payer: Signer;
      readonly to: Wallet;
      readonly token: Token;
      readonly amount: bigint;
    }
  | ({ readonly kind: "transfer"; readonly to: Wallet } & Transacted)
  /** `to` is an L1 address. */
  | ({ readonly kind: "withdraw"; readonly to: string } & Transacted)
  | { readonly kind: "exit"; readonly from: Member; readonly token: Token }
  | { readonly kind: "signed"; readonly transaction: SignedTransaction }
);

/** The column that a refusal is about. */
const refusedColumns: Partial<Record<RefusalCode, keyof PaymentLine>> = {
  UNKNOWN_SENDER: "from",
  UNKNOWN_RECIPIENT: "to",
  WRONG_RECIPIENT: "to",
  UNPAYABLE_ADDRESS: "to",
  WRONG_NONCE: "nonce",
  NO_FEE_ACCOUNT: "fee",
};

/**
 * Looks everything up, and goes through all payments as they would be sent.
 *
 * @param file - Of the lines. Undefined for a payment from a command's options.
 * @throws ClientError that says which payment could not be made, and why
 */
export async function planPayments(
  client: RollupClient,
  parties: Parties,
  lines: readonly (PaymentLine | SignedLine)[],
  file?: string,
): Promise<PlannedPayment[]> {
  const planner = new Planner(client, parties);
  const plan: PlannedPayment[] = [];
  for (const line of lines) {
    plan.push(await planner.add(line, file === undefined ? "options" : { file, line: line.line }));
  }
  return plan;
}

class Planner {
  readonly #client: RollupClient;
  readonly #parties: Parties;
  readonly #rehearsal: Rehearsal;
  readonly #tokens = new Map<string, Token>();
  /** What is left on L1, by payer and token. */
  readonly #funds = new Map<string, bigint>();

  constructor(client: RollupClient, parties: Parties) {
    this.#client = client;
    this.#parties = parties;
    this.#rehearsal = new Rehearsal(client);
  }

  async add(line: PaymentLine | SignedLine, place: Place): Promise<PlannedPayment> {
    if ("transaction" in line) {
      const { transaction } = line;
      const given = `kind ${transaction.kind}, from account ${transaction.from}, nonce ${transaction.nonce}`;
      const refusal = this.#rehearsal.transactSigned(transaction);
      if (refusal !== undefined) throw refusedPayment(refusal, place, { column: "transaction", given });
      return { kind: "signed", transaction, place };
    }
    const token = await this.#token(line, place);
    if (line.kind === "deposit") return await this.#deposit(line, token, place);
    if (line.kind === "exit") return await this.#exit(line, token, place);
    return await this.#transaction(line, line.kind, token, place);
  }

  async #deposit(line: PaymentLine, token: Token, place: Place): Promise<PlannedPayment> {
    const from = await this.#member(line, "from", place);
    const to = line.to === undefined ? from : await this.#member(line, "to", place);
    const amount = readAmount(line, "amount", token, place);
    const payer = this.#parties.payer(from);
    await this.#spend(payer, token, amount, line, place);
    this.#rehearsal.deposit(to.wallet.holder(token.asset), amount);
    return { kind: "deposit", payer, to: to.wallet, token, amount, place };
  }

  async #exit(line: PaymentLine, token: Token, place: Place): Promise<PlannedPayment> {
    const from = await this.#member(line, "from", place);
    const index = this.#indexOf(from.wallet, token, line, place);
    const refusal = this.#rehearsal.exit(index);
    if (refusal !== undefined) throw refusedPayment(refusal, place, { column: "from", given: line.from });
    return { kind: "exit", from, token, place };
  }

  async #transaction(
    line: PaymentLine,
    kind: "transfer" | "withdraw",
    token: Token,
    place: Place,
  ): Promise<PlannedPayment> {
    const { wallet: from } = await this.#member(line, "from", place);
    const amount = readAmount(line, "amount", token, place);
    const fee = readAmount(line, "fee", token, place);
    const recipient = kind === "transfer" ? await this.#member(line, "to", place) : undefined;
    const to = recipient === undefined ? await this.#payee(line, from, place) : recipient.wallet;
    const index = this.#indexOf(from, token, line, place);
    const { nonce, balance } = this.#rehearsal.account(index);
    const refusal = this.#rehearsal.transact({
      kind: transactionKind[kind],
      from: index,
      nonce: line.nonce ?? nonce,
      expiry: 2 ** 32 - 1,
      to: typeof to === "string" ? parseAddress(to) : BigInt(this.#rehearsal.open(to.holder(token.asset))),
      amount,
      fee,
      payload: typeof to === "string" ? BigInt(token.asset) : to.identity(token.asset),
    });
    if (refusal?.code === "OVERDRAFT") throw overdraft(line, balance, token, place);
    if (refusal !== undefined) {
      const column = refusedColumns[refusal.code] ?? "amount";
      throw refusedPayment(refusal, place, { column, given: String(line[column] ?? "") });
    }
    const common = { from, token, amount, fee, nonce: line.nonce, place };
    return typeof to === "string" ? { kind: "withdraw", to, ...common } : { kind: "transfer", to, ...common };
  }

  async #token(line: PaymentLine, place: Place): Promise<Token> {
    const known = this.#tokens.get(line.asset);
    if (known !== undefined) return known;
    try {
      const token = await this.#client.asset(line.asset);
      this.#tokens.set(line.asset, token);
      return token;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      throw paymentError(error.sentence, place, { column: "asset", given: line.asset }, error.facts);
    }
  }

  async #member(line: PaymentLine, column: "from" | "to", place: Place): Promise<Member> {
    const given = line[column] ?? "";
    const reference = referenceOf(given, column, place);
    try {
      return await this.#parties.member(reference);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      throw paymentError(error.sentence, place, { column, given }, error.facts);
    }
  }

  /** Whom a withdrawal pays on L1: any address, or somebody's. */
  async #payee(line: PaymentLine, sender: Wallet, place: Place): Promise<string> {
    if (line.to === undefined) return sender.owner;
    const reference = referenceOf(line.to, "to", place);
    if (reference.kind === "address") return reference.address;
    return (await this.#member(line, "to", place)).wallet.owner;
  }

  #indexOf(wallet: Wallet, token: Token, line: PaymentLine, place: Place): number {
    const index = this.#rehearsal.find(wallet.holder(token.asset));
    if (index !== undefined && !isAbsent(this.#rehearsal.account(index))) return index;
    throw paymentError(
      "There is no such account.",
      place,
      { column: "from", given: line.from },
      {
        expected: `somebody who has ${token.symbol} on L2 by then`,
        "what to do": "deposit first, or have somebody pay to it",
      },
    );
  }

  /** Takes a deposit from what its payer has on L1. */
  async #spend(payer: Signer, token: Token, amount: bigint, line: PaymentLine, place: Place): Promise<void> {
    const address = await payer.getAddress();
    const key = `${address} ${token.asset}`;
    const funds = this.#funds.get(key) ?? (await this.#balanceOnL1(address, token));
    this.#funds.set(key, funds - amount);
    if (funds >= amount) return;
    throw paymentError(
      "The payer does not have that much on L1.",
      place,
      { column: "amount", given: line.amount },
      {
        expected: `at most ${formatAmount(funds, token.decimals)} ${token.symbol}, which ${address} has left`,
      },
    );
  }

  async #balanceOnL1(address: string, token: Token): Promise<bigint> {
    const { provider } = this.#client.l1;
    if (token.asset === eth.asset) return await provider.getBalance(address);
    const contract = new Contract(
      token.address,
      ["function balanceOf(address account) view returns (uint256)"],
      provider,
    );
    return await contract.getFunction("balanceOf").staticCall(address);
  }
}

function referenceOf(text: string, column: string, place: Place): PartyReference {
  const reference = parseParty(text);
  if (reference !== undefined) return reference;
  throw paymentError("A payment cannot be read.", place, { column, given: text }, { expected: partyForms });
}

function readAmount(line: PaymentLine, column: "amount" | "fee", token: Token, place: Place): bigint {
  try {
    return parseAmount(line[column], token.decimals);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const [sentence = ""] = error.message.split("\n");
    throw paymentError(
      sentence,
      place,
      { column, given: line[column] },
      { expected: `an amount of ${token.symbol}, which has ${token.decimals} decimal places` },
    );
  }
}

function overdraft(line: PaymentLine, balance: bigint, token: Token, place: Place): ClientError {
  const fee = line.fee === "0" ? "" : ` and a fee of ${line.fee}`;
  return paymentError(
    "The balance does not cover the payment.",
    place,
    { column: "amount", given: line.amount + fee },
    {
      expected: `at most ${formatAmount(balance, token.decimals)} ${token.symbol}, which ${line.from} has by then`,
      refusal: "OVERDRAFT",
    },
  );
}
