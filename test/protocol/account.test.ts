import { expect } from "chai";
import fc from "fast-check";
import {
  type Account,
  absentAccount,
  accountIdentity,
  accountLeaf,
  createAccount,
  isAbsent,
} from "../../plugin/protocol/account.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import { account } from "./arbitraries.ts";
import { reference } from "./reference.ts";
import { refusal } from "./refusal.ts";

const alice: Account = { ax: 3n, ay: 4n, owner: 5n, asset: 1, nonce: 6, balance: 7n, data: 8n };

describe("account", () => {
  it("hashes identity and leaf in the protocol's order", () => {
    fc.assert(
      fc.property(account, (some) => {
        const identity = reference.poseidon([some.ax, some.ay, some.owner, BigInt(some.asset)]);
        expect(accountIdentity(some)).to.equal(identity);
        expect(accountLeaf(some)).to.equal(
          reference.poseidon([identity, BigInt(some.nonce), some.balance, some.data]),
        );
      }),
      { numRuns: 10 },
    );
  });

  it("has identity 0 and the leaf of zeros where nobody has an account", () => {
    expect(isAbsent(absentAccount)).to.equal(true);
    expect(accountIdentity(absentAccount)).to.equal(0n);
    expect(accountLeaf(absentAccount)).to.equal(reference.poseidon([0n, 0n, 0n, 0n]));
    expect(isAbsent(alice)).to.equal(false);
  });

  it("refuses fields out of range", () => {
    const wrong: [field: keyof Account, value: bigint | number, code: string][] = [
      ["ax", fieldOrder, "NOT_AN_ELEMENT"],
      ["ay", -1n, "NOT_AN_ELEMENT"],
      ["data", fieldOrder, "NOT_AN_ELEMENT"],
      ["owner", 2n ** 160n, "OUT_OF_RANGE"],
      ["asset", 2 ** 32, "OUT_OF_RANGE"],
      ["nonce", 2 ** 40, "OUT_OF_RANGE"],
      ["nonce", 0.5, "OUT_OF_RANGE"],
      ["balance", 2n ** 128n, "OUT_OF_RANGE"],
      ["balance", -1n, "OUT_OF_RANGE"],
    ];
    for (const [field, value, code] of wrong) {
      expect(
        refusal(() => accountLeaf({ ...alice, [field]: value })),
        field,
      ).to.equal(code);
    }
  });

  it("refuses an account with an asset but no owner, and an absent one with anything in it", () => {
    expect(refusal(() => accountIdentity({ ...alice, owner: 0n }))).to.equal("INVALID_ACCOUNT");
    for (const field of ["ax", "ay", "owner", "balance", "data"] as const) {
      expect(
        refusal(() => accountLeaf({ ...absentAccount, [field]: 1n })),
        field,
      ).to.equal("INVALID_ACCOUNT");
    }
    expect(refusal(() => accountLeaf({ ...absentAccount, nonce: 1 }))).to.equal("INVALID_ACCOUNT");
  });

  it("creates empty accounts, and none without an asset", () => {
    const { ax, ay, owner, asset } = alice;
    expect(createAccount(alice)).to.deep.equal({ ax, ay, owner, asset, nonce: 0, balance: 0n, data: 0n });
    expect(refusal(() => createAccount(absentAccount))).to.equal("INVALID_ACCOUNT");
  });
});
