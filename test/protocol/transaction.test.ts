import { expect } from "chai";
import { AbiCoder, keccak256 } from "ethers";
import fc from "fast-check";
import { SigningKey } from "../../plugin/protocol/eddsa.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import {
  assertTransaction,
  decodeTransaction,
  encodeTransaction,
  rollupDomain,
  type SignedTransaction,
  signTransaction,
  type Transaction,
  transactionId,
  transactionKind,
  transactionMessage,
  verifyTransaction,
} from "../../plugin/protocol/transaction.ts";
import { transactionFromJson, transactionToJson } from "../../plugin/protocol/transaction-json.ts";
import { element, signedTransaction } from "./arbitraries.ts";
import { reference } from "./reference.ts";
import { refusal } from "./refusal.ts";

const rollup = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const domain = rollupDomain(31337n, rollup);
const key = SigningKey.fromSeed(new Uint8Array(32).fill(1));

const transfer: Transaction = {
  kind: transactionKind.transfer,
  from: 1,
  nonce: 2,
  expiry: 3,
  to: 4n,
  amount: 5n,
  fee: 6n,
  payload: 7n,
};
const withdrawal: Transaction = {
  ...transfer,
  kind: transactionKind.withdraw,
  to: 2n ** 160n - 1n,
  payload: 2n,
};

describe("rollupDomain", () => {
  it("is the hash of the ABI encoding of chain id and address, as an element", () => {
    const encoded = AbiCoder.defaultAbiCoder().encode(["uint256", "address"], [31337, rollup]);
    expect(domain).to.equal(BigInt(keccak256(encoded)) % fieldOrder);
    expect(rollupDomain(31337n, rollup.toLowerCase())).to.equal(domain);
  });

  it("differs by chain and by rollup", () => {
    const others = [rollupDomain(1n, rollup), rollupDomain(31337n, rollup.replace("5Fb", "5Fc"))];
    expect(new Set([domain, ...others]).size).to.equal(3);
  });

  it("refuses what is not an address or a chain id", () => {
    for (const wrong of [
      "",
      "0x",
      rollup.slice(0, -1),
      `${rollup}0`,
      rollup.slice(2),
      `${rollup.slice(0, -1)}g`,
    ]) {
      expect(
        refusal(() => rollupDomain(1n, wrong)),
        wrong,
      ).to.equal("MALFORMED");
    }
    expect(refusal(() => rollupDomain(-1n, rollup))).to.equal("OUT_OF_RANGE");
  });
});

describe("transactionMessage", () => {
  it("packs the fields at the protocol's positions", () => {
    fc.assert(
      fc.property(element, signedTransaction, (someDomain, tx) => {
        const header =
          BigInt(tx.from) +
          BigInt(tx.kind) * 2n ** 32n +
          BigInt(tx.nonce) * 2n ** 40n +
          BigInt(tx.expiry) * 2n ** 80n;
        expect(transactionMessage(someDomain, tx)).to.equal(
          reference.poseidon([someDomain, header, tx.to, tx.amount + tx.fee * 2n ** 128n, tx.payload]),
        );
      }),
      { numRuns: 20 },
    );
  });

  it("is the transaction's id as a 32-byte word", () => {
    const id = transactionId(domain, transfer);
    expect(id).to.match(/^0x[0-9a-f]{64}$/);
    expect(BigInt(id)).to.equal(transactionMessage(domain, transfer));
  });

  it("changes with every field", () => {
    const changed: Transaction[] = [
      { ...transfer, kind: transactionKind.call },
      { ...transfer, from: 2 ** 32 - 1 },
      { ...transfer, nonce: 2 ** 40 - 1 },
      { ...transfer, expiry: 2 ** 32 - 1 },
      { ...transfer, to: 2n ** 32n - 1n },
      { ...transfer, amount: 2n ** 128n - 1n },
      { ...transfer, fee: 2n ** 96n - 1n },
      { ...transfer, payload: fieldOrder - 1n },
    ];
    const messages = [
      transactionMessage(domain, transfer),
      transactionMessage(domain + 1n, transfer),
      ...changed.map((tx) => transactionMessage(domain, tx)),
    ];
    expect(new Set(messages).size).to.equal(messages.length);
  });
});

