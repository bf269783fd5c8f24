import { expect } from "chai";
import { parseEther } from "ethers";
import { network } from "hardhat";
import { ClientError } from "../../plugin/client/errors.ts";
import type { Connection } from "../../plugin/client/open-rollup.ts";
import type { RollupClient } from "../../plugin/client/rollup.ts";
import { Parties } from "../../plugin/payments/parties.ts";
import { type PlannedPayment, planPayments } from "../../plugin/payments/payment-plan.ts";
import { type PaymentLine, type SignedLine, toPayment } from "../../plugin/payments/payments-file.ts";
import { sendPayments } from "../../plugin/payments/send-payments.ts";
import type { Facts } from "../../plugin/protocol/facts.ts";
import { type SignedTransaction, signTransaction } from "../../plugin/protocol/transaction.ts";

const file = "payments.csv";
const symbol = "SUSD";

describe("plans of payments", () => {
  let connection: Connection;
  let client: RollupClient;
  let parties: Parties;
  /** SampleToken has 6 decimals. */
  let token: string;

  before(async () => {
    connection = await network.create();
    client = await connection.rollup.client();
    const { ethers } = connection;
    const signers = await ethers.getSigners();
    parties = new Parties({ signers, network: { name: "default", isDevelopment: true } });
    const contract = await ethers.deployContract("SampleToken");
    token = await contract.getAddress();
    await contract.getFunction("mint").send(signers[0], 1_000_000_000n);
    await client.registerToken(token);
    await send("deposit,signer,,ETH,1", "deposit,recipient,,ETH,1", "transfer,signer,recipient,ETH,0.1");
  });

  after(async () => {
    await connection.close();
  });

  /** Lines from how they stand in a file: kind, from, to, asset, amount, fee, nonce. */
  function lines(...texts: string[]): PaymentLine[] {
    return texts.map((text, position) => {
      const [kind, from, to, asset, amount, fee, nonce] = text.split(",");
      const fields = { kind, from, to, asset, amount, fee, nonce };
      const given = Object.entries(fields).filter(([, value]) => value !== undefined);
      return toPayment(Object.fromEntries(given), { file, line: position + 2 });
    });
  }

  async function plan(payments: readonly (PaymentLine | SignedLine)[]): Promise<PlannedPayment[]> {
    return await planPayments(client, parties, payments, file);
  }

  async function send(...texts: string[]): Promise<void> {
    const [payer] = await connection.ethers.getSigners();
    if (payer === undefined) throw new Error("The chain has no account.");
    await sendPayments(client, await plan(lines(...texts)), { payer });
  }

  /** The facts of the error for the last of these lines. */
  async function refusal(payments: readonly (PaymentLine | SignedLine)[], options?: Parties): Promise<Facts> {
    const { progress } = client.store;
    try {
      await planPayments(client, options ?? parties, payments, file);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      expect(error.facts).to.include({ file, line: payments.length + 1, sent: "nothing of the file" });
      expect(client.store.progress).to.deep.equal(progress);
      return error.facts;
    }
    throw new Error("They were all accepted.");
  }

  /** A transfer of 1 wei between two parties, with whatever is changed in it before or after it is signed. */
  async function signed(
    change: { before?: Partial<SignedTransaction>; after?: Partial<SignedTransaction> } = {},
  ): Promise<SignedLine> {
    const [from, to] = [await client.wallet("signer"), await client.wallet("recipient")];
    const index = client.sequencer.find(from.holder(1)) ?? -1;
    const transaction = signTransaction(
      client.deployment.domain,
      {
        kind: 0,
        from: index,
        nonce: client.sequencer.nextNonce(index),
        expiry: 1_000,
        to: BigInt(client.sequencer.find(to.holder(1)) ?? -1),
        amount: 1n,
        fee: 0n,
        payload: to.identity(1),
        ...change.before,
      },
      from.key,
    );
    return { line: 2, transaction: { ...transaction, ...change.after } };
  }

  it("count on what the lines before have brought", async () => {
    await send(
      "deposit,alice,,ETH,2",
      "transfer,alice,bob,ETH,1.5",
      "transfer,bob,carol,ETH,1.25",
      "withdraw,carol,bob,ETH,1",
    );
    expect(await client.balance("alice")).to.equal(parseEther("0.5"));
    expect(await client.balance("bob")).to.equal(parseEther("0.25"));
    expect(await client.balance("carol")).to.equal(parseEther("0.25"));
  });

  it("read amounts with the token's decimals", async () => {
    const [payment] = await plan(lines(`deposit,alice,,${symbol},1.5`));
    expect(payment).to.include({ kind: "deposit", amount: 1_500_000n });
    const facts = await refusal(lines(`deposit,alice,,${symbol},1.0000001`));
    expect(facts).to.include({ column: "amount", given: "1.0000001" });
  });

  it("know a token by its address too", async () => {
    const [payment] = await plan(lines(`deposit,alice,,${token},1`));
    expect(payment).to.have.nested.property("token.symbol", symbol);
  });

  it("let a network's account pay for another one, out of its own money", async () => {
    const [, payer] = await connection.ethers.getSigners();
    if (payer === undefined) throw new Error("The chain has too few accounts.");
    const before = await connection.ethers.provider.getBalance(payer);
    await send("deposit,#1,dora,ETH,3");
    expect(await client.balance("dora")).to.equal(parseEther("3"));
    expect(before - (await connection.ethers.provider.getBalance(payer))).to.be.greaterThan(parseEther("3"));
  });

  it("carry fees, whose account is opened with the first one", async () => {
    await send(
      "deposit,erin,,ETH,1",
      "transfer,erin,frank,ETH,0.5,0.01",
      "transfer,erin,frank,ETH,0.25,0.01",
    );
    expect(await client.balance("erin")).to.equal(parseEther("0.23"));
    const facts = await refusal(lines("transfer,erin,frank,ETH,0.22,0.02"));
    expect(facts).to.include({ column: "amount", given: "0.22 and a fee of 0.02", refusal: "OVERDRAFT" });
  });

  it("empty an account by an exit, whoever pays its gas", async () => {
    await send("deposit,gina,,ETH,1");
    await send("exit,gina,,ETH,");
    expect(await client.balance("gina")).to.equal(0n);
    const facts = await refusal(lines("transfer,gina,bob,ETH,0.5"));
    expect(facts).to.include({ column: "amount", refusal: "OVERDRAFT" });
  });

  describe("are refused as a whole for", () => {
    it("an unknown token", async () => {
      const facts = await refusal(lines("deposit,alice,,ETH,1", "transfer,alice,bob,GOLD,1"));
      expect(facts).to.include({ column: "asset", given: "GOLD" });
      expect(facts["assets registered"]).to.include(symbol).and.to.include(token);
      expect(facts["what to do"]).to.include("--tokens");
    });

    it("somebody without an account", async () => {
      const facts = await refusal(lines("transfer,nobody,bob,ETH,1"));
      expect(facts).to.include({ column: "from", given: "nobody" });
    });

    it("an overdraft that only the lines together make", async () => {
      const payments = lines("transfer,signer,bob,ETH,0.5", "transfer,signer,bob,ETH,0.5");
      const facts = await refusal(payments);
      expect(facts).to.include({ column: "amount", given: "0.5", refusal: "OVERDRAFT" });
      expect(facts.expected).to.include("0.4 ETH");
    });

    it("a wrong nonce", async () => {
      const facts = await refusal(lines("transfer,signer,bob,ETH,0.1,,1", "transfer,signer,bob,ETH,0.1,,1"));
      expect(facts).to.include({ column: "nonce", given: "1", expected: "2", refusal: "WRONG_NONCE" });
    });

    it("an account that the network does not have", async () => {
      const [number, address] = ["#99", "0x00000000000000000000000000000000000000AA"];
      expect(await refusal(lines(`transfer,signer,${number},ETH,0.1`))).to.include({ column: "to" });
      expect(await refusal(lines(`transfer,signer,${address},ETH,0.1`))).to.include({ column: "to" });
      expect(await refusal(lines(`deposit,${number},,ETH,0.1`))).to.include({ column: "from" });
    });

    it("more deposits than the payer can pay", async () => {
      const facts = await refusal(lines("deposit,#2,,ETH,9000", "deposit,#2,,ETH,1001"));
      expect(facts).to.include({ column: "amount", given: "1001" });
      expect(facts.expected).to.include("1000 ETH");
      expect(await refusal(lines(`deposit,#2,,${symbol},1`))).to.include({ column: "amount" });
    });

    it("an exit that overtakes transactions", async () => {
      const facts = await refusal(lines("exit,signer,,ETH,"));
      expect(facts).to.include({ column: "from", given: "signer" });
      expect(facts["what to do"]).to.include("rollup:sequence");
    });

    it("a name where money is real", async () => {
      const signers = await connection.ethers.getSigners();
      const strict = new Parties({ signers, network: { name: "mainnet", isDevelopment: false } });
      const facts = await refusal(lines("deposit,alice,,ETH,1"), strict);
      expect(facts).to.include({ column: "from", given: "alice", network: "mainnet" });
      expect(facts["what to do"]).to.include("#");
    });

    it("a transaction that somebody else has signed", async () => {
      const { key } = await client.wallet("thief");
      const { transaction } = await signed();
      const forged = signTransaction(client.deployment.domain, transaction, key);
      const facts = await refusal([{ line: 2, transaction: forged }]);
      expect(facts).to.include({ column: "transaction", refusal: "BAD_SIGNATURE" });
    });

    it("a transaction that was changed after it was signed", async () => {
      const line = await signed({ after: { amount: 2n } });
      expect(await refusal([line])).to.include({ column: "transaction", refusal: "BAD_SIGNATURE" });
    });

    it("a signed transaction to an index that nobody has", async () => {
      const line = await signed({ before: { to: 1_000n } });
      expect(await refusal([line])).to.include({ column: "transaction", refusal: "UNKNOWN_RECIPIENT" });
    });

    it("a signed transaction with an old nonce", async () => {
      const line = await signed({ before: { nonce: 0 } });
      expect(await refusal([line])).to.include({ column: "transaction", refusal: "WRONG_NONCE" });
    });
  });

  describe("that are sent", () => {
    it("may be signed elsewhere", async () => {
      const before = await client.balance("recipient");
      const [payer] = await connection.ethers.getSigners();
      if (payer === undefined) throw new Error("The chain has no account.");
      await sendPayments(client, await plan([await signed()]), { payer });
      expect((await client.balance("recipient")) - before).to.equal(1n);
    });

    it("and fail half-way say how far they came", async () => {
      const payments = await plan(lines("transfer,dora,bob,ETH,1", "transfer,dora,bob,ETH,2"));
      // Somebody else's payment comes in between.
      await client.withdraw({ from: "dora", amount: parseEther("1") });
      const [payer] = await connection.ethers.getSigners();
      if (payer === undefined) throw new Error("The chain has no account.");
      try {
        await sendPayments(client, payments, { payer });
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        expect(error.sentence).to.include("1 of 2");
        expect(error.facts).to.include({ file, line: 3 });
        expect(error.facts.problem).to.include("OVERDRAFT");
        return;
      }
      throw new Error("Both were sent.");
    });
  });
});
