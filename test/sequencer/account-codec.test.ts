import { expect } from "chai";
import fc from "fast-check";
import { fixedHex } from "../../plugin/protocol/hex.ts";
import { accountCodec } from "../../plugin/sequencer/compact-codecs.ts";
import { account } from "../protocol/arbitraries.ts";

describe("An account in the store", () => {
  it("is its fields one after another, big-endian, and reads back", () => {
    fc.assert(
      fc.property(account, (each) => {
        const bytes = accountCodec.toBytes(each);
        const { ax, ay, owner, asset, nonce, balance, data } = each;
        const fields = [fixedHex(ax, 32), fixedHex(ay, 32), fixedHex(owner, 20), fixedHex(asset, 4)];
        const rest = [fixedHex(nonce, 5), fixedHex(balance, 16), fixedHex(data, 32)];
        expect(Buffer.from(bytes).toString("hex")).to.equal([...fields, ...rest].join(""));
        // LMDB gives parts of larger buffers.
        const inside = Buffer.concat([Buffer.from([1, 2, 3]), bytes, Buffer.from([4])]).subarray(3, -1);
        expect(accountCodec.fromBytes(inside)).to.deep.equal(each);
      }),
    );
  });

  it("is never one that cannot be", () => {
    const [each] = fc.sample(account, 1);
    if (each === undefined) throw new Error("No account.");
    expect(() => accountCodec.toBytes({ ...each, balance: 2n ** 128n })).to.throw("out of range");
    expect(() => accountCodec.toBytes({ ...each, owner: 2n ** 160n })).to.throw("out of range");
    const bytes = Buffer.from(accountCodec.toBytes(each));
    expect(() => accountCodec.fromBytes(bytes.subarray(1))).to.throw("140 bytes");
    expect(() => accountCodec.fromBytes(Buffer.from(bytes).fill(0xff, 0, 32))).to.throw("field element");
    expect(() => accountCodec.fromBytes(Buffer.from(bytes).fill(0, 84, 88))).to.throw("asset");
    expect(() => accountCodec.fromBytes(Buffer.alloc(141))).to.throw("absent");
  });
});
