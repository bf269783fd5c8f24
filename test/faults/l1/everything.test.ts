import { expect } from "chai";
import { L1Unavailable } from "../../../plugin/settlement/chain/errors.ts";
import { syncState } from "../../../plugin/settlement/sync.ts";
import { Random } from "../../circuits/random-batch.ts";
import { ethers } from "../../settlement/connection.ts";
import { account } from "../../settlement/fixture.ts";
import { Fork, mineBlocks } from "./branches.ts";
import {
  answersFromOlderBlock,
  dropsLogs,
  fails,
  failures,
  lagging,
  oneOfTwoIsBehind,
  sendsAndFails,
  swallowsTransactions,
} from "./faults.ts";
import { confirmations, type Operator } from "./operator.ts";
import { type Setting, setting } from "./setting.ts";

/** Everything that a node may do, one thing after another, in an order that a number determines. */
describe("An operator of a rollup, with everything against it", () => {
  const load = setting();

  const pick = <T>(random: Random, from: Readonly<Record<string, T>>): T => random.pick(Object.values(from));

  /** Looks at L1 and settles, as a node does in a turn; whatever fails is done again in the next one. */
  async function turn({ follower, settler }: Operator, prove: () => Promise<unknown>): Promise<void> {
    for (const duty of [() => follower.step(), prove, () => settler.step()]) {
      await duty().catch((error: unknown) => {
        if (!(error instanceof L1Unavailable)) throw error;
      });
    }
  }

  async function misbehaveFor(given: Setting, turns: number, seed: number) {
    const random = new Random(seed);
    let now = 1_000_000;
    const options = { now: () => now, stuckAfter: 50_000, resendAfter: 10_000, requestTimeout: 500 };
    let operator = await given.start(options);
    const { node } = given;
    let reorganisations = 0;
    let fork: { at: Fork; height: number } | undefined;
    const height = () => ethers.provider.getBlockNumber();
    for (let number = 0; number < turns; number++) {
      now += 5_000 + random.below(20_000);
      const actions: Readonly<Record<string, () => Promise<unknown>>> = {
        deposit: () => given.deposit(1n + BigInt(random.below(9)), 1 + random.below(3)),
        mine: () => mineBlocks(1 + random.below(2)),
        reorganise: async () => {
          const isShallow = fork !== undefined && (await height()) - fork.height < confirmations;
          if (!isShallow) return;
          await fork?.at.branch((await height()) - (fork?.height ?? 0), random.below(99));
          reorganisations++;
        },
        restart: async () => {
          await operator.stop();
          operator = await given.start(options);
        },
      };
      await pick(random, actions)();
      // A node of our own cannot tell a fork from a block that was final for it already.
      fork ??= { at: await Fork.here(), height: await height() };
      if ((await height()) - fork.height >= confirmations) fork = undefined;
      const faults = {
        lagging: () => lagging(1 + random.below(4)),
        older: () => answersFromOlderBlock(1 + random.below(4)),
        dropping: () => dropsLogs((position) => position % 2 === random.below(2)),
        failing: () =>
          fails(/eth_(?:call|getLogs|send|getTransaction)/, pick(random, failures)(), random.below(6)),
        swallowing: () => swallowsTransactions(),
        forgetting: () => sendsAndFails(pick(random, failures)),
        mixed: () => oneOfTwoIsBehind(seed + number),
      };
      if (random.below(3) === 0) node.behave();
      else node.misbehave(pick(random, faults)());
      await turn(operator, () => operator.sealAndProve());
    }
    node.behave();
    for (let rest = 0; rest < 40; rest++) {
      now += 60_000;
      await mineBlocks(1);
      await turn(operator, () => operator.sealAndProve());
    }
    return { operator, reorganisations };
  }

  /** How many transactions the sequencer has had mined. */
  const used = async (): Promise<number> =>
    await ethers.provider.getTransactionCount(await account(0), "latest");

  const seeds = process.env.FAULTS === "all" ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2];
  for (const seed of seeds) {
    it(`settles every batch once and has what L1 has in the end: seed ${seed}`, async function () {
      this.timeout(300_000);
      const given = load();
      const before = await used();
      const { operator, reorganisations } = await misbehaveFor(given, 40, seed);
      const { store, l1 } = operator;
      const synced = await syncState(l1);
      expect(synced.batchNumber).to.be.greaterThan(2);
      expect(reorganisations).to.be.greaterThan(1);
      const settlements = store.settlements.entries().map(([, { transactionHash }]) => transactionHash);
      expect(await used(), "no transaction in vain").to.equal(before + new Set(settlements).size);
      expect(store.settledBatch).to.equal(synced.batchNumber);
      expect(store.progress.sealed).to.equal(synced.batchNumber);
      expect(store.stateAfter(store.settledBatch).root).to.equal(synced.state.root);
      expect(store.progress.observed).to.equal(await l1.queueTail());
      expect(operator.settler.journal.entries()).to.deep.equal([]);
      const deposits = await l1.queueEntries();
      const total = deposits.reduce((sum, entry) => sum + (entry.kind === 1 ? entry.amount : 0n), 0n);
      const balances = [...synced.state.accounts()].reduce((sum, [, { balance }]) => sum + balance, 0n);
      expect(balances).to.equal(total);
    });
  }
});
