import { copyFile, mkdir, readdir, readFile, rename } from "node:fs/promises";
import path from "node:path";
import { bn254 } from "@noble/curves/bn254.js";
import { expect } from "chai";
import { compileCircuit } from "../../../plugin/circuits/compile.ts";
import { applyBeacon, contribute, startCeremony } from "../../../plugin/prover/ceremony/contribute.ts";
import { latestKey, readKeyFile } from "../../../plugin/prover/ceremony/key-files.ts";
import { coordinateOrder, generator1, generator2 } from "../../../plugin/prover/ceremony/points.ts";
import { makeFile } from "../../../plugin/prover/ceremony/run-step.ts";
import { readTranscript, type Transcript } from "../../../plugin/prover/ceremony/transcript.ts";
import { readCeremony, verifyCeremony, weaknesses } from "../../../plugin/prover/ceremony/verify.ts";
import { developmentSecrets } from "../../../plugin/prover/groth16/secrets.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { writePowersOfTau } from "../powers-of-tau.ts";
import {
  beaconExponent,
  beaconValue,
  contributions,
  finish,
  type SmallCeremony,
  smallCeremony,
} from "./fixture.ts";
import { asPerson, delta2Offset, KeyBytes, wiresOffset, withExponent, writeKey } from "./key-bytes.ts";
import { refused } from "./refusal.ts";

