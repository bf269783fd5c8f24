import { expect } from "chai";
import { R1cs } from "../../../plugin/circuits/r1cs.ts";
import { rowRuns } from "../../../plugin/prover/groth16/r1cs-rows.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { compileSmallCircuit } from "../small-circuit.ts";

describe("rowRuns", () => {
  const scratch = scratchFolder();
  let r1cs: R1cs;
  before(async () => {
    r1cs = await R1cs.read((await compileSmallCircuit(scratch())).r1csPath);
  });

  for (const size of [1, 1000, 1 << 22]) {
    it(`cuts the constraints into whole ones, about ${size} bytes at a time`, () => {
      const runs = [...rowRuns(r1cs, size)];
      expect(Buffer.concat(runs.map(({ bytes }) => bytes)).equals(r1cs.constraintBytes)).to.equal(true);
      expect(runs.reduce((sum, { rows }) => sum + rows, 0)).to.equal(r1cs.header.constraints);
      for (const { bytes, rows } of runs) {
        if (rows > 1) expect(bytes.length).to.be.at.most(size);
        expect([...new R1cs(withConstraints(bytes, rows)).constraints()]).to.have.length(rows);
      }
      if (size === 1) expect(runs).to.have.length(r1cs.header.constraints);
    });
  }

  /** An .r1cs file of these constraints alone. */
  function withConstraints(bytes: Uint8Array, rows: number): Uint8Array {
    const { header } = r1cs;
    const head = Buffer.alloc(64);
    head.writeUInt32LE(header.elementBytes, 0);
    Buffer.from(header.prime.toString(16).padStart(64, "0"), "hex").reverse().copy(head, 4);
    head.writeUInt32LE(header.wires, 36);
    head.writeUInt32LE(rows, 60);
    const section = (type: number, content: Uint8Array): Uint8Array => {
      const start = Buffer.alloc(12);
      start.writeUInt32LE(type, 0);
      start.writeBigUInt64LE(BigInt(content.length), 4);
      return Buffer.concat([start, content]);
    };
    const file = Buffer.alloc(12);
    file.write("r1cs");
    file.writeUInt32LE(1, 4);
    file.writeUInt32LE(2, 8);
    return Buffer.concat([file, section(1, head), section(2, bytes)]);
  }
});
