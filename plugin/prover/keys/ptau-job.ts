// Makes one development .ptau file: scalars in this thread, points in as many threads as asked for.

import type { Hash } from "node:crypto";
import { closeSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { serveJob } from "../../circuits/background-job.ts";
import { Bn254, pointBytes } from "../curve/bn254.ts";
import { computePoints, type PointRun } from "../curve/compute-points.ts";
import { loadCurveLibrary } from "../curve/ffjavascript.ts";
import type { SectionFile } from "../curve/section-file.ts";
import { developmentSecrets } from "../groth16/secrets.ts";
import { ptauContribution, ptauContributionBytes } from "./ptau-contribution.ts";
import {
  contributionsSection,
  encodePtauHeader,
  headerSection,
  type PointCounts,
  type PtauContents,
  type PtauSection,
  pointCounts,
  pointSections,
  ptauFile,
  ptauSize,
} from "./ptau-layout.ts";
import { ptauScalars } from "./ptau-scalars.ts";

export interface PtauJob {
  readonly contents: PtauContents;
  /** log2 of the largest domain. */
  readonly power: number;
  /** File to write; the caller moves it to its place. */
  readonly ptauPath: string;
  readonly seed: string | undefined;
  readonly threads: number;
}

serveJob<PtauJob, undefined>(makePtau);

async function makePtau(job: PtauJob, report: (message: string) => void): Promise<undefined> {
  const size = ptauSize(job.contents, job.power);
  const counts = pointCounts(size);
  const file = ptauFile(counts, ptauContributionBytes);
  const secrets = developmentSecrets(job.seed);
  const library = await loadCurveLibrary();
  const curve = new Bn254(library.module);
  const descriptor = openSync(job.ptauPath, "w+");
  const write = (offset: number, bytes: Uint8Array): void => {
    writeSync(descriptor, bytes, 0, bytes.length, offset);
  };
  try {
    ftruncateSync(descriptor, file.totalBytes);
    for (const [offset, bytes] of file.heads()) write(offset, bytes);
    write(file.offsetOf(headerSection), encodePtauHeader(size.power));
    report(`computing powers of tau for 2^${job.power} rows`);
    const scalars = ptauScalars(new Bn254(library.module), size, secrets);
    const runs = Object.entries(counts).map(
      ([name, [group, count]]): PointRun => ({
        group,
        count,
        scalars: scalars.offsets[name as PtauSection],
        fileOffset: file.offsetOf(pointSections[name as PtauSection]),
        hashedOffset: undefined,
      }),
    );
    await computePoints(
      {
        curve: library.module,
        file: job.ptauPath,
        runs,
        scalars: scalars.bytes,
        hashed: new SharedArrayBuffer(0),
        threads: job.threads,
      },
      report,
    );
    report("hashing");
    const contribution = ptauContribution(curve, library, size, secrets, (hash) => {
      hashSections(curve, descriptor, file, counts, hash);
    });
    write(file.offsetOf(contributionsSection), contribution);
  } finally {
    closeSync(descriptor);
  }
  return undefined;
}

const hashedPoints = 1 << 13;

function hashSections(
  curve: Bn254,
  descriptor: number,
  file: SectionFile,
  counts: PointCounts,
  hash: Hash,
): void {
  for (const name of ["tau1", "tau2", "alpha1", "beta1", "beta2"] as const) {
    const [group, count] = counts[name] as NonNullable<PointCounts[PtauSection]>;
    const begin = file.offsetOf(pointSections[name]);
    for (let first = 0; first < count; first += hashedPoints) {
      const points = new Uint8Array(Math.min(hashedPoints, count - first) * pointBytes[group]);
      readSync(descriptor, points, 0, points.length, begin + first * pointBytes[group]);
      hash.update(curve.uncompressed(group, points));
    }
  }
}
