import { expect } from "chai";
import { ChainSnapshots } from "../../plugin/client/chain-snapshots.ts";

/** The requests of a chain, and what is noted of them: "back to 1" is the first snapshot. */
function chain() {
  const noted: string[] = [];
  let taken = 0;
  const snapshots = new ChainSnapshots({
    snapshot: async () => {
      const number = ++taken;
      return async () => void noted.push(`back to ${number}`);
    },
    reset: async () => void noted.push("anew"),
  });
  const request = async (method: string, params: unknown[], answer: object): Promise<void> => {
    await snapshots.answered({ jsonrpc: "2.0", id: 1, method, params }, {
      jsonrpc: "2.0",
      id: 1,
      ...answer,
    } as never);
  };
  return { noted, request };
}

describe("The snapshots of a chain", () => {
  it("are gone back to where the chain has done so, and forgotten with those after them", async () => {
    const { noted, request } = chain();
    for (const id of ["0x1", "0x2", "0x3"]) await request("evm_snapshot", [], { result: id });
    await request("evm_revert", ["0x2"], { result: true });
    await request("evm_snapshot", [], { result: "0x2" });
    await request("evm_revert", ["0x2"], { result: true });
    await request("evm_revert", ["0x1"], { result: true });
    expect(noted).to.deep.equal(["back to 2", "back to 4", "back to 1"]);
  });

  it("stay where the chain refuses, or fails", async () => {
    const { noted, request } = chain();
    await request("evm_snapshot", [], { error: { code: -32601, message: "no such method" } });
    await request("evm_snapshot", [], { result: "0x1" });
    await request("evm_revert", ["0x7"], { result: false });
    await request("evm_revert", ["0x1"], { error: { code: -32000, message: "busy" } });
    await request("eth_chainId", ["0x1"], { result: true });
    expect(noted).to.deep.equal([]);
    await request("evm_revert", ["0x1"], { result: true });
    expect(noted).to.deep.equal(["back to 1"]);
  });

  it("begin anew with a chain that is reset, or that goes back to before the connection", async () => {
    const { noted, request } = chain();
    await request("evm_snapshot", [], { result: "0x5" });
    await request("evm_revert", ["0x4"], { result: true });
    await request("evm_snapshot", [], { result: "0x5" });
    await request("hardhat_reset", [], { result: true });
    await request("evm_revert", ["0x5"], { result: true });
    expect(noted).to.deep.equal(["anew", "anew", "anew"]);
  });
});
