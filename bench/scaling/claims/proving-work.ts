// Claim: proving is quasi-linear in constraints.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { jobFile, runInBackground } from "../../../plugin/circuits/background.ts";
import { calculateWitness } from "../../../plugin/circuits/calculate-witness.ts";
import { ensureDevelopmentKey } from "../../../plugin/prover/keys/development-key.ts";
import { compileChain } from "../../measure/chain-circuit.ts";
import type { ProverJob, ProverTimes } from "../../measure/prover-job.ts";
import { median } from "../../measure/seconds.ts";
import { fitPower, fitQuasiLinear, fitQuasiLinearPower } from "../fit.ts";
import type { ProvingClaim, ProvingPoint } from "../result.ts";
import { slopeText } from "./words.ts";

const powers = [10, 11, 12, 13, 14, 15, 16, 17];
const threads = 2;
const seed = "bench";
/** Larger shares of fixed costs hide how the rest grows. */
const fixedShare = 0.1;
const fewestPoints = 3;
const tolerance = 0.1;

/**
 * Groth16 proofs by the built-in prover.
 *
 * @param folder - Keeps circuits and keys for the next time.
 */
export async function measureProving(
  folder: string,
  onProgress: (message: string) => void,
): Promise<ProvingPoint[]> {
  await mkdir(folder, { recursive: true });
  const points: ProvingPoint[] = [];
  for (const power of powers) {
    onProgress(`proving: 2^${power}, circuit and key`);
    const { r1csPath, wasmPath, name, constraints } = await compileChain(power, folder);
    const { zkeyPath } = await ensureDevelopmentKey({ r1csPath, name, outputFolder: folder, seed });
    const witnessPath = path.join(folder, `${name}.wtns`);
    await writeFile(witnessPath, (await calculateWitness(wasmPath, { start: 1n })).file);
    onProgress(`proving: 2^${power}, proofs`);
    const job: ProverJob = {
      engine: "hardhat-rollup",
      zkeyPath,
      witnessPath,
      threads,
      // Small ones are over before all code is compiled well.
      more: power <= 14 ? 9 : 5,
      started: Date.now(),
    };
    const times = await runInBackground<ProverTimes>(
      jobFile(import.meta.url, "../../measure/prover-job"),
      job,
    );
    points.push({
      constraints,
      seconds: median(times.seconds),
      processorSeconds: median(times.processorSeconds),
    });
  }
  return points;
}

/** Proofs grow as fast as `n` at least, and as `n·log n` at most. */
export function provingClaim(points: readonly ProvingPoint[]): ProvingClaim {
  const all = points.map(({ constraints, processorSeconds }) => ({ x: constraints, y: processorSeconds }));
  const processorModel = fitQuasiLinear(all);
  const clockModel = fitQuasiLinear(
    points.map(({ constraints, seconds }) => ({ x: constraints, y: seconds })),
  );
  const isLarge = ({ y }: { y: number }): boolean => processorModel.intercept <= fixedShare * y;
  const large = all.filter(isLarge).length < fewestPoints ? all.slice(-fewestPoints) : all.filter(isLarge);
  const [exponent, quasiLinearExponent] = [fitPower(large), fitQuasiLinearPower(large)];
  const [first, last] = [large[0]?.x ?? 0, large.at(-1)?.x ?? 0];
  return {
    claim: "proving is quasi-linear in constraints",
    bar: "slope of log-log at least 0.9 against n, at most 1.1 against n·log n, where fixed costs are 10 % at most",
    measured: `against n: ${slopeText(exponent)}; against n·log n: ${slopeText(quasiLinearExponent)}; from ${first.toLocaleString("en")} to ${last.toLocaleString("en")} constraints`,
    holds: exponent.slope >= 1 - tolerance && quasiLinearExponent.slope <= 1 + tolerance,
    threads,
    range: [first, last],
    exponent,
    quasiLinearExponent,
    processorModel,
    clockModel,
    points,
  };
}
