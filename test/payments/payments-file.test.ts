import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ClientError } from "../../plugin/client/errors.ts";
import { parseParty } from "../../plugin/payments/parties.ts";
import {
  parseJsonLines,
  parsePayments,
  readPayments,
  toPayment,
} from "../../plugin/payments/payments-file.ts";
import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import { encodeTransaction, signTransaction } from "../../plugin/protocol/transaction.ts";
import { transactionToJson } from "../../plugin/protocol/transaction-json.ts";
import { rejection } from "../settlement/rejection.ts";

const file = "payments.csv";

/** The facts of the error that reading causes. */
function refusal(read: () => unknown): Readonly<Record<string, unknown>> {
  try {
    read();
  } catch (error) {
    if (error instanceof ClientError) return { ...error.facts, sentence: error.sentence };
    throw error;
  }
  throw new Error("It was accepted.");
}

function csv(...lines: string[]): string {
  return `${lines.join("\n")}\n`;
}

const payment = {
  kind: "transfer",
  from: "alice",
  to: "bob",
  asset: "ETH",
  amount: "1.5",
  fee: "0",
  nonce: undefined,
};

const signed = signTransaction(
  5n,
  { kind: 0, from: 1, nonce: 2, expiry: 3, to: 4n, amount: 5n, fee: 6n, payload: 7n },
  SigningKey.fromSeed(new Uint8Array(32).fill(1)),
);

describe("payments in CSV", () => {
  it("are read as they are written, with their lines", () => {
    const text = csv(
      "kind,from,to,asset,amount,fee,nonce",
      "deposit,#1,,ETH,2,,",
      "",
      "transfer, alice ,bob,ETH,1.5,0.01,7",
      "withdraw,alice,0x70997970C51812dc3A010C7d01b50e0d17dc79C8,TOKEN,0.5,,",
      'exit,"alice",,,,,',
    );
    expect(parsePayments(text, file)).to.deep.equal([
      { ...payment, line: 2, kind: "deposit", from: "#1", to: undefined, amount: "2" },
      { ...payment, line: 4, fee: "0.01", nonce: 7 },
      {
        ...payment,
        line: 5,
        kind: "withdraw",
        to: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
        asset: "TOKEN",
        amount: "0.5",
      },
      { ...payment, line: 6, kind: "exit", to: undefined, amount: "" },
    ]);
  });

  it("may leave out columns and change their order", () => {
    const text = csv("amount,from,kind,to", "1.5,alice,transfer,bob");
    expect(parsePayments(text, file)).to.deep.equal([{ ...payment, line: 2 }]);
  });

  it("may come from a spreadsheet on Windows", () => {
    const text = "\uFEFFkind,from,to,asset,amount\r\ntransfer,alice,bob,ETH,1.5\r\n";
    expect(parsePayments(text, file)).to.deep.equal([{ ...payment, line: 2 }]);
  });

  it("of a deposit may say only whose account it is: the first account pays", () => {
    const [line] = parsePayments(csv("kind,from,to,amount", "deposit,,bob,1.5"), file);
    expect(line).to.include({ from: "#0", to: "bob" });
  });

  describe("are refused with line, column, value and what belongs there:", () => {
    const header = "kind,from,to,asset,amount,fee,nonce";
    const good = "transfer,alice,bob,ETH,1,,";
    const cases: [what: string, line: string, column: string, given: string, expected: string][] = [
      ["a kind that there is not", "transfr,alice,bob,ETH,1,,", "kind", "transfr", "transfer"],
      ["nobody who pays", "transfer,,bob,ETH,1,,", "from", "nothing", "name"],
      ["nobody who is paid", "transfer,alice,,ETH,1,,", "to", "nothing", "name"],
      ["an address that is too short", "transfer,alice,0x1234,ETH,1,,", "to", "0x1234", "address"],
      [
        "an address with a wrong checksum",
        "transfer,alice,0x70997970c51812dc3A010C7d01b50e0d17dc79C8,ETH,1,,",
        "to",
        "0x70997970c51812dc3A010C7d01b50e0d17dc79C8",
        "address",
      ],
      ["an account number that is none", "transfer,#x,bob,ETH,1,,", "from", "#x", "name"],
      ["no amount", "transfer,alice,bob,ETH,,,", "amount", "nothing", "1.5"],
      ["an amount with a comma", 'transfer,alice,bob,ETH,"1,5",,', "amount", "1,5", "1.5"],
      ["a negative amount", "transfer,alice,bob,ETH,-1,,", "amount", "-1", "1.5"],
      ["an amount with an exponent", "transfer,alice,bob,ETH,1e3,,", "amount", "1e3", "1.5"],
      ["an empty deposit", "deposit,alice,,ETH,0.0,,", "amount", "0.0", "more than 0"],
      ["a fee that is no amount", "transfer,alice,bob,ETH,1,low,", "fee", "low", "0.01"],
      ["a fee of a deposit", "deposit,alice,,ETH,1,0.1,", "fee", "0.1", "nothing"],
      ["a nonce that is no integer", "transfer,alice,bob,ETH,1,,1.5", "nonce", "1.5", "integer"],
      ["a nonce of an exit", "exit,alice,,ETH,,,1", "nonce", "1", "nothing"],
      ["an exit to somebody", "exit,alice,bob,ETH,,,", "to", "bob", "nothing"],
      ["an exit of a part", "exit,alice,,ETH,1,,", "amount", "1", "nothing"],
    ];
    for (const [what, line, column, given, expected] of cases) {
      it(what, () => {
        const facts = refusal(() => parsePayments(csv(header, good, line), file));
        expect(facts).to.include({ file, line: 3, column, given });
        expect(facts.expected).to.include(expected);
        expect(facts.sent).to.equal("nothing of the file");
      });
    }
  });

  it("need a header that is right", () => {
    expect(refusal(() => parsePayments(csv("kind,from,to,assets,amount"), file)).problem).to.include(
      "assets",
    );
    expect(refusal(() => parsePayments(csv("kind,from,to,asset"), file)).problem).to.include("amount");
    expect(refusal(() => parsePayments(csv("kind,from,amount,amount"), file)).problem).to.include("twice");
    expect(refusal(() => parsePayments(csv("transfer,alice,bob,ETH,1"), file))).to.include({ line: 1 });
  });

  it("with too many or too few fields are refused with their line", () => {
    const facts = refusal(() => parsePayments(csv("kind,from,to,amount", "exit,a,,", "exit,b,,,x"), file));
    expect(facts).to.include({ file, line: 3 });
  });

  it("with an open quote are refused", () => {
    expect(refusal(() => parsePayments(csv("kind,from,to,amount", 'exit,"a,,'), file)).problem).to.be.a(
      "string",
    );
  });
});

