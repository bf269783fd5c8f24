import { expect } from "chai";
import { calldataGas } from "../../../bench/gas/intrinsic.ts";

describe("Bench gas: calldata", () => {
  it("is 4 and 16 gas a byte, and with EIP-7623 at least 10 and 40 with the transaction", () => {
    expect(calldataGas("0x00ff0001")).to.deep.equal({
      bytes: 4,
      zeroBytes: 2,
      gas: 2 * 4 + 2 * 16,
      floorGas: 21_000 + 2 * 10 + 2 * 40,
    });
    expect(calldataGas("0x")).to.deep.equal({ bytes: 0, zeroBytes: 0, gas: 0, floorGas: 21_000 });
  });
});
