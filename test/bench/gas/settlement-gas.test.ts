// Gas and bytes of settlements of what people pay, with proofs that are accepted: they may get smaller, never larger
// unnoticed. The shape has account slots for all payments, so that they are taken in order of arrival.

import { expect } from "chai";
import { artifacts, network } from "hardhat";
import { amountNames } from "../../../bench/gas/amounts.ts";
import { measureEmpty } from "../../../bench/gas/empty-settlements.ts";
import {
  MeasuredRollup,
  type MeasuringChain,
  settledBefore,
  standInCircuit,
} from "../../../bench/gas/measured-rollup.ts";
import type { MeasuredShape } from "../../../bench/gas/measured-shapes.ts";
import type { Settlement } from "../../../bench/gas/result.ts";
import { sealedBatches } from "../../../bench/gas/sealed-batches.ts";
import { countedBatch, measureSettlement } from "../../../bench/gas/settlements.ts";
import { workloadNames } from "../../../bench/workload/workload.ts";
import { expectSnapshot } from "../../report/snapshot.ts";

const measured: MeasuredShape = {
  name: "roomy",
  shape: { depth: 12, transactions: 64, accounts: 130, operations: 4, exits: 4, fees: 1, applications: 0 },
  accounts: 10_000,
};
const counts = [1, 4];

describe("Bench gas: settlements", () => {
  const settlements: Settlement[] = [];
  const figures: Record<string, number> = {};
  let chain: MeasuringChain;

  before(async () => {
    chain = { connection: await network.create(), artifact: (name) => artifacts.readArtifact(name) };
    const circuits = [await standInCircuit(chain, measured)];
    const rollup = await MeasuredRollup.deploy(chain, circuits, measured.accounts + 1, 123n << 200n);
    await rollup.acceptAll();
    await measure(rollup, measured);
  });
  after(() => chain.connection.close());

  async function measure(rollup: MeasuredRollup, { name, shape, accounts }: MeasuredShape): Promise<void> {
    for (const count of counts) {
      const { gas, storage } = await measureEmpty(chain, rollup, name, count);
      figures[`${count} empty`] = gas;
      figures[`${count} empty, of it storage`] = storage;
    }
    const id = rollup.shapeId(name);
    for (const workload of workloadNames) {
      for (const amounts of amountNames) {
        const crowd = { workload, amounts, accounts };
        const sealed = sealedBatches(crowd, { name, shape, id }, Math.max(...counts), settledBefore + 1);
        const batches = sealed.map((record) => countedBatch(record, id));
        for (const count of counts) {
          const some = batches.slice(0, count);
          const shares = { verification: 0, storage: 0 };
          const verifier = "accepting + measured difference";
          const settlement = await measureSettlement(rollup, name, crowd, some, verifier, shares);
          if (settlement !== undefined) settlements.push(settlement);
        }
      }
    }
  }

  it("take no more gas than they did", () => {
    expect(settlements).to.have.length(workloadNames.length * amountNames.length * counts.length);
    for (const settlement of settlements) {
      const { gas, transfers, batches } = settlement;
      expect(transfers).to.equal(batches * measured.shape.transactions);
      figures[nameOf(settlement)] = gas;
    }
    expectSnapshot("gas of settlements without verification", figures);
  });

  it("publish no more bytes than they did", () => {
    const bytes = settlements.map((settlement) => [nameOf(settlement), settlement.rowBytes]);
    expectSnapshot("bytes of rows", Object.fromEntries(bytes));
  });

  it("never come near the floor of EIP-7623", () => {
    for (const settlement of settlements) {
      expect(settlement.floorGas, nameOf(settlement)).to.be.below(0.7 * settlement.gas);
    }
  });
});

function nameOf({ workload, amounts, batches }: Settlement): string {
  return `${batches} of ${measured.shape.transactions} transfers, ${workload}, ${amounts} amounts`;
}
