import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { contribute } from "../../../plugin/prover/ceremony/contribute.ts";
import { exportKey } from "../../../plugin/prover/ceremony/export-key.ts";
import {
  findProductionKey,
  type ProductionKeyRecord,
  productionKeyPath,
} from "../../../plugin/prover/ceremony/production-key.ts";
import { VerifiedKey } from "../../../plugin/prover/ceremony/verified-key.ts";
import { loadProvingKey, type ProvingKey, recordPathOf } from "../../../plugin/prover/proving-key.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { contributions, finish, type SmallCeremony, smallCeremony } from "./fixture.ts";
import { KeyBytes } from "./key-bytes.ts";
import { refused } from "./refusal.ts";

describe("a production key", () => {
  const scratch = scratchFolder();
  let small: SmallCeremony;
  let final: string;
  let key: ProvingKey;
  let verified: VerifiedKey;
  const folder = (): string => path.join(scratch(), "production");

  before(async () => {
    small = await smallCeremony(scratch());
    final = (await contributions(small.initial.transcript.zkeyPath)).beacon.transcript.zkeyPath;
    key = await exportKey({ ...small.request, zkeyPath: final, folder: folder() });
  });

  /** A copy of the installed key, changed. */
  async function installed(
    name: string,
    change: (record: ProductionKeyRecord) => object,
    zkey?: Uint8Array,
  ): Promise<string> {
    const other = path.join(scratch(), name);
    await mkdir(other);
    const zkeyPath = productionKeyPath(other, "small", "groth16");
    if (zkey === undefined) await copyFile(key.zkeyPath, zkeyPath);
    else await writeFile(zkeyPath, zkey);
    const record = JSON.parse(await readFile(recordPathOf(key.zkeyPath), "utf8")) as ProductionKeyRecord;
    await writeFile(recordPathOf(zkeyPath), JSON.stringify(change(record)));
    return other;
  }
  const gate = (at: string, change: Partial<SmallCeremony["request"]> = {}): Promise<VerifiedKey> =>
    VerifiedKey.verify({ ...small.request, ...change, folder: at });

  it("is the ceremony's last file, with a record that proving takes as any other", async () => {
    expect(await readFile(key.zkeyPath)).to.deep.equal(await readFile(final));
    expect(await readdir(folder())).to.have.members(["small.groth16.zkey", "small.groth16.json"]);
    const loaded = await loadProvingKey(key.zkeyPath, small.circuit.r1csPath);
    expect(loaded).to.deep.include({ name: "small", system: "groth16", development: false });
    expect(loaded.keyHash).to.equal(key.keyHash);
  });

  it("passes the gate, which names everybody who contributed", async () => {
    verified = await gate(folder());
    expect(VerifiedKey.isVerified(verified)).to.equal(true);
    expect(verified.key.keyHash).to.equal(key.keyHash);
    expect(verified.origin.ptau.published).to.equal("8.ptau");
    expect(verified.origin.contributions.map(({ name }) => name)).to.deep.equal(["Alice", "Bob", "beacon"]);
  });

  it("passes as verified only if it was", () => {
    for (const forged of [
      undefined,
      { key: verified.key, origin: verified.origin },
      { ...verified },
      structuredClone(verified),
      Object.create(VerifiedKey.prototype, Object.getOwnPropertyDescriptors(verified)),
    ]) {
      expect(VerifiedKey.isVerified(forged)).to.equal(false);
    }
  });

  it("needs as many contributions as the config says", async () => {
    await refused("TOO_FEW_CONTRIBUTIONS", gate(folder(), { minContributions: 3 }));
    const request = { ...small.request, zkeyPath: final, folder: folder(), minContributions: 3 };
    await refused("TOO_FEW_CONTRIBUTIONS", exportKey(request));
    // A refused export leaves the installed key as it was.
    expect(await findProductionKey(folder(), "small", "groth16", small.circuit.r1csPath)).to.be.an("object");
  });

  it("over powers of tau that nobody published is marked, and stays off live networks", async () => {
    const { published: _, ...unknown } = small.request;
    const other = path.join(scratch(), "unknown-ptau");
    const marked = await exportKey({ ...unknown, zkeyPath: final, folder: other });
    expect(marked.development).to.equal(true);
    const error = await refused("PTAU_UNKNOWN", VerifiedKey.verify({ ...unknown, folder: other }));
    expect(error.message).to.include("Hermez");
  });

  it("is refused without its powers of tau", async () => {
    await refused("PTAU_MISSING", gate(folder(), { ptauPath: undefined }));
  });

  it("is missing until a ceremony was exported", async () => {
    const nowhere = path.join(scratch(), "nowhere");
    expect((await refused("NO_PRODUCTION_KEY", gate(nowhere))).message).to.include("rollup:ceremony new");
    const found = await findProductionKey(nowhere, "small", "groth16", small.circuit.r1csPath);
    expect(found).to.equal("no key from a ceremony");
  });

  it("of another version of the circuit is passed over, and refused on live networks", async () => {
    const other = await installed("other-version", (record) => ({ ...record, circuitHash: "00".repeat(32) }));
    await refused("WRONG_CIRCUIT", gate(other));
    const found = await findProductionKey(other, "small", "groth16", small.circuit.r1csPath);
    expect(found).to.include("another version of the circuit");
  });

  it("with a record that was tampered with is refused", async () => {
    const rename = ({ origin, ...record }: ProductionKeyRecord): ProductionKeyRecord => {
      const [first, ...rest] = origin.contributions;
      const renamed = { ...first, name: "Vitalik" } as NonNullable<typeof first>;
      return { ...record, origin: { ...origin, contributions: [renamed, ...rest] } };
    };
    const cases: Readonly<Record<string, (record: ProductionKeyRecord) => object>> = {
      contributor: rename,
      development: (record) => ({ ...record, development: true }),
      zkeyHash: (record) => ({ ...record, zkeyHash: "00".repeat(32) }),
      keyHash: (record) => ({ ...record, keyHash: `0x${"00".repeat(32)}` }),
      name: (record) => ({ ...record, name: "large" }),
      origin: ({ origin: _, ...record }) => record,
      version: (record) => ({ ...record, recordVersion: 1 }),
      empty: () => ({}),
    };
    for (const [name, change] of Object.entries(cases)) {
      await refused("RECORD_CHANGED", gate(await installed(`record-${name}`, change)));
    }
  });

  it("in the place of which lies another ceremony's is refused", async () => {
    const fork = path.join(scratch(), "another");
    await mkdir(fork);
    const from = path.join(fork, "small.0000.zkey");
    await copyFile(small.initial.transcript.zkeyPath, from);
    const one = await contribute({ from, name: "Alice" });
    const two = await contribute({ from: one.transcript.zkeyPath, name: "Bob" });
    const { transcript } = await finish(two.transcript.zkeyPath);
    const swapped = await installed("swapped", (record) => record, await readFile(transcript.zkeyPath));
    await refused("RECORD_CHANGED", gate(swapped));
    await refused("RECORD_CHANGED", findProductionKey(swapped, "small", "groth16", small.circuit.r1csPath));
  });

  it("that was cut short or lost is refused", async () => {
    const { bytes } = await KeyBytes.read(key.zkeyPath);
    const cut = await installed("cut", (record) => record, bytes.subarray(0, -1));
    await refused("KEY_DAMAGED", gate(cut));
    await rm(productionKeyPath(cut, "small", "groth16"));
    await refused("KEY_MISSING", gate(cut));
  });
});
