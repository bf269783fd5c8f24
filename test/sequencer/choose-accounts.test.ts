import { expect } from "chai";
import fc from "fast-check";
import { chooseAccounts, type Move } from "../../plugin/sequencer/choose-accounts.ts";

const nothing = new Set<number>();

function move(from: number, ...others: number[]): Move {
  return { from, others };
}

/** How many moves are among the accounts, each sender's in order. */
function possible(moves: readonly Move[], accounts: ReadonlySet<number>): number {
  const stopped = new Set<number>();
  return moves.filter(({ from, others }) => {
    if (!accounts.has(from) || !others.every((index) => accounts.has(index))) stopped.add(from);
    return !stopped.has(from);
  }).length;
}

describe("chooseAccounts", () => {
  it("chooses accounts that have many moves among them", () => {
    const busy = [move(8, 9), move(9, 8), move(8, 9), move(9, 8)];
    const chosen = chooseAccounts([move(0, 1), move(2, 3), move(4, 5), ...busy], nothing, 4, 99);
    expect([...chosen]).to.have.members([0, 1, 8, 9]);
  });

  it("knows that a move which is not among them blocks its sender", () => {
    const moves = [move(0), move(1, 7), move(1, 0), move(1, 0), move(1, 0), move(2, 0), move(2, 0)];
    expect([...chooseAccounts(moves, nothing, 2, 99)]).to.have.members([0, 2]);
    expect([...chooseAccounts(moves, nothing, 3, 99)]).to.have.members([0, 1, 7]);
  });

  it("adds the account that unblocks senders who are in", () => {
    const moves = [move(0, 1), move(0, 2), move(1, 2), move(0, 1), move(3, 4), move(3, 4)];
    expect([...chooseAccounts(moves, nothing, 3, 99)]).to.have.members([0, 1, 2]);
  });

  it("stops when there are enough moves", () => {
    const moves = [move(0), move(0), move(1)];
    expect([...chooseAccounts(moves, nothing, 4, 2)]).to.deep.equal([0]);
  });

  it("has what is touched, the first move's accounts where they fit, and never too many", () => {
    const index = fc.nat({ max: 9 });
    const moves = fc.array(fc.record({ from: index, others: fc.array(index, { maxLength: 2 }) }));
    fc.assert(
      fc.property(
        moves,
        fc.uniqueArray(index, { maxLength: 4 }),
        fc.integer({ min: 4, max: 9 }),
        (all, touched, slots) => {
          const chosen = chooseAccounts(all, new Set(touched), slots, 99);
          expect(chosen.size).to.be.at.most(slots);
          expect([...chosen]).to.include.members(touched);
          const [first] = all;
          const wanted = new Set([...touched, ...(first === undefined ? [] : [first.from, ...first.others])]);
          if (wanted.size <= slots) {
            expect([...chosen]).to.include.members([...wanted]);
            expect(possible(all, chosen)).to.be.at.least(possible(all, wanted));
          }
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});
