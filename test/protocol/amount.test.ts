import { expect } from "chai";
import fc from "fast-check";
import { formatAddress, parseAddress } from "../../plugin/protocol/address.ts";
import { formatAmount, parseAmount } from "../../plugin/protocol/amount.ts";
import { bits } from "./arbitraries.ts";
import { refusal } from "./refusal.ts";

describe("parseAmount", () => {
  it("counts in the token's base unit", () => {
    expect(parseAmount("1.5", 18)).to.equal(1500000000000000000n);
    expect(parseAmount("0.000001", 6)).to.equal(1n);
    expect(parseAmount("007.10", 2)).to.equal(710n);
    expect(parseAmount("42", 0)).to.equal(42n);
    expect(parseAmount("0", 18)).to.equal(0n);
    expect(parseAmount(`${2n ** 128n - 1n}`, 0)).to.equal(2n ** 128n - 1n);
  });

  it("refuses what is not plainly a decimal amount", () => {
    const wrong = [
      "",
      " ",
      ".",
      "1.",
      ".5",
      "-1",
      "+1",
      "1e18",
      "1,5",
      "1 000",
      " 1",
      "1\n",
      "0x10",
      "١",
      "1.2.3",
    ];
    for (const text of wrong)
      expect(
        refusal(() => parseAmount(text, 18)),
        text,
      ).to.equal("INVALID_AMOUNT");
  });

  it("refuses more decimal places than the token has, even zeros", () => {
    expect(refusal(() => parseAmount("0.1234567", 6))).to.equal("INVALID_AMOUNT");
    expect(refusal(() => parseAmount("1.0", 0))).to.equal("INVALID_AMOUNT");
  });

  it("refuses amounts over 128 bits and decimals that no token has", () => {
    expect(refusal(() => parseAmount(`${2n ** 128n}`, 0))).to.equal("INVALID_AMOUNT");
    expect(refusal(() => parseAmount("1", 39))).to.equal("INVALID_AMOUNT");
    for (const decimals of [-1, 256, 1.5])
      expect(refusal(() => parseAmount("1", decimals))).to.equal("OUT_OF_RANGE");
  });
});

describe("formatAmount", () => {
  it("writes the shortest text", () => {
    expect(formatAmount(1500000000000000000n, 18)).to.equal("1.5");
    expect(formatAmount(1n, 6)).to.equal("0.000001");
    expect(formatAmount(100n, 2)).to.equal("1");
    expect(formatAmount(100n, 0)).to.equal("100");
    expect(formatAmount(0n, 18)).to.equal("0");
  });

  it("is read back by parseAmount", () => {
    fc.assert(
      fc.property(bits(128), fc.nat(255), (amount, decimals) => {
        expect(parseAmount(formatAmount(amount, decimals), decimals)).to.equal(amount);
      }),
    );
  });

  it("refuses amounts that the protocol does not have", () => {
    expect(refusal(() => formatAmount(-1n, 18))).to.equal("OUT_OF_RANGE");
    expect(refusal(() => formatAmount(2n ** 128n, 18))).to.equal("OUT_OF_RANGE");
  });
});

describe("address", () => {
  it("is read back by parseAddress", () => {
    fc.assert(
      fc.property(bits(160), (address) => {
        expect(parseAddress(formatAddress(address))).to.equal(address);
      }),
    );
  });

  it("has 40 digits, in any case when read", () => {
    expect(formatAddress(0xabcn)).to.equal(`0x${"abc".padStart(40, "0")}`);
    expect(parseAddress(`0x${"aB".repeat(20)}`)).to.equal(BigInt(`0x${"ab".repeat(20)}`));
    for (const wrong of ["0x0", `0x${"ab".repeat(21)}`, "ab".repeat(20)]) {
      expect(
        refusal(() => parseAddress(wrong)),
        wrong,
      ).to.equal("MALFORMED");
    }
    expect(refusal(() => formatAddress(2n ** 160n))).to.equal("OUT_OF_RANGE");
  });
});
