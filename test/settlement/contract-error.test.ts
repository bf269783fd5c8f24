import { expect } from "chai";
import { Interface } from "ethers";
import { rollupAbi } from "../../plugin/settlement/abi.ts";
import { ContractError, readableError } from "../../plugin/settlement/contract-error.ts";

const rollup = new Interface(rollupAbi);
const data = rollup.encodeErrorResult("RollupQueueEntryMissing", [7n]);

function read(error: unknown): ContractError {
  const found = readableError("settle", error);
  if (!(found instanceof ContractError)) throw new Error("The error was not read.");
  return found;
}

describe("readableError", () => {
  const shapesOfErrors: Record<string, unknown> = {
    "a simulated network": Object.assign(new Error("reverted"), { code: 3, data }),
    "hardhat node over HTTP": Object.assign(new Error("reverted"), {
      code: -32603,
      data: { message: "", data },
    }),
    ethers: Object.assign(new Error("reverted"), { code: "CALL_EXCEPTION", data }),
    "ethers, unread": { code: "UNKNOWN_ERROR", info: { error: { code: 3, data } } },
    "a library around another one": { cause: { error: { data } } },
  };
  for (const [source, error] of Object.entries(shapesOfErrors)) {
    it(`reads the error of ${source}`, () => {
      const found = read(error);
      expect(found.errorName).to.equal("RollupQueueEntryMissing");
      expect(found.errorArguments).to.deep.equal({ entry: 7n });
      expect(found.message).to.include("entry: 7").and.to.include("what to do: ");
    });
  }

  it("reads texts, and panics", () => {
    const builtIn = new Interface(["error Error(string message)", "error Panic(uint256 code)"]);
    const text = read({ data: builtIn.encodeErrorResult("Error", ["paused"]) });
    expect(text.message).to.include("paused").and.to.include("refused to settle");
    const panic = read({ data: builtIn.encodeErrorResult("Panic", [0x11]) });
    expect(panic.errorName).to.equal("Panic");
  });

  it("shows what it does not know, or what has no arguments where some belong", () => {
    expect(read({ data: "0x12345678" }).message).to.include("0x12345678");
    expect(read({ data: "0x" }).message).to.include("refused to settle");
    expect(read({ data: data.slice(0, 20) }).message).to.include(data.slice(0, 20));
  });

  it("shows the fields of a shape", () => {
    const shape = [1, 2, 3, 4, 5, 6, `0x${"11".repeat(20)}`];
    const { message } = read({ data: rollup.encodeErrorResult("RollupShapeInvalid", [shape]) });
    expect(message).to.include("transactions 1, accounts 2, operations 3");
  });

  it("leaves other errors as they are", () => {
    const errors = [new Error("connection refused"), { data: "no hex" }, undefined, "text"];
    for (const error of errors) expect(readableError("settle", error)).to.equal(error);
  });
});
