import type { ProofSystemName } from "../../prover/proof-system.ts";
import { isMeasured, type SystemMeasurement, type SystemOutcome } from "./measurement.ts";
import { systemProperties } from "./properties.ts";

const secondsPerDay = 24 * 60 * 60;

/** A share of the gas that is not worth many times the work: whoever is that close to the cheapest counts as cheap. */
const closeEnough = 0.1;

/**
 * Which system to take, in sentences, by what was measured. Of those with which this machine keeps up, the cheapest to
 * settle; but of those that are about as cheap, the one that proves fastest.
 *
 * @param batchesPerDay - That the rollup will settle.
 */
export function advise(outcomes: readonly SystemOutcome[], batchesPerDay: number): string[] {
  const measured = outcomes.filter(isMeasured).filter(({ system }) => system !== "simulated");
  const able = measured.filter((one) => capacity(one) >= batchesPerDay).sort(bySettleGas);
  const lines: string[] = [];
  const [cheapest] = able;
  if (measured.length === 0) {
    lines.push("No system with proofs was measured, so there is nothing to recommend.");
  } else if (cheapest === undefined) {
    const fastest = [...measured].sort((a, b) => capacity(b) - capacity(a))[0] as SystemMeasurement;
    lines.push(
      `No measured system proves ${count(batchesPerDay)} batches a day on this machine: ${fastest.system}, the fastest, proves ${count(capacity(fastest))}. Take a fleet of provers, a smaller shape, or fewer and fuller batches.`,
    );
  } else {
    const limit = Number(cheapest.settleGas) * (1 + closeEnough);
    const [best = cheapest] = able
      .filter(({ settleGas }) => Number(settleGas) <= limit)
      .sort((a, b) => a.proofSeconds - b.proofSeconds);
    lines.push(
      recommendation(best, cheapest),
      prices(measured, cheapest, batchesPerDay),
      setupSentence(best, able),
    );
    for (const slow of measured.filter((one) => capacity(one) < batchesPerDay)) {
      lines.push(
        `${slow.system} falls behind: this machine proves ${count(capacity(slow))} batches a day with it.`,
      );
    }
  }
  if (measured.length > 0) {
    lines.push(
      "All of these rest on pairings and on secrets of a setup: none withstands quantum computers, none is transparent.",
    );
  }
  if (outcomes.some(({ system }) => system === "simulated")) {
    lines.push("simulated proves nothing: for tests on development chains only.");
  }
  return lines;
}

/** Batches that one machine proves in a day, one after another. */
function capacity({ witnessSeconds, proofSeconds }: SystemMeasurement): number {
  return Math.floor(secondsPerDay / Math.max(witnessSeconds + proofSeconds, 1e-3));
}

function recommendation(best: SystemMeasurement, cheapest: SystemMeasurement): string {
  if (best === cheapest) {
    return `Recommended: ${best.system}, the cheapest to settle of those that this machine keeps up with.`;
  }
  const share = percent(best.settleGas - cheapest.settleGas, cheapest.settleGas);
  const slower = times(cheapest.proofSeconds, best.proofSeconds);
  return `Recommended: ${best.system}. ${cheapest.system} is cheaper to settle, but by ${share} only, and takes ${slower} as long to prove.`;
}

/** What settling costs with each of them. */
function prices(
  measured: readonly SystemMeasurement[],
  cheapest: SystemMeasurement,
  batchesPerDay: number,
): string {
  const each = [...measured].sort(bySettleGas).map(({ system, settleGas }) => {
    const gas = `${system} ${count(Number(settleGas) * batchesPerDay)} gas a day`;
    const difference = settleGas - cheapest.settleGas;
    if (difference === 0n) return gas;
    return `${gas} (${percent(difference, cheapest.settleGas)} ${difference > 0n ? "more" : "less"})`;
  });
  return `At ${count(batchesPerDay)} full batches a day: ${each.join("; ")}.`;
}

/** What the choice asks of people, which no number tells. */
function setupSentence(best: SystemMeasurement, able: readonly SystemMeasurement[]): string {
  if (systemProperties[best.system].setup === "universal") {
    return "Its keys follow from published powers of tau alone: no ceremony, however often the circuit changes.";
  }
  const [universal] = able.filter(({ system }) => systemProperties[system].setup === "universal");
  const ceremony =
    "Each new circuit asks for a ceremony before it holds money (npx hardhat rollup:ceremony new)";
  if (universal === undefined) return `${ceremony}.`;
  const slower = times(universal.proofSeconds, best.proofSeconds);
  return `${ceremony}. Where that is too much to ask, ${universal.system} needs none, and takes ${slower} as long to prove.`;
}

function percent(difference: bigint, whole: bigint): string {
  return `${Math.abs(Math.round((100 * Number(difference)) / Number(whole)))} %`;
}

function bySettleGas(a: SystemMeasurement, b: SystemMeasurement): number {
  return Number(a.settleGas - b.settleGas);
}

function times(value: number, reference: number): string {
  const ratio = value / Math.max(reference, 1e-3);
  return `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)} times`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Names of systems, separated by commas. Undefined for what is none. */
export function parseSystems(text: string, known: readonly ProofSystemName[]): ProofSystemName[] | undefined {
  const names = text.split(",").map((part) => part.trim());
  const found = names.map((name) => known.find((system) => system === name));
  return found.some((system) => system === undefined) ? undefined : [...new Set(found as ProofSystemName[])];
}
