import type { ProofSystemName } from "../../prover/proof-system.ts";
import { isMeasured, type SystemMeasurement, type SystemOutcome } from "./measurement.ts";
import { systemProperties } from "./properties.ts";

const secondsPerDay = 24 * 60 * 60;

/**
 * Which system to take, in sentences, by what was measured: the cheapest to settle of those with which this machine
 * keeps up, what its setup asks for, and what the others would cost.
 *
 * @param batchesPerDay - That the rollup will settle.
 */
export function advise(outcomes: readonly SystemOutcome[], batchesPerDay: number): string[] {
  const measured = outcomes.filter(isMeasured).filter(({ system }) => system !== "simulated");
  const [cheapest] = measured.filter((one) => capacity(one) >= batchesPerDay).sort(bySettleGas);
  const lines: string[] = [];
  if (measured.length === 0) {
    lines.push("No system with proofs was measured, so there is nothing to recommend.");
  } else if (cheapest === undefined) {
    const fastest = [...measured].sort((a, b) => capacity(b) - capacity(a))[0] as SystemMeasurement;
    lines.push(
      `No measured system proves ${count(batchesPerDay)} batches a day on this machine: ${fastest.system}, the fastest, proves ${count(capacity(fastest))}. Take a fleet of provers, a smaller shape, or fewer and fuller batches.`,
    );
  } else {
    lines.push(
      recommendation(cheapest, measured, batchesPerDay),
      setupSentence(cheapest, measured, batchesPerDay),
    );
  }
  for (const slow of measured.filter((one) => cheapest !== undefined && capacity(one) < batchesPerDay)) {
    lines.push(
      `${slow.system} falls behind: this machine proves ${count(capacity(slow))} batches a day with it.`,
    );
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

function recommendation(
  cheapest: SystemMeasurement,
  measured: readonly SystemMeasurement[],
  batchesPerDay: number,
): string {
  const others = measured
    .filter(({ system }) => system !== cheapest.system)
    .sort(bySettleGas)
    .map((other) => {
      const difference = Number(other.settleGas - cheapest.settleGas);
      const share = Math.round((100 * Math.abs(difference)) / Number(cheapest.settleGas));
      const word = difference < 0 ? "less" : "more";
      return `${other.system} ${count(Math.abs(difference) * batchesPerDay)} ${word} a day (${share} %)`;
    });
  const sentence = `Recommended: ${cheapest.system}. At ${count(batchesPerDay)} full batches a day it is the cheapest to settle`;
  const price = `${count(Number(cheapest.settleGas) * batchesPerDay)} gas a day`;
  if (others.length === 0) return `${sentence} of the one that was measured: ${price}.`;
  return `${sentence} of those that this machine keeps up with: ${price}; ${others.join(", ")}.`;
}

/** What the choice asks of people, which no number tells. */
function setupSentence(
  cheapest: SystemMeasurement,
  measured: readonly SystemMeasurement[],
  batchesPerDay: number,
): string {
  if (systemProperties[cheapest.system].setup === "universal") {
    return "Its keys follow from published powers of tau alone: no ceremony, however often the circuit changes.";
  }
  const universal = measured
    .filter(({ system }) => systemProperties[system].setup === "universal")
    .filter((one) => capacity(one) >= batchesPerDay)
    .sort(bySettleGas)[0];
  const ceremony =
    "Each new circuit asks for a ceremony before it holds money (npx hardhat rollup:ceremony new)";
  if (universal === undefined) return `${ceremony}.`;
  const slower = times(universal.proofSeconds, cheapest.proofSeconds);
  return `${ceremony}. Where that is too much to ask, ${universal.system} needs none, and takes ${slower} as long to prove.`;
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
