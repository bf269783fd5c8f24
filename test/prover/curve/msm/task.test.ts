import { expect } from "chai";
import {
  bestWindowBits,
  type MsmInput,
  msmTasks,
  resultBytes,
  windowCount,
} from "../../../../plugin/prover/curve/msm/task.ts";

const pointBytes = 80;

function input(count: number, listed = false): MsmInput {
  return { group: "g1", points: 1600, scalars: 320, indices: listed ? 64 : undefined, count };
}

describe("tasks of a multi-scalar multiplication", () => {
  const counts = [1, 2, 100, 4096, 2 ** 17, 2 ** 17 + 1, 2 ** 18, 2 ** 18 + 1, 1_000_003];

  for (const listed of [false, true]) {
    it(`cover every window of every point once, scalars ${listed ? "listed" : "in order"}`, () => {
      for (const count of counts) {
        const covered = new Map<number, number>();
        for (const task of msmTasks(input(count, listed), pointBytes)) {
          const from = (task.points - 1600) / pointBytes;
          expect(task.scalars).to.equal(listed ? 320 : 320 + 32 * from);
          expect(task.indices).to.equal(listed ? 64 + 4 * from : undefined);
          covered.set(from, (covered.get(from) ?? 0) + task.windows);
          const all = windowCount(task.windowBits);
          expect(task.firstWindow + task.windows).to.be.at.most(all);
          if (task.firstWindow + task.windows === all) expect(covered.get(from)).to.equal(all);
        }
        const parts = [...covered.keys()];
        const last = msmTasks(input(count, listed), pointBytes).at(-1);
        expect(parts[0]).to.equal(0);
        expect((parts.at(-1) as number) + (last?.count as number)).to.equal(count);
      }
    });
  }

  it("are none without points", () => {
    expect(msmTasks(input(0), pointBytes)).to.deep.equal([]);
  });

  it("have room for every bit of a scalar and the last carry", () => {
    for (let bits = 2; bits <= 16; bits++) expect(windowCount(bits) * bits).to.be.at.least(255);
  });

  it("take wider windows for more points", () => {
    const widths = [1, 100, 10_000, 2 ** 17, 2 ** 18].map(bestWindowBits);
    expect(widths).to.deep.equal([...widths].sort((left, right) => left - right));
    expect(new Set(widths).size).to.equal(widths.length);
  });

  it("are several of about the same cost, so that threads end together", () => {
    const tasks = msmTasks(input(2 ** 17), pointBytes);
    expect(tasks.length).to.be.at.least(8);
    const costs = tasks.map(({ cost }) => cost);
    expect(Math.max(...costs) / Math.min(...costs)).to.be.at.most(2);
  });

  it("say how long their results are: an affine point", () => {
    for (const task of msmTasks(input(5000), pointBytes)) {
      expect(resultBytes(task)).to.equal(64);
      expect(resultBytes({ ...task, group: "g2" })).to.equal(128);
    }
  });
});
