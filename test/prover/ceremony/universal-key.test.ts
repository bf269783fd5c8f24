import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { hashFile } from "../../../plugin/circuits/hashed-file.ts";
import { exportKey } from "../../../plugin/prover/ceremony/export-key.ts";
import type { KeyToMake } from "../../../plugin/prover/ceremony/found-key.ts";
import {
  type ProductionKeyRecord,
  productionKeyPath,
} from "../../../plugin/prover/ceremony/production-key.ts";
import { inspectPtau } from "../../../plugin/prover/ceremony/ptau-file.ts";
import type { PublishedPtau } from "../../../plugin/prover/ceremony/published-ptau.ts";
import { VerifiedKey } from "../../../plugin/prover/ceremony/verified-key.ts";
import { developmentSecrets } from "../../../plugin/prover/groth16/secrets.ts";
import { ensureDevelopmentPtau } from "../../../plugin/prover/keys/development-ptau.ts";
import { recordPathOf } from "../../../plugin/prover/proving-key.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { writePowersOfTau } from "../powers-of-tau.ts";
import { compileSmallCircuit } from "../small-circuit.ts";
import { refused } from "./refusal.ts";

describe("a production key of a universal setup", () => {
  const scratch = scratchFolder();
  let r1csPath: string;
  let ptauPath: string;
  let published: readonly PublishedPtau[];

  before(async () => {
    ({ r1csPath } = await compileSmallCircuit(scratch(), "O1"));
    // FFLONK takes nine powers of tau a row.
    ({ ptauPath } = await ensureDevelopmentPtau({ power: 14, outputFolder: scratch() }));
    const { power, blake2b } = await inspectPtau(ptauPath);
    published = [{ power, file: "14.ptau", blake2b }];
  });

  const request = (
    system: "plonk" | "fflonk",
    known = published,
  ): KeyToMake & { readonly folder: string } => ({
    name: "small",
    system,
    r1csPath,
    ptauPath,
    minContributions: 2,
    published: known,
    folder: path.join(scratch(), system),
  });

  for (const system of ["plonk", "fflonk"] as const) {
    it(`follows from the circuit and published powers of tau alone: ${system}`, async () => {
      const key = await exportKey({ ...request(system), zkeyPath: undefined });
      expect(key).to.include({ system, development: false });
      const verified = await VerifiedKey.verify(request(system));
      expect(verified.key.keyHash).to.equal(key.keyHash);
      expect(verified.origin).to.deep.include({ circuitHash: null, contributions: [] });
      expect(verified.origin.ptau.published).to.equal("14.ptau");
    });
  }

  it("is refused over powers of tau that nobody published", async () => {
    await refused("PTAU_UNKNOWN", VerifiedKey.verify(request("plonk", [])));
  });

  it("needs powers of tau for its rows, which are more than the circuit's", async () => {
    const few = path.join(scratch(), "8.ptau");
    await writePowersOfTau(few, 8, developmentSecrets("few"));
    for (const system of ["plonk", "fflonk"] as const) {
      await refused("PTAU_TOO_SMALL", exportKey({ ...request(system), ptauPath: few, zkeyPath: undefined }));
    }
  });

  it("that was tampered with is refused, with a record that fits or not", async () => {
    const file = productionKeyPath(request("plonk").folder, "small", "plonk");
    const bytes = await readFile(file);
    const position = bytes.length >> 1;
    bytes[position] = (bytes[position] as number) ^ 1;
    await writeFile(file, bytes);
    await refused("RECORD_CHANGED", VerifiedKey.verify(request("plonk")));
    const record = JSON.parse(await readFile(recordPathOf(file), "utf8")) as ProductionKeyRecord;
    await writeFile(recordPathOf(file), JSON.stringify({ ...record, zkeyHash: await hashFile(file) }));
    await refused("INVALID", VerifiedKey.verify(request("plonk")));
  });
});