describe("a ceremony", () => {
  const scratch = scratchFolder();
  let small: SmallCeremony;
  let made: Awaited<ReturnType<typeof contributions>>;
  const initial = (): string => small.initial.transcript.zkeyPath;
  const folder = (): string => path.dirname(initial());
  const verify = (zkeyPath: string) => verifyCeremony({ ...small.request, zkeyPath });
  const codes = async (zkeyPath: string, minContributions = 2): Promise<string[]> =>
    weaknesses(await verify(zkeyPath), minContributions).map(({ code }) => code);

  before(async () => {
    small = await smallCeremony(scratch());
    made = await contributions(initial());
  });

  describe("its files", () => {
    it("are numbered, named, and come with what their makers publish", async () => {
      expect((await readdir(folder())).sort()).to.deep.equal([
        "small.0000.zkey",
        "small.0001.alice.txt",
        "small.0001.alice.zkey",
        "small.0002.bob.txt",
        "small.0002.bob.zkey",
        "small.0003.beacon.txt",
        "small.0003.beacon.zkey",
      ]);
      const { transcript, attestation } = made.bob;
      expect(await readFile(transcript.zkeyPath.replace(/zkey$/, "txt"), "utf8")).to.equal(attestation);
      expect(attestation).to.include(transcript.contributions[1]?.hash);
      expect(attestation).to.include(transcript.contributions[0]?.hash);
    });

    it("tell who contributed, and the beacon", async () => {
      const { contributions: found } = made.beacon.transcript;
      expect(found.map(({ number, name }) => `${number} ${name}`)).to.deep.equal([
        "1 Alice",
        "2 Bob",
        "3 beacon",
      ]);
      expect(found[2]?.beacon).to.deep.equal({ value: beaconValue, iterationsExponent: beaconExponent });
      expect(found[0]?.beacon).to.equal(undefined);
    });

    it("are found in order, the newest to continue", async () => {
      expect((await latestKey(folder(), "small")).zkeyPath).to.equal(made.beacon.transcript.zkeyPath);
      await refused("KEY_MISSING", latestKey(path.join(scratch(), "nowhere"), "small"));
      await refused("KEY_MISSING", latestKey(folder(), "smaller"));
    });

    it("are never written over", async () => {
      const { request } = small;
      await refused("FILE_EXISTS", startCeremony({ ...request, folder: folder() }));
      await refused("FILE_EXISTS", contribute({ from: initial(), name: "Mallory" }));
    });

    it("are refused under the number of another one", async () => {
      const elsewhere = path.join(scratch(), "renamed");
      await mkdir(elsewhere);
      const skipped = path.join(elsewhere, "small.0002.carol.zkey");
      await copyFile(made.alice.transcript.zkeyPath, skipped);
      const error = await refused("WRONG_NUMBER", contribute({ from: skipped, name: "Dave" }));
      expect(error.message).to.include("contributions by its name: 2").and.to.include("in it: 1");
      await rename(skipped, path.join(elsewhere, "key.zkey"));
      await refused("WRONG_NUMBER", readKeyFile(path.join(elsewhere, "key.zkey")));
    });

    it("of two ceremonies are not taken for one", async () => {
      const fork = path.join(scratch(), "fork");
      await mkdir(fork);
      for (const file of [initial(), made.alice.transcript.zkeyPath]) {
        await copyFile(file, path.join(fork, path.basename(file)));
      }
      const carol = await contribute({ from: path.join(fork, "small.0001.alice.zkey"), name: "Carol" });
      expect((await latestKey(fork, "small")).zkeyPath).to.equal(carol.transcript.zkeyPath);
      // Bob continued Alice's file too.
      await copyFile(made.bob.transcript.zkeyPath, path.join(fork, "small.0002.bob.zkey"));
      const twice = await refused("FORKED", latestKey(fork, "small"));
      expect(twice.message).to.include("carol").and.to.include("bob");
      // And went on: Carol's contribution is not in what came of it.
      await copyFile(made.beacon.transcript.zkeyPath, path.join(fork, "small.0003.beacon.zkey"));
      const replaced = await refused("FORKED", latestKey(fork, "small"));
      expect(replaced.message).to.include("Carol").and.to.include("Bob");
    });

    it("that are cut short or changed are found out before anybody works on them", async () => {
      const bytes = await readFile(made.alice.transcript.zkeyPath);
      for (const length of [0, 5, bytes.length >> 1, bytes.length - 1]) {
        const cut = await writeKey(scratch(), "small.0001.cut.zkey", bytes.subarray(0, length));
        await refused("KEY_DAMAGED", contribute({ from: cut, name: "Bob" }));
      }
      await refused(
        "KEY_MISSING",
        contribute({ from: path.join(scratch(), "small.0009.x.zkey"), name: "Bob" }),
      );
    });
  });

  describe("a contribution", () => {
    it("that is stopped leaves nothing behind", async () => {
      const stopped = path.join(scratch(), "stopped");
      await mkdir(stopped);
      const from = path.join(stopped, "small.0000.zkey");
      await copyFile(initial(), from);
      const signal = AbortSignal.timeout(150);
      const stop = await contribute({ from, name: "Alice", signal }).catch((error: unknown) => error);
      expect(stop).to.equal(signal.reason);
      expect(await readdir(stopped)).to.deep.equal(["small.0000.zkey"]);
    });

    it("after the beacon is refused, and so is a second beacon", async () => {
      const from = made.beacon.transcript.zkeyPath;
      await refused("FINISHED", contribute({ from, name: "Carol" }));
      await refused("FINISHED", finish(from));
    });

    it("needs a name that files and terminals can show", async () => {
      for (const name of ["", " ", "a\u001b[2J", "a\nb", "x".repeat(65), "beacon"]) {
        await refused("BAD_ARGUMENT", contribute({ from: initial(), name }));
      }
    });

    it("takes a beacon of 32 bytes or more, and a sane number of hashes", async () => {
      const from = initial();
      for (const value of ["", "0x", "ab", "zz".repeat(32), "a".repeat(65), "ab".repeat(65)]) {
        await refused("BAD_ARGUMENT", applyBeacon({ from, value, iterationsExponent: 10 }));
      }
      for (const iterationsExponent of [0, 9, 31, 63, 10.5, Number.NaN]) {
        await refused("BAD_ARGUMENT", applyBeacon({ from, value: beaconValue, iterationsExponent }));
      }
    });
  });

  describe("its verification", () => {
    it("finds a finished ceremony fit for a live network", async () => {
      const verified = await verify(made.beacon.transcript.zkeyPath);
      expect(weaknesses(verified, 2)).to.deep.equal([]);
      expect(verified.ptau.published?.file).to.equal("8.ptau");
      expect(weaknesses(verified, 3).map(({ code }) => code)).to.deep.equal(["TOO_FEW_CONTRIBUTIONS"]);
    });

    it("names powers of tau that nobody published", async () => {
      const { published: _, ...request } = small.request;
      const ceremony = await readCeremony({ ...request, zkeyPath: made.bob.transcript.zkeyPath });
      expect(weaknesses(ceremony, 2).map(({ code }) => code)).to.deep.equal(["PTAU_UNKNOWN"]);
    });

    it("refuses other powers of tau than the ceremony's", async () => {
      const ptauPath = path.join(scratch(), "other.ptau");
      await writePowersOfTau(ptauPath, 8, developmentSecrets("others"));
      const { zkeyPath } = made.bob.transcript;
      const error = await refused("INVALID", verifyCeremony({ ...small.request, ptauPath, zkeyPath }));
      expect(error.message).to.include("Invalid alpha1");
      const fewer = path.join(scratch(), "7.ptau");
      await writePowersOfTau(fewer, 7, developmentSecrets("others"));
      await refused("PTAU_TOO_SMALL", verifyCeremony({ ...small.request, ptauPath: fewer, zkeyPath }));
    });

    it("refuses a key of another circuit, of the same size or not", async () => {
      const { zkeyPath } = made.bob.transcript;
      const source = await readFile(small.circuit.r1csPath.replace(/r1cs$/, "circom"), "utf8");
      const { r1csPath } = await compileCircuit({
        source: source.replace("product === a * b", "product === a * b + 1"),
        name: "same-size",
        includePaths: [],
        outputFolder: path.join(scratch(), "circuits"),
        optimization: "O2",
      });
      const error = await refused("INVALID", verifyCeremony({ ...small.request, r1csPath, zkeyPath }));
      expect(error.message).to.include("Circuit does not match");
      const larger = (await KeyBytes.read(zkeyPath)).withHeader(wiresOffset, Buffer.from([0xff]));
      await refused("WRONG_CIRCUIT", verify(await writeKey(scratch(), "larger.zkey", larger)));
    });

    it("refuses contributions that were replaced, reordered or dropped", async () => {
      const key = await KeyBytes.read(made.beacon.transcript.zkeyPath);
      const [alice, bob, beacon] = key.contributions as [Buffer, Buffer, Buffer];
      const fork = path.join(scratch(), "replacing");
      await mkdir(fork);
      await copyFile(initial(), path.join(fork, "small.0000.zkey"));
      const carol = await contribute({ from: path.join(fork, "small.0000.zkey"), name: "Carol" });
      const [other] = (await KeyBytes.read(carol.transcript.zkeyPath)).contributions as [Buffer];
      for (const [name, records, reason] of [
        ["replaced", [other, bob, beacon], "Inconsistent transcript"],
        ["reordered", [bob, alice, beacon], "Inconsistent transcript"],
        ["dropped", [bob, beacon], "Inconsistent transcript"],
        ["cut off", [alice, bob], "Invalid delta1"],
      ] as const) {
        const file = await writeKey(scratch(), `${name}.zkey`, key.withContributions(records));
        const error = await refused("INVALID", verify(file));
        expect(error.message, name).to.include(reason);
      }
    });

    it("refuses two beacons, though snarkjs accepts them", async () => {
      const from = made.beacon.transcript.zkeyPath;
      const to = path.join(scratch(), "two-beacons.zkey");
      const value = "cd".repeat(32);
      const iterationsExponent = beaconExponent;
      await makeFile({ step: "beacon", from, to, name: "second", value, iterationsExponent }, {});
      expect(await codes(to)).to.deep.equal(["BEACON_MISPLACED"]);
    });

    it("does not begin with a beacon that takes ages", async () => {
      const key = await KeyBytes.read(made.beacon.transcript.zkeyPath);
      const [alice, bob, beacon] = key.contributions as [Buffer, Buffer, Buffer];
      const records = [alice, bob, withExponent(beacon, 63)];
      const file = await writeKey(scratch(), "ages.zkey", key.withContributions(records));
      expect((await refused("INVALID", verify(file))).message).to.include("2^63");
    });

    it("refuses points off the curve and outside the subgroup, which snarkjs does not look for", async () => {
      const key = await KeyBytes.read(made.bob.transcript.zkeyPath);
      const outside = await writeKey(
        scratch(),
        "outside.zkey",
        key.withHeader(delta2Offset, outsideSubgroup()),
      );
      const error = await refused("BAD_POINT", readTranscript(outside));
      expect(error.message).to.include("subgroup");
      const off = key.withHeader(delta2Offset, littleEndian(montgomery(5n)));
      await refused("BAD_POINT", readTranscript(await writeKey(scratch(), "off.zkey", off)));
      const zero = await writeKey(scratch(), "zero.zkey", key.withHeader(delta2Offset, Buffer.alloc(128)));
      await refused("BAD_POINT", readTranscript(zero));
      const large = littleEndian(coordinateOrder);
      const notCanonical = await writeKey(scratch(), "large.zkey", key.withHeader(delta2Offset, large));
      await refused("BAD_POINT", readTranscript(notCanonical));
    });

    // A limit of every ceremony: a file cannot tell people apart, nor a person from a public number.
    it("cannot see through a beacon that calls itself a person, but its hash gives it away", async () => {
      const elsewhere = path.join(scratch(), "beacon-only");
      await mkdir(elsewhere);
      await copyFile(initial(), path.join(elsewhere, "small.0000.zkey"));
      const beacon = await finish(path.join(elsewhere, "small.0000.zkey"));
      const key = await KeyBytes.read(beacon.transcript.zkeyPath);
      const disguised = key.withContributions([asPerson(key.contributions[0] as Buffer, "Peggy")]);
      const file = await writeKey(scratch(), "small.0001.peggy.zkey", disguised);
      expect(await codes(file, 1)).to.deep.equal([]);
      const [contribution] = (await readTranscript(file)).contributions;
      expect(contribution).to.include({ name: "Peggy", beacon: undefined });
      expect(contribution?.hash).to.equal(beacon.transcript.contributions[0]?.hash);
    });

    it("shows names as text, whatever is in them", async () => {
      const key = await KeyBytes.read(made.alice.transcript.zkeyPath);
      const hostile = key.withContributions([asPerson(key.contributions[0] as Buffer, "\u001b[2Jx\n")]);
      const { contributions: found } = await readTranscript(await writeKey(scratch(), "esc.zkey", hostile));
      expect(found[0]?.name).to.equal("�[2Jx�");
    });
  });

  describe("delta", () => {
    const deltas = (...factors: bigint[]): Pick<Transcript, "contributions" | "delta1" | "delta2"> => {
      const last = factors.at(-1) ?? 1n;
      const contributed = factors.map((factor, index) => ({
        number: index + 1,
        name: `person ${index + 1}`,
        hash: "",
        beacon: undefined,
        delta: generator1.multiply(factor),
      }));
      const delta2 = generator2.multiply(last);
      return { contributions: contributed, delta1: generator1.multiply(last), delta2 };
    };
    const found = (...factors: bigint[]): string[] => {
      const transcript = { ...small.initial.transcript, ...deltas(...factors) };
      const ptau = { path: "", power: 8, blake2b: "", published: small.published[0] };
      return weaknesses({ transcript, ptau }, 1).map(({ code }) => code);
    };
    const minus = (factor: bigint): bigint => bn254.fields.Fr.ORDER - factor;

    it("must not be the generator, nor its negative", () => {
      expect(found(5n, 35n)).to.deep.equal([]);
      expect(found(5n, 1n)).to.deep.equal(["WEAK_DELTA"]);
      expect(found(5n, minus(1n))).to.deep.equal(["WEAK_DELTA"]);
    });

    it("must be new after every contribution, up to its sign", () => {
      expect(found(5n, 5n)).to.deep.equal(["WEAK_DELTA"]); // the second multiplied by 1
      expect(found(5n, 35n, 5n)).to.deep.equal(["WEAK_DELTA"]); // the third undid the second
      expect(found(5n, minus(5n))).to.deep.equal(["WEAK_DELTA"]);
      expect(found(1n, 5n)).to.deep.equal(["WEAK_DELTA"]);
    });
  });
});

/** A point of the twist that is not in the subgroup of prime order, as a .zkey file has it. */
function outsideSubgroup(): Buffer {
  const { Fp2 } = bn254.fields;
  const b = bn254.G2.Point.CURVE().b;
  for (let c0 = 1n; ; c0++) {
    const x = Fp2.fromBigTuple([c0, 0n]);
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b));
      return Buffer.concat([x.c0, x.c1, y.c0, y.c1].map((part) => littleEndian(montgomery(part))));
    } catch {
      // No such point: the next one.
    }
  }
}

function montgomery(value: bigint): bigint {
  return (value * 2n ** 256n) % coordinateOrder;
}

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
}
