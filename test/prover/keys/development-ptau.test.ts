import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { type FileLike, fflonk, type Logger, plonk, powersOfTau, zKey } from "snarkjs";
import { type CompiledCircuit, compileCircuit } from "../../../plugin/circuits/compile.ts";
import { type DevelopmentPtau, ensureDevelopmentPtau } from "../../../plugin/prover/keys/development-ptau.ts";
import type { PtauContents } from "../../../plugin/prover/keys/ptau-layout.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { endSnarkjsThreads } from "../snarkjs-threads.ts";

const source = `pragma circom 2.2.0;
template Cube() {
  signal input x;
  signal output y;
  signal square <== x * x;
  y <== square * x;
}
component main = Cube();`;

const noLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

describe("development powers of tau", () => {
  const scratch = scratchFolder();
  let circuit: CompiledCircuit;

  before(async () => {
    const outputFolder = path.join(scratch(), "circuits");
    circuit = await compileCircuit({
      source,
      name: "cube",
      includePaths: [],
      outputFolder,
      optimization: "O1",
    });
  });
  after(endSnarkjsThreads);

  function ptauIn(
    folder: string,
    contents: PtauContents,
    power: number,
    seed?: string,
  ): Promise<DevelopmentPtau> {
    return ensureDevelopmentPtau({ power, contents, outputFolder: path.join(scratch(), folder), seed });
  }

  // In memory, because snarkjs leaves files open.
  async function inMemory(file: string): Promise<FileLike> {
    return { type: "mem", data: await readFile(file) };
  }

  it("pass `snarkjs powersoftau verify`, and say there that they are insecure", async () => {
    const { ptauPath } = await ptauIn("verified", "standard", 5);
    const messages: string[] = [];
    const note = (message: string): unknown => messages.push(message);
    const logger = { debug: () => undefined, info: note, warn: note, error: note };
    expect(await powersOfTau.verify(await inMemory(ptauPath), logger)).to.equal(true);
    expect(messages.join("\n")).to.contain("#1: INSECURE development powers of tau");

    const bytes = await readFile(ptauPath);
    const wrong = exchangePoints(bytes, 12); // a whole point for another one, still on the curve
    expect(await powersOfTau.verify({ type: "mem", data: wrong }, noLog)).to.equal(false);
  });

  it("have the sections that `snarkjs powersoftau prepare phase2` makes, byte for byte", async () => {
    const { ptauPath } = await ptauIn("prepared", "standard", 5);
    const bytes = await readFile(ptauPath);
    const prepared: { type: "mem"; data?: Uint8Array } = { type: "mem" };
    await powersOfTau.preparePhase2({ type: "mem", data: withoutPhase2(bytes) }, prepared);
    expect(sectionsOf(bytes)).to.deep.equal(sectionsOf(Buffer.from(prepared.data as Uint8Array)));
  });

  it("are all that a Groth16 setup of snarkjs needs, up to their own power", async () => {
    const { ptauPath } = await ptauIn("groth16", "standard", 2);
    const ptau = await inMemory(ptauPath);
    const zkey: FileLike = { type: "mem" };
    await zKey.newZKey(await inMemory(circuit.r1csPath), ptau, zkey, noLog);
    expect(await zKey.verifyFromR1cs(await inMemory(circuit.r1csPath), ptau, zkey, noLog)).to.equal(true);
  });

  for (const [contents, setup] of [
    ["plonk", plonk.setup],
    ["fflonk", fflonk.setup],
  ] as const) {
    it(`made for ${contents} alone give the same key as whole ones`, async () => {
      const keyFrom = async ({ ptauPath }: DevelopmentPtau): Promise<Uint8Array> => {
        const zkey: { type: "mem"; data?: Uint8Array } = { type: "mem" };
        await setup(await inMemory(circuit.r1csPath), await inMemory(ptauPath), zkey);
        return zkey.data as Uint8Array;
      };
      const lean = await ptauIn(`lean ${contents}`, contents, 4, "seed");
      const whole = await ptauIn(`whole ${contents}`, "standard", 7, "seed");
      const key = Buffer.from(await keyFrom(lean));
      expect(key.length).to.be.greaterThan(1000);
      expect(key.equals(Buffer.from(await keyFrom(whole)))).to.equal(true);
    });
  }

  it("carry their mark in their name and their record", async () => {
    const { ptauPath } = await ptauIn("marked", "plonk", 3);
    expect(await readdir(path.join(scratch(), "marked"))).to.have.members([
      "plonk-3.development.ptau",
      "plonk-3.development.ptau.json",
    ]);
    expect(JSON.parse(await readFile(`${ptauPath}.json`, "utf8"))).to.include({ development: true });
  });

  it("are made once for all circuits that they are large enough for", async () => {
    expect(await ptauIn("reuse", "plonk", 4)).to.include({ rebuilt: true, reason: "not made yet" });
    expect(await ptauIn("reuse", "plonk", 3)).to.include({ rebuilt: false, power: 4 });
    expect(await ptauIn("reuse", "plonk", 5)).to.include({ rebuilt: true, power: 5 });
    expect(await ptauIn("reuse", "fflonk", 2)).to.include({ rebuilt: true, contents: "fflonk" });
    const whole = await ptauIn("reuse", "standard", 6);
    expect(await ptauIn("reuse", "plonk", 6)).to.include({ rebuilt: false, ptauPath: whole.ptauPath });
    expect(await ptauIn("reuse", "fflonk", 3)).to.include({ rebuilt: false, ptauPath: whole.ptauPath });
    expect(await ptauIn("reuse", "fflonk", 4)).to.include({ rebuilt: true });
  });

  it("follow from their seed alone, and are others every time without one", async () => {
    const hashes = await Promise.all(
      [undefined, undefined, "a", "a", "b"].map(
        async (seed, index) => (await ptauIn(`seeds ${index}`, "plonk", 2, seed)).ptauHash,
      ),
    );
    expect(hashes[2]).to.equal(hashes[3]);
    expect(new Set(hashes).size).to.equal(4);
    expect(await ptauIn("seeds 2", "plonk", 2, "b")).to.include({
      rebuilt: true,
      reason: "the seed changed",
    });
  });

  it("are found by their hash when damaged or cut short, and made again", async () => {
    const { ptauPath, ptauHash } = await ptauIn("damaged", "plonk", 3, "seed");
    const whole = await readFile(ptauPath);
    for (const wrong of [exchangePoints(whole, 2), whole.subarray(0, whole.length - 1)]) {
      await writeFile(ptauPath, wrong);
      const again = await ptauIn("damaged", "plonk", 3, "seed");
      expect(again).to.include({ rebuilt: true, reason: "the file is damaged", ptauHash });
    }
    await writeFile(`${ptauPath}.json`, "{}");
    expect(await ptauIn("damaged", "plonk", 3, "seed")).to.include({ rebuilt: true });
    expect(await ptauIn("damaged", "plonk", 3)).to.include({ rebuilt: false, ptauHash });
  });

  it("are refused beyond what a file can be, with the numbers", async () => {
    await refused(ptauIn("large", "standard", 28), /power: 28\nsize of the file: 309\.\d GB/);
    await refused(ptauIn("large", "plonk", 0), /power: 0/);
    await refused(ptauIn("large", "plonk", 2.5), /power: 2.5/);
  });
});

