// Makes one development key: scalars in this thread, points in as many threads as asked for.

import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { serveJob } from "../../circuits/background-job.ts";
import { R1cs } from "../../circuits/r1cs.ts";
import { fieldOrder } from "../../protocol/field.ts";
import { Bn254, type Bn254Module, type Group, type Pointer, pointBytes } from "../curve/bn254.ts";
import { computePoints, type PointRun } from "../curve/compute-points.ts";
import { type CurveLibrary, loadCurveLibrary } from "../curve/ffjavascript.ts";
import { multiples } from "../curve/fixed-base.ts";
import { concatenate, uint32 } from "../curve/section-file.ts";
import { evaluateScalars, type KeyScalars, type KeySize, keySize } from "./scalars.ts";
import { developmentSecrets, type Groth16Secrets } from "./secrets.ts";
import { encodeHeader, type HeaderPoints, type PointSection, ZkeyLayout } from "./zkey-layout.ts";

export interface DevelopmentKeyJob {
  readonly r1csPath: string;
  /** File to write; the caller moves it to its place. */
  readonly zkeyPath: string;
  readonly seed: string | undefined;
  readonly threads: number;
}

/** Name of the contribution that the file records, which `snarkjs zkey verify` prints. At most 64 bytes. */
const contributionName = "INSECURE development key, its secrets were known";

const contributionsBytes = 64 + 4 + 3 * 64 + 128 + 64 + 4 + 4 + 2 + contributionName.length;

serveJob<DevelopmentKeyJob, undefined>(makeKey);

async function makeKey(job: DevelopmentKeyJob, report: (message: string) => void): Promise<undefined> {
  const secrets = developmentSecrets(job.seed);
  const library = await loadCurveLibrary();
  const { module } = library;
  const curve = new Bn254(module);
  const descriptor = openSync(job.zkeyPath, "w+");
  const write = (offset: number, bytes: Uint8Array): void => {
    writeSync(descriptor, bytes, 0, bytes.length, offset);
  };
  try {
    const { size, coefficients, layout, plan } = await evaluate(job, module, secrets, write, report);
    ftruncateSync(descriptor, layout.totalBytes);
    const points = headerPoints(curve, secrets);
    for (const [offset, bytes] of layout.pieces(encodeHeader(size, points), coefficients)) {
      write(offset, bytes);
    }
    await computePoints({ curve: module, file: job.zkeyPath, ...plan, threads: job.threads }, report);
    report("hashing");
    write(
      layout.contributionsOffset,
      contributions(library, curve, secrets, circuitHash(curve, points, plan)),
    );
  } finally {
    closeSync(descriptor);
  }
  return undefined;
}

interface Evaluation {
  readonly size: KeySize;
  /** Number of entries of section 4, which are written. */
  readonly coefficients: number;
  readonly layout: ZkeyLayout;
  readonly plan: PointPlan;
}

/** With a curve of its own, so that this memory and that of the circuit is free before points are computed. */
async function evaluate(
  job: DevelopmentKeyJob,
  module: Bn254Module,
  secrets: Groth16Secrets,
  write: (offset: number, bytes: Uint8Array) => void,
  report: (message: string) => void,
): Promise<Evaluation> {
  const r1cs = await R1cs.read(job.r1csPath);
  if (r1cs.header.prime !== fieldOrder) {
    throw new Error(
      `The circuit is over another field: order ${fieldOrder} expected, ${r1cs.header.prime} given.`,
    );
  }
  const size = keySize(r1cs);
  const curve = new Bn254(module);
  report(`evaluating ${size.constraints} constraints`);
  let end = new ZkeyLayout(size, 0, 0).coefficientsOffset;
  const scalars = evaluateScalars(curve, r1cs, size, secrets, (bytes) => {
    write(end, bytes);
    end += bytes.length;
  });
  const { coefficients } = scalars;
  const layout = new ZkeyLayout(size, coefficients, contributionsBytes);
  return { size, coefficients, layout, plan: planPoints(curve, size, scalars, layout) };
}

/** A run of scalars, and where their points go. */
interface Part {
  readonly group: Group;
  readonly from: Pointer;
  readonly count: number;
  /** Section of the file, unless the points exist for the circuit hash only. */
  readonly section: PointSection | undefined;
  /** Number that precedes the points in the circuit hash, if they belong to it. */
  readonly hashedAs: number | undefined;
}

interface PointPlan {
  readonly runs: readonly PointRun[];
  readonly scalars: SharedArrayBuffer;
  readonly hashed: SharedArrayBuffer;
  /** What the circuit hash covers after the header's points, in order. */
  readonly hashOrder: readonly { readonly length: number; readonly offset: number; readonly bytes: number }[];
}