describe("assertTransaction", () => {
  it("refuses each field just out of range", () => {
    const wrong: [change: Partial<Transaction>, code: string][] = [
      [{ kind: 3 as 2 }, "INVALID_TRANSACTION"],
      [{ kind: -1 as 0 }, "INVALID_TRANSACTION"],
      [{ from: 2 ** 32 }, "OUT_OF_RANGE"],
      [{ from: -1 }, "OUT_OF_RANGE"],
      [{ nonce: 2 ** 40 }, "OUT_OF_RANGE"],
      [{ nonce: Number.NaN }, "OUT_OF_RANGE"],
      [{ expiry: 2 ** 32 }, "OUT_OF_RANGE"],
      [{ to: 2n ** 32n }, "OUT_OF_RANGE"],
      [{ to: -1n }, "OUT_OF_RANGE"],
      [{ amount: 2n ** 128n }, "OUT_OF_RANGE"],
      [{ amount: -1n }, "OUT_OF_RANGE"],
      [{ fee: 2n ** 96n }, "OUT_OF_RANGE"],
      [{ payload: fieldOrder }, "NOT_AN_ELEMENT"],
    ];
    for (const [change, code] of wrong) {
      const [field] = Object.keys(change);
      expect(
        refusal(() => assertTransaction({ ...transfer, ...change })),
        field,
      ).to.equal(code);
    }
  });

  it("lets only a withdrawal go to an L1 address, and has it name its asset", () => {
    expect(refusal(() => assertTransaction(withdrawal))).to.equal(undefined);
    expect(refusal(() => assertTransaction({ ...withdrawal, to: 2n ** 160n }))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => assertTransaction({ ...withdrawal, payload: 2n ** 32n }))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => assertTransaction({ ...transfer, to: withdrawal.to }))).to.equal("OUT_OF_RANGE");
  });
});

describe("signTransaction", () => {
  const signed = signTransaction(domain, transfer, key);

  it("makes what circomlibjs accepts for the message", () => {
    const message = transactionMessage(domain, transfer);
    expect(reference.verify(key.publicKey, message, signed.signature)).to.equal(true);
    expect(verifyTransaction(domain, signed, key.publicKey)).to.equal(true);
  });

  it("is good for this transaction on this rollup only", () => {
    expect(verifyTransaction(domain + 1n, signed, key.publicKey)).to.equal(false);
    expect(verifyTransaction(domain, { ...signed, amount: signed.amount + 1n }, key.publicKey)).to.equal(
      false,
    );
    const other = SigningKey.fromSeed(new Uint8Array(32).fill(2));
    expect(verifyTransaction(domain, signed, other.publicKey)).to.equal(false);
  });

  it("replaces an old signature and carries no foreign fields", () => {
    const forged = {
      ...signTransaction(domain, transfer, SigningKey.fromSeed(new Uint8Array(32))),
      note: "x",
    };
    expect(signTransaction(domain, forged, key)).to.deep.equal(signed);
  });

  it("signs nothing that is out of range", () => {
    expect(refusal(() => signTransaction(domain, { ...transfer, fee: -1n }, key))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => signTransaction(fieldOrder, transfer, key))).to.equal("NOT_AN_ELEMENT");
  });
});