/** Type and content of each section, in the order of the file. */
function sectionsOf(bytes: Buffer): (readonly [type: number, content: Buffer])[] {
  const sections: (readonly [number, Buffer])[] = [];
  for (let offset = 12; offset < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(offset + 4));
    sections.push([bytes.readUInt32LE(offset), bytes.subarray(offset + 12, offset + 12 + length)]);
    offset += 12 + length;
  }
  return sections;
}

function withoutPhase2(bytes: Buffer): Buffer {
  const kept = sectionsOf(bytes).filter(([type]) => type < 12);
  const head = Buffer.from(bytes.subarray(0, 12));
  head.writeUInt32LE(kept.length, 8);
  return Buffer.concat([
    head,
    ...kept.flatMap(([type, content]) => {
      const sectionHead = Buffer.alloc(12);
      sectionHead.writeUInt32LE(type);
      sectionHead.writeBigUInt64LE(BigInt(content.length), 4);
      return [sectionHead, content];
    }),
  ]);
}

/** The last two points of a section in G1, exchanged. */
function exchangePoints(bytes: Buffer, type: number): Buffer {
  const copy = Buffer.from(bytes);
  const [, content] = sectionsOf(copy).find(([each]) => each === type) as readonly [number, Buffer];
  const points = Buffer.from(content.subarray(content.length - 128));
  points.copy(content, content.length - 128, 64, 128);
  points.copy(content, content.length - 64, 0, 64);
  return copy;
}

async function refused(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.an("error");
  expect((error as Error).message).to.match(message);
}