function planPoints(curve: Bn254, size: KeySize, scalars: KeyScalars, layout: ZkeyLayout): PointPlan {
  const { wires, publicSignals, domain } = size;
  const privateWires = wires - publicSignals - 1;
  // snarkjs hashes H in runs of 2^14 points and rounds the last one up.
  const hashedH = domain > 2 ** 14 ? domain : domain - 1;
  // In the order of the circuit hash; those that are not hashed anywhere.
  const parts: Part[] = [
    {
      group: "g1",
      from: scalars.ic,
      count: publicSignals + 1,
      section: "ic",
      hashedAs: publicSignals + 1,
    },
    {
      group: "g1",
      from: scalars.hInitial,
      count: hashedH,
      section: undefined,
      hashedAs: domain - 1,
    },
    {
      group: "g1",
      from: scalars.cInitial,
      count: privateWires,
      section: undefined,
      hashedAs: privateWires,
    },
    { group: "g1", from: scalars.a, count: wires, section: "a", hashedAs: wires },
    { group: "g1", from: scalars.b, count: wires, section: "b1", hashedAs: wires },
    { group: "g2", from: scalars.b, count: wires, section: "b2", hashedAs: wires },
    { group: "g1", from: scalars.h, count: domain, section: "h", hashedAs: undefined },
    { group: "g1", from: scalars.c, count: privateWires, section: "c", hashedAs: undefined },
  ];
  const shared = new SharedArrayBuffer(parts.reduce((sum, part) => sum + 32 * part.count, 0));
  const hashedBytes = (part: Part): number =>
    part.hashedAs === undefined ? 0 : part.count * pointBytes[part.group];
  const hashed = new SharedArrayBuffer(parts.reduce((sum, part) => sum + hashedBytes(part), 0));
  const memory = curve.memory;
  const runs: PointRun[] = [];
  const hashOrder: { length: number; offset: number; bytes: number }[] = [];
  let scalarOffset = 0;
  let hashedOffset = 0;
  for (const part of parts) {
    new Uint8Array(shared, scalarOffset).set(memory.subarray(part.from, part.from + 32 * part.count));
    runs.push({
      group: part.group,
      scalars: scalarOffset,
      count: part.count,
      fileOffset: part.section === undefined ? undefined : layout.offsetOf(part.section),
      hashedOffset: part.hashedAs === undefined ? undefined : hashedOffset,
    });
    if (part.hashedAs !== undefined) {
      hashOrder.push({ length: part.hashedAs, offset: hashedOffset, bytes: hashedBytes(part) });
    }
    scalarOffset += 32 * part.count;
    hashedOffset += hashedBytes(part);
  }
  return { runs, scalars: shared, hashed, hashOrder };
}

function headerPoints(curve: Bn254, { alpha, beta, delta }: Groth16Secrets): HeaderPoints {
  const [alpha1, beta1, delta1] = multiples(curve, "g1", [alpha, beta, delta]) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [beta2, gamma2, delta2] = multiples(curve, "g2", [beta, 1n, delta]) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  return { alpha1, beta1, beta2, gamma2, delta1, delta2 };
}

/** snarkjs' hash of the key as it is before any contribution, when delta is still 1 (`csHash` in zkey_new.js). */
function circuitHash(curve: Bn254, points: HeaderPoints, plan: PointPlan): Uint8Array {
  const hash = createHash("blake2b512");
  hash.update(curve.uncompressed("g1", points.alpha1));
  hash.update(curve.uncompressed("g1", points.beta1));
  hash.update(curve.uncompressed("g2", points.beta2));
  hash.update(curve.uncompressed("g2", points.gamma2));
  hash.update(curve.uncompressed("g1", curve.generators.g1.subarray(0, pointBytes.g1)));
  hash.update(curve.uncompressed("g2", curve.generators.g2.subarray(0, pointBytes.g2)));
  for (const { length, offset, bytes } of plan.hashOrder) {
    const prefix = new Uint8Array(4);
    new DataView(prefix.buffer).setUint32(0, length); // big-endian
    hash.update(prefix);
    hash.update(new Uint8Array(plan.hashed, offset, bytes));
  }
  return hash.digest();
}

/** Section 10: delta as one contribution, with the proof of knowledge that `zkey contribute` would make. */
function contributions(
  library: CurveLibrary,
  curve: Bn254,
  { delta, contribution }: Groth16Secrets,
  hashOfCircuit: Uint8Array,
): Uint8Array {
  const product = (contribution * delta) % fieldOrder;
  const [deltaAfter, s, sx] = multiples(curve, "g1", [delta, contribution, product]) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const transcript = createHash("blake2b512")
    .update(hashOfCircuit)
    .update(curve.uncompressed("g1", s))
    .update(curve.uncompressed("g1", sx))
    .digest();
  const spx = library.multiplyHashedG2(transcript, delta);
  const name = new TextEncoder().encode(contributionName);
  const parameters = Uint8Array.of(1, name.length, ...name);
  return concatenate([
    hashOfCircuit,
    uint32(1), // contributions
    deltaAfter,
    s,
    sx,
    spx,
    transcript,
    uint32(0), // made by a person, not by a beacon
    uint32(parameters.length),
    parameters,
  ]);
}
