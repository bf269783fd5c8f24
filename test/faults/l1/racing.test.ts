import { expect } from "chai";
import { networkHelpers } from "../../settlement/connection.ts";
import { parameters } from "../../settlement/fixture.ts";
import { mineBlocks } from "./branches.ts";
import { confirmations } from "./operator.ts";
import { setting } from "./setting.ts";

describe("Settler, beside others on the same store", () => {
  const load = setting();

  it("sends no batch that was taken apart while the contract was asked about it", async () => {
    const given = load();
    const operator = await given.start();
    await given.deposit(1n);
    await mineBlocks(confirmations);
    await operator.follower.step();
    await operator.sealAndProve();
    given.node.misbehave(async (request, chain) => {
      const answer = await chain(request);
      if (request.method === "eth_estimateGas") await operator.sequencer.unseal(1);
      return answer;
    });
    const step = await operator.settler.step();
    expect([step.sent, step.waiting]).to.deep.equal([undefined, []]);
    expect(operator.settler.journal.entries()).to.deep.equal([]);
    expect(given.node.count("eth_sendRawTransaction")).to.equal(0);
    given.node.behave();
    await operator.sealAndProve();
    await operator.settler.settle();
    expect(operator.settler.journal.included(1)).to.not.equal(undefined);
  });

  it("offers no more than the limit from the first time on, whatever the node says of prices", async () => {
    const given = load();
    const maxFeePerGas = 10n ** 12n;
    const operator = await given.start({ maxFeePerGas });
    await given.deposit(1n);
    await mineBlocks(confirmations);
    await operator.follower.step();
    await operator.sealAndProve();
    given.node.misbehave(async (request, chain) =>
      request.method === "eth_maxPriorityFeePerGas" ? `0x${(10n ** 16n).toString(16)}` : await chain(request),
    );
    await operator.settler.step();
    const [entry] = operator.settler.journal.entries();
    const price = { maxFeePerGas, maxPriorityFeePerGas: maxFeePerGas };
    expect(entry?.outgoing.versions[0]?.price).to.deep.equal(price);
  });

  it("takes no batch apart that somebody has begun to settle while the contract refused it", async () => {
    const given = load();
    const operator = await given.start();
    await given.deposit(1n);
    await mineBlocks(confirmations);
    await operator.follower.step();
    await operator.sealAndProve();
    await given.deposit(9n, 2);
    await networkHelpers.time.increase(parameters.forcedInclusionPeriod - 60);
    await mineBlocks(confirmations);
    await operator.follower.step();
    const { journal } = operator.settler;
    const from = (await operator.l1.requireSigner().getAddress()).toLowerCase();
    const versions = [{ price: { gasPrice: 1n }, begunAt: 1, sentAt: 1 }];
    const other = { from, nonce: 99, firstBatch: 1, lastBatch: 1, data: "0x", gasLimit: 1n, versions };
    given.node.misbehave(async (request, chain) => {
      if (request.method === "eth_estimateGas") await journal.begin(other, [], () => true);
      return await chain(request);
    });
    expect((await operator.settler.step()).unsealed).to.deep.equal([]);
    expect(journal.entries()).to.have.length(1);
    expect(operator.store.progress.sealed).to.equal(1);
  });
});