describe("payments in JSON lines", () => {
  const lines = (...objects: unknown[]): string => objects.map((line) => JSON.stringify(line)).join("\n");

  it("have the fields of CSV", () => {
    const text = lines({ kind: "transfer", from: "alice", to: "bob", amount: "1.5", nonce: 7 });
    expect(parseJsonLines(`\n${text}\n`, file)).to.deep.equal([{ ...payment, line: 2, nonce: 7 }]);
  });

  it("may be signed transactions, encoded or as objects", () => {
    const text = lines(
      { transaction: encodeTransaction(signed) },
      { transaction: transactionToJson(signed) },
    );
    expect(parseJsonLines(text, file)).to.deep.equal([
      { line: 1, transaction: signed },
      { line: 2, transaction: signed },
    ]);
  });

  it("take amounts in quotes only, since a number may have lost digits", () => {
    const facts = refusal(() => parseJsonLines(lines({ kind: "exit", from: "a", amount: 1.5 }), file));
    expect(facts.problem).to.include("amount").and.to.include("string");
  });

  it("are refused with their line", () => {
    const good = { kind: "exit", from: "alice" };
    for (const bad of ["{", "[]", "5", '{"kind":"exit","from":"a","memo":"x"}', '{"transaction":"0x12"}']) {
      expect(refusal(() => parseJsonLines(`${lines(good)}\n${bad}`, file))).to.include({ file, line: 2 });
    }
  });

  it("have nothing beside a signed transaction", () => {
    const text = lines({ transaction: encodeTransaction(signed), nonce: 1 });
    expect(refusal(() => parseJsonLines(text, file)).problem).to.include("beside");
  });

  it("with a damaged transaction are refused", () => {
    const text = lines({ transaction: `${encodeTransaction(signed).slice(0, -2)}zz` });
    expect(refusal(() => parseJsonLines(text, file))).to.include({ line: 1, column: "transaction" });
  });
});

describe("a payment in options", () => {
  it("is refused with the option's name", () => {
    const facts = refusal(() => toPayment({ kind: "transfer", from: "alice", to: "bob" }, "options"));
    expect(facts).to.include({ option: "--amount", given: "nothing" });
    expect(facts).to.not.have.property("line");
  });
});

describe("readPayments", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function read(name: string, text: string): Promise<unknown> {
    await writeFile(path.join(folder, name), text);
    return await readPayments(path.join(folder, name));
  }

  it("goes by the file's name", async () => {
    const object = JSON.stringify({ kind: "exit", from: "alice" });
    expect(await read("a.jsonl", object)).to.have.length(1);
    expect(await read("a.NDJSON", object)).to.have.length(1);
    expect(await read("a.csv", csv("kind,from,amount", "exit,alice,"))).to.have.length(1);
  });

  it("refuses a file that is not there, and one without payments", async () => {
    const missing = path.join(folder, "missing.csv");
    expect((await rejection(readPayments(missing))).message).to.include(missing);
    const header = "kind,from,to,asset,amount\n";
    expect((await rejection(read("empty.csv", header))).message).to.include("no payments");
    expect((await rejection(read("empty.jsonl", "\n"))).message).to.include("no payments");
  });
});

describe("parseParty", () => {
  it("tells names, numbers and addresses apart", () => {
    const address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    expect(parseParty("alice")).to.deep.equal({ kind: "name", name: "alice" });
    expect(parseParty("Zoë O.")).to.equal(undefined);
    expect(parseParty("Zoë")).to.deep.equal({ kind: "name", name: "Zoë" });
    expect(parseParty("#12")).to.deep.equal({ kind: "number", number: 12 });
    expect(parseParty(address)).to.deep.equal({ kind: "address", address });
    expect(parseParty(address.toLowerCase())).to.deep.equal({ kind: "address", address });
  });

  it("takes nothing that could be meant as something else", () => {
    for (const text of [
      "",
      " ",
      "#",
      "#-1",
      "#1.5",
      "0x",
      "0x12",
      "alice\u001b[31m",
      "a,b",
      "x".repeat(41),
    ]) {
      expect(parseParty(text), text).to.equal(undefined);
    }
  });
});
