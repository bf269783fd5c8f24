import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import {
  inspectPtau,
  type Ptau,
  requirePower,
  unknownPtau,
} from "../../../plugin/prover/ceremony/ptau-file.ts";
import { publishedPtaus } from "../../../plugin/prover/ceremony/published-ptau.ts";
import { developmentSecrets } from "../../../plugin/prover/groth16/secrets.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { writePowersOfTau } from "../powers-of-tau.ts";
import { refused } from "./refusal.ts";

describe("published powers of tau", () => {
  it("are those of the table in the README of snarkjs, all of them", async () => {
    const readme = await readFile(new URL("./README.md", import.meta.resolve("snarkjs")), "utf8");
    const rows = [...readme.matchAll(/^\|\s*(\d+)\s*\|.*\[(\w+\.ptau)\].*\|\s*([0-9a-f]{128})\s*\|$/gm)];
    expect(rows).to.have.length(21);
    expect(publishedPtaus).to.deep.equal(
      rows.map(([, power, file, blake2b]) => ({ power: Number(power), file, blake2b })),
    );
  });

  it("are for 2^8 to 2^28 rows, each once", () => {
    const powers = publishedPtaus.map(({ power }) => power);
    expect(powers).to.deep.equal(Array.from({ length: 21 }, (_, index) => index + 8));
    expect(new Set(publishedPtaus.map(({ blake2b }) => blake2b)).size).to.equal(21);
  });
});

describe("inspectPtau", () => {
  const scratch = scratchFolder();
  let file: string;
  let ptau: Ptau;
  let whole: Buffer;

  before(async () => {
    file = path.join(scratch(), "4.ptau");
    await writePowersOfTau(file, 4, developmentSecrets("a"));
    ptau = await inspectPtau(file);
    whole = await readFile(file);
  });

  async function changed(name: string, bytes: Uint8Array): Promise<Ptau> {
    const other = path.join(scratch(), name);
    await writeFile(other, bytes);
    return await inspectPtau(other);
  }

  it("finds the size, and whether the hash was published", async () => {
    expect(ptau).to.include({ power: 4, published: undefined });
    const known = { power: 4, file: "known.ptau", blake2b: ptau.blake2b };
    expect((await inspectPtau(file, { published: [known] })).published).to.equal(known);
  });

  it("knows a file by its content alone", async () => {
    const known = { power: 4, file: "known.ptau", blake2b: ptau.blake2b };
    const other = Buffer.from(whole);
    other[whole.length - 1] = (other[whole.length - 1] as number) ^ 1;
    const renamed = path.join(scratch(), "known.ptau");
    await writeFile(renamed, other);
    const found = await inspectPtau(renamed, { published: [known] });
    expect(found.published).to.equal(undefined);
    expect(unknownPtau(found)).to.include({ code: "PTAU_UNKNOWN" });
    expect(unknownPtau(found).message).to.include(found.blake2b);
  });

  it("refuses a file that is cut short, anywhere", async () => {
    for (const length of [0, 11, 40, whole.length >> 1, whole.length - 1]) {
      await refused("PTAU_DAMAGED", changed("cut.ptau", whole.subarray(0, length)));
    }
    await refused("PTAU_DAMAGED", changed("long.ptau", Buffer.concat([whole, Buffer.alloc(1)])));
  });

  it("refuses a file that is none, over another curve, or not prepared for phase 2", async () => {
    const altered = (position: number, value: number): Buffer => {
      const bytes = Buffer.from(whole);
      bytes[position] = value;
      return bytes;
    };
    const text = await refused("PTAU_DAMAGED", changed("text.ptau", Buffer.from("This is no such file.")));
    expect(text.message).to.include("does not begin as a .ptau file");
    const curve = await refused("PTAU_DAMAGED", changed("curve.ptau", altered(30, 0)));
    expect(curve.message).to.include("another curve");
    const claim = await refused("PTAU_DAMAGED", changed("claim.ptau", altered(60, 5)));
    expect(claim.message).to.include("bytes, not");
    const types = findSections(whole);
    const unprepared = altered(types.get(12) as number, 99);
    const phase1 = await refused("PTAU_DAMAGED", changed("phase1.ptau", unprepared));
    expect(phase1.message).to.include("not prepared for phase 2");
  });

  it("says where to get one if there is none", async () => {
    expect((await refused("PTAU_MISSING", inspectPtau(undefined))).message).to.include("Hermez");
    await refused("PTAU_MISSING", inspectPtau(path.join(scratch(), "nowhere.ptau")));
  });

  it("names the file that is large enough", () => {
    expect(() => requirePower(ptau, 4)).not.to.throw();
    expect(() => requirePower(ptau, 17)).to.throw(/2\^17[\s\S]*powersOfTau28_hez_final_17\.ptau/);
  });
});

/** Position of each section's type in a file. */
function findSections(bytes: Buffer): Map<number, number> {
  const found = new Map<number, number>();
  for (let position = 12; position < bytes.length; ) {
    found.set(bytes.readUInt32LE(position), position);
    position += 12 + Number(bytes.readBigUInt64LE(position + 4));
  }
  return found;
}
