import { expect } from "chai";
import fc from "fast-check";
import type { Holder } from "../../plugin/protocol/account.ts";
import { Directory } from "../../plugin/sequencer/directory.ts";

// Few values for each field, so that holders share keys, owners and everything.
const high = 2n ** 160n - 1n;
const holder: fc.Arbitrary<Holder> = fc.record({
  ax: fc.constantFrom(1n, 2n, 2n ** 253n + 1n),
  ay: fc.constantFrom(0n, 1n, 2n ** 253n + 1n),
  owner: fc.constantFrom(1n, 2n, 2n ** 128n, high),
  asset: fc.constantFrom(1, 2, 2 ** 32 - 1),
});

const isSame = (a: Holder, b: Holder): boolean =>
  a.ax === b.ax && a.ay === b.ay && a.owner === b.owner && a.asset === b.asset;

describe("Directory", () => {
  it("finds holders by identity, by key and by owner", () => {
    const entries = fc.uniqueArray(fc.tuple(fc.nat(300), holder), {
      selector: ([index]) => index,
      maxLength: 200,
    });
    fc.assert(
      fc.property(entries, fc.array(holder, { maxLength: 20 }), (list, others) => {
        const directory = new Directory();
        for (const [index, each] of list) directory.add(index, each);
        for (const [index, each] of list) directory.add(index, each);
        const sorted = list.toSorted(([a], [b]) => a - b);
        for (const sought of [...list.map(([, each]) => each), ...others]) {
          const indices = (is: (each: Holder) => boolean): number[] =>
            sorted.filter(([, each]) => is(each)).map(([index]) => index);
          expect(directory.find(sought)).to.equal(indices((each) => isSame(each, sought))[0]);
          const ofKey = indices(({ ax, ay }) => ax === sought.ax && ay === sought.ay);
          expect(directory.ofKey(sought)).to.deep.equal(ofKey);
          expect(directory.ofOwner(sought.owner)).to.deep.equal(
            indices(({ owner }) => owner === sought.owner),
          );
        }
        expect(directory.size).to.equal(list.length);
        const taken = new Set(list.map(([index]) => index));
        const free = Array.from({ length: 302 }, (_, index) => index).find((index) => !taken.has(index));
        expect(directory.lowestFree).to.equal(free);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps thousands of holders apart, up to the last index of the deepest tree", () => {
    const directory = new Directory();
    const of = (number: number): Holder => ({
      ax: BigInt(number),
      ay: 5n,
      owner: BigInt(number + 1),
      asset: 1,
    });
    for (let index = 0; index < 20_000; index++) directory.add(index, of(index));
    directory.add(4 ** 16 - 1, of(20_000));
    for (let index = 0; index < 20_000; index += 7) {
      expect(directory.find(of(index))).to.equal(index);
      expect(directory.ofKey(of(index))).to.deep.equal([index]);
      expect(directory.ofOwner(BigInt(index + 1))).to.deep.equal([index]);
    }
    expect(directory.find(of(20_000))).to.equal(4 ** 16 - 1);
    expect(directory.find(of(20_001))).to.equal(undefined);
    expect(directory.lowestFree).to.equal(20_000);
  });

  it("does not give an index to a second holder", () => {
    const directory = new Directory();
    const first: Holder = { ax: 1n, ay: 2n, owner: 3n, asset: 1 };
    directory.add(0, first);
    expect(() => directory.add(0, { ...first, asset: 2 })).to.throw("another holder");
    directory.add(1, { ...first, asset: 2 });
    directory.add(2, first);
    directory.add(2, first);
    for (const [index, other] of [
      [0, { ...first, asset: 2 }],
      [1, first],
      [2, { ...first, asset: 2 }],
      [2, { ...first, owner: 4n }],
    ] as const) {
      expect(() => directory.add(index, other)).to.throw("another holder");
    }
    expect(directory.ofKey(first)).to.deep.equal([0, 1, 2]);
    expect(directory.find(first)).to.equal(0);
    expect(directory.size).to.equal(3);
  });
});
