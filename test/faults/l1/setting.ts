import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Deployment } from "../../../plugin/settlement/deployment.ts";
import { L1Rollup } from "../../../plugin/settlement/l1.ts";
import { ethers, networkHelpers } from "../../settlement/connection.ts";
import { deployed, key } from "../../settlement/fixture.ts";
import { mineAtOnce, mineBlocks } from "./branches.ts";
import { MisbehavingNode } from "./misbehaving-node.ts";
import { Operator, type OperatorOptions } from "./operator.ts";

/** A rollup on a development chain, and a node in front of that which can misbehave. */
export type Setting = {
  readonly deployment: Deployment;
  readonly node: MisbehavingNode;
  /** For stores. */
  readonly folder: string;
  /** A deposit of an account's, sent past the node; it is mined with the next block if blocks are not mined at once. */
  readonly deposit: (amount: bigint, to?: number) => Promise<unknown>;
  readonly start: (options?: OperatorOptions) => Promise<Operator>;
};

/** A new setting for each test, undone behind it. */
export function setting(): () => Setting {
  let present: Setting | undefined;
  let operators: Operator[] = [];
  beforeEach(async () => {
    const { deployment, alice } = await networkHelpers.loadFixture(deployed);
    await mineAtOnce(true);
    await mineBlocks(5);
    const node = await MisbehavingNode.start(({ method, params }) =>
      ethers.provider.send(method, params as unknown[]),
    );
    const folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
    const contract = new L1Rollup(deployment, alice).contract;
    const deposit = async (amount: bigint, to = 1): Promise<unknown> => {
      const { ax, ay } = key(to);
      const value = amount + 10n ** 17n;
      const args = [ethers.ZeroAddress, amount, ax, ay, alice.address];
      const { data } = await contract.getFunction("deposit").populateTransaction(...args);
      const fields = { from: alice.address, to: deployment.rollup, data, value: ethers.toQuantity(value) };
      return await ethers.provider.send("eth_sendTransaction", [{ ...fields, gas: "0x7a120" }]);
    };
    const start: Setting["start"] = async (options) => {
      const operator = await Operator.start({ deployment, url: node.url, folder }, options);
      operators.push(operator);
      return operator;
    };
    present = { deployment, node, folder, deposit, start };
  });
  afterEach(async () => {
    for (const operator of operators) await operator.stop();
    operators = [];
    await present?.node.stop();
    await mineAtOnce(true);
    if (present !== undefined) await rm(present.folder, { recursive: true, force: true });
  });
  return () => {
    if (present === undefined) throw new Error("The setting exists in tests only.");
    return present;
  };
}