describe("encodeTransaction", () => {
  const signed = signTransaction(domain, withdrawal, key);
  const encoded = encodeTransaction(signed);

  it("has the documented layout", () => {
    const fields = ["01", "00000001", "0000000002", "00000003", "ff".repeat(20)];
    const amounts = ["05".padStart(32, "0"), "06".padStart(24, "0"), "02".padStart(64, "0")];
    const { r8x, r8y, s } = signed.signature;
    const signature = [r8x, r8y, s].map((part) => part.toString(16).padStart(64, "0"));
    expect(encoded).to.equal(`0x${[...fields, ...amounts, ...signature].join("")}`);
  });

  it("is read back by decodeTransaction", () => {
    fc.assert(
      fc.property(signedTransaction, (tx) => {
        const hex = encodeTransaction(tx);
        expect(decodeTransaction(hex)).to.deep.equal(tx);
        expect(encodeTransaction(decodeTransaction(hex))).to.equal(hex);
      }),
    );
  });

  it("refuses what decodeTransaction would", () => {
    expect(refusal(() => encodeTransaction({ ...signed, amount: -1n }))).to.equal("OUT_OF_RANGE");
    const wild: SignedTransaction = { ...signed, signature: { ...signed.signature, s: fieldOrder } };
    expect(refusal(() => encodeTransaction(wild))).to.equal("NOT_AN_ELEMENT");
  });

  it("is refused when cut, extended or not hexadecimal", () => {
    for (const wrong of [
      "0x",
      encoded.slice(0, -2),
      encoded.slice(0, -1),
      `${encoded}00`,
      encoded.slice(2),
    ]) {
      expect(refusal(() => decodeTransaction(wrong))).to.equal("MALFORMED");
    }
    expect(refusal(() => decodeTransaction(encoded.replace("05", "0g")))).to.equal("MALFORMED");
  });

  it("is refused with values that the protocol does not have", () => {
    const replace = (byte: number, hex: string) =>
      `${encoded.slice(0, 2 + 2 * byte)}${hex}${encoded.slice(2 + 2 * byte + hex.length)}`;
    expect(refusal(() => decodeTransaction(replace(0, "03")))).to.equal("INVALID_TRANSACTION");
    expect(refusal(() => decodeTransaction(replace(0, "00")))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => decodeTransaction(replace(89, "01")))).to.equal("OUT_OF_RANGE");
    for (const byte of [62, 94, 126, 158]) {
      expect(refusal(() => decodeTransaction(replace(byte, "ff".repeat(32))))).to.equal("NOT_AN_ELEMENT");
    }
  });
});

describe("transactionToJson", () => {
  const json = transactionToJson(signTransaction(domain, withdrawal, key));

  it("survives JSON", () => {
    fc.assert(
      fc.property(signedTransaction, (tx) => {
        const text = JSON.stringify(transactionToJson(tx));
        expect(transactionFromJson(JSON.parse(text))).to.deep.equal(tx);
      }),
    );
  });

  it("writes kinds by name and large numbers as decimal strings", () => {
    expect(json).to.include({
      kind: "withdraw",
      from: 1,
      to: `${2n ** 160n - 1n}`,
      amount: "5",
      payload: "2",
    });
  });

  it("is refused with missing, unknown or mistyped fields", () => {
    const { fee: _, ...withoutFee } = json;
    const wrong: unknown[] = [
      null,
      [],
      "transaction",
      withoutFee,
      { ...json, note: "hello" },
      { ...json, kind: 1 },
      { ...json, kind: "toString" },
      { ...json, from: "1" },
      { ...json, amount: 5 },
      { ...json, amount: "0x5" },
      { ...json, amount: "05" },
      { ...json, amount: "-5" },
      { ...json, amount: "" },
      { ...json, amount: "9".repeat(79) },
      { ...json, signature: null },
      { ...json, signature: { ...json.signature, v: "27" } },
    ];
    for (const value of wrong) {
      expect(
        refusal(() => transactionFromJson(value)),
        JSON.stringify(value),
      ).to.equal("MALFORMED");
    }
    expect(refusal(() => transactionFromJson({ ...json, from: 0.5 }))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => transactionFromJson({ ...json, amount: `${2n ** 128n}` }))).to.equal("OUT_OF_RANGE");
  });
});
