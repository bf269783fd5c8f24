// The contract's reading of rows against the TypeScript one: what one takes the other takes, as the same rows.

import { expect } from "chai";
import type { BaseContract } from "ethers";
import fc from "fast-check";
import { packRows, unpackRows } from "../../plugin/protocol/packed-rows.ts";
import type { Row } from "../../plugin/protocol/row.ts";
import { sortedRows } from "../protocol/arbitraries.ts";
import { refusal } from "../protocol/refusal.ts";
import { ethers } from "./connection.ts";

type Reader = BaseContract & { read(section: string, slots: number): Promise<bigint[]> };

const slots = 60;

/** Widths and bytes that may or may not be rows: small numbers often are. */
const anySection = fc
  .tuple(
    fc.oneof(fc.constantFrom(0x00, 0x10, 0x20, 0x21, 0x30, 0x6f, 0xf0), fc.integer({ min: 0, max: 255 })),
    fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 255 })), { maxLength: 60 }),
  )
  .map(([widths, bytes]) => `0x${Buffer.from([widths, ...bytes]).toString("hex")}`);

describe("Packed rows on chain", () => {
  let reader: Reader;

  before(async () => {
    reader = (await ethers.deployContract("PackedRowsReader")) as unknown as Reader;
  });

  const elementOf = ({ index, nonceIncrease, balance }: Row): bigint =>
    BigInt(index) + (BigInt(nonceIncrease) << 32n) + (balance << 48n);

  it("are the rows that were packed", async () => {
    await fc.assert(
      fc.asyncProperty(sortedRows, async (rows) => {
        expect(await reader.read(packRows(rows), slots)).to.deep.equal(rows.map(elementOf));
      }),
      { numRuns: 100 },
    );
  });

  it("are read and refused as unpackRows does, whatever the bytes", async () => {
    let [taken, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(anySection, async (section) => {
        if (refusal(() => unpackRows(section)) === undefined) {
          taken++;
          expect(await reader.read(section, slots)).to.deep.equal(unpackRows(section).map(elementOf));
        } else {
          refused++;
          await expect(reader.read(section, slots)).to.be.revertedWithCustomError(
            reader,
            "RollupRowsInvalid",
          );
        }
      }),
      { numRuns: 300 },
    );
    expect(Math.min(taken, refused), "cases of each kind").to.be.above(20);
  });

  it("have room for as many as there are slots, and no more", async () => {
    const rows = Array.from({ length: 3 }, (_, index) => ({ index, nonceIncrease: 0, balance: 1n }));
    expect(await reader.read(packRows(rows), 3)).to.have.length(3);
    await expect(reader.read(packRows(rows), 2))
      .to.be.revertedWithCustomError(reader, "RollupTooManyRows")
      .withArgs(2);
  });
});
