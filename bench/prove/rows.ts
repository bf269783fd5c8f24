import { median, rounded } from "../measure/seconds.ts";
import type { Circuit } from "./circuit.ts";
import type { ProveRow } from "./result.ts";

/** What processes told that did something once after they were started, and then again. */
export interface Times {
  readonly firstSeconds: number;
  readonly firstProcessorSeconds: number;
  readonly seconds: readonly number[];
  readonly processorSeconds: readonly number[];
  readonly peakMemoryBytes: number;
}

/** What rows are about. */
export interface Subject extends Pick<ProveRow, "step" | "threads" | "rounds"> {
  readonly circuit: Pick<Circuit, "name" | "system" | "power" | "constraints">;
}

/** One side of a row. */
export interface Side {
  readonly seconds: readonly number[];
  readonly processorSeconds: readonly number[];
  readonly peakMemoryBytes: readonly number[];
}

/** The rows of both runs: code and key ready, and the first one after the start. */
export function bothRows(subject: Subject, ours: readonly Times[], theirs: readonly Times[]): ProveRow[] {
  return [
    rowOf(subject, "ready", ready(ours), ready(theirs)),
    rowOf(subject, "first after start", first(ours), first(theirs)),
  ];
}

/** Medians of both sides. */
export function rowOf(
  { circuit, step, threads, rounds }: Subject,
  run: ProveRow["run"],
  ours: Side,
  theirs: Side,
): ProveRow {
  const { name, system, power, constraints } = circuit;
  const [seconds, snarkjsSeconds] = [median(ours.seconds), median(theirs.seconds)];
  const [own, other] = [median(ours.processorSeconds), median(theirs.processorSeconds)];
  return {
    circuit: name,
    step,
    system,
    power,
    constraints,
    threads,
    rounds,
    run,
    seconds: rounded(seconds),
    snarkjsSeconds: rounded(snarkjsSeconds),
    ratio: rounded(snarkjsSeconds / seconds),
    processorSeconds: rounded(own),
    snarkjsProcessorSeconds: rounded(other),
    processorRatio: rounded(other / own),
    megabytes: Math.round(median(ours.peakMemoryBytes) / 1e6),
    snarkjsMegabytes: Math.round(median(theirs.peakMemoryBytes) / 1e6),
  };
}

function ready(times: readonly Times[]): Side {
  return {
    seconds: times.flatMap(({ seconds }) => seconds),
    processorSeconds: times.flatMap(({ processorSeconds }) => processorSeconds),
    peakMemoryBytes: times.map(({ peakMemoryBytes }) => peakMemoryBytes),
  };
}

function first(times: readonly Times[]): Side {
  return {
    seconds: times.map(({ firstSeconds }) => firstSeconds),
    processorSeconds: times.map(({ firstProcessorSeconds }) => firstProcessorSeconds),
    peakMemoryBytes: times.map(({ peakMemoryBytes }) => peakMemoryBytes),
  };
}
