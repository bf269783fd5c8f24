import { expect } from "chai";
import fc from "fast-check";
import type { Block, L1Chain } from "../../../plugin/settlement/chain/l1-chain.ts";
import { presentGasPrice, replacementGasPrice } from "../../../plugin/settlement/sending/gas-price.ts";

const gwei = 10n ** 9n;

/** What a chain says of prices; the rest is not asked for. */
function chain(says: Partial<L1Chain>): L1Chain {
  return says as L1Chain;
}

function head(baseFeePerGas: bigint | undefined): Block {
  return { number: 1, hash: `0x${"00".repeat(32)}`, timestamp: 1, baseFeePerGas };
}

describe("presentGasPrice", () => {
  it("has room for the base fee to double", async () => {
    const price = await presentGasPrice(chain({ priorityFee: async () => 3n }), head(100n));
    expect(price).to.deep.equal({ maxFeePerGas: 203n, maxPriorityFeePerGas: 3n });
  });

  it("offers one gwei to miners where the node does not say what is usual", async () => {
    const price = await presentGasPrice(chain({ priorityFee: async () => undefined }), head(0n));
    expect(price).to.deep.equal({ maxFeePerGas: gwei, maxPriorityFeePerGas: gwei });
  });

  it("is one number on chains without EIP-1559", async () => {
    const price = await presentGasPrice(chain({ gasPrice: async () => 7n }), head(undefined));
    expect(price).to.deep.equal({ gasPrice: 7n });
  });
});

describe("replacementGasPrice", () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const price = fc.tuple(amount, amount).map(([a, b]) => ({ maxFeePerGas: a + b, maxPriorityFeePerGas: b }));

  it("offers an eighth more in both numbers, and no less than the present price", () => {
    fc.assert(
      fc.property(price, price, (last, present) => {
        const next = replacementGasPrice(last, present, 10n ** 18n);
        if (next === undefined || "gasPrice" in next) throw new Error("There is room, and EIP-1559.");
        for (const field of ["maxFeePerGas", "maxPriorityFeePerGas"] as const) {
          expect(8n * next[field] >= 9n * last[field]).to.equal(true);
          expect(next[field] > last[field]).to.equal(true);
          expect(next[field] >= present[field]).to.equal(true);
        }
        expect(next.maxPriorityFeePerGas <= next.maxFeePerGas).to.equal(true);
      }),
    );
  });

  it("ends at the limit, by default at ten times the present price", () => {
    const present = { maxFeePerGas: 100n, maxPriorityFeePerGas: 1n };
    const at = (maxFeePerGas: bigint) => ({ maxFeePerGas, maxPriorityFeePerGas: 1n });
    expect(replacementGasPrice(at(880n), present)).to.deep.equal({
      maxFeePerGas: 991n,
      maxPriorityFeePerGas: 3n,
    });
    expect(replacementGasPrice(at(900n), present)).to.equal(undefined);
    expect(replacementGasPrice(at(100n), present, 112n)).to.equal(undefined);
    expect(replacementGasPrice(at(100n), present, 114n)).to.include({ maxFeePerGas: 114n });
  });

  it("goes on in one number where one of the two is so", () => {
    expect(replacementGasPrice({ gasPrice: 80n }, { gasPrice: 50n })).to.deep.equal({ gasPrice: 91n });
    const present = { maxFeePerGas: 200n, maxPriorityFeePerGas: 1n };
    expect(replacementGasPrice({ gasPrice: 80n }, present)).to.deep.equal({ gasPrice: 200n });
  });
});
