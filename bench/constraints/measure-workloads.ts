import { constraintCount } from "../../plugin/circuits/constraint-count.ts";
import { builtInShapes } from "../../plugin/circuits/shapes.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import { type Payment, type WorkloadName, workload } from "../workload/workload.ts";
import { bestShape, betterShape, type Candidate } from "./best-shape.ts";
import { fewestAccounts, fillingShape, powerOf } from "./fitting-shape.ts";
import { hermezCeremony, hermezPerTransaction, hermezPublished } from "./published.ts";
import type { Backlog, WorkloadRow } from "./result.ts";
import { sealStream } from "./seal-stream.ts";

/** What is simulated: every workload with every population, in each tree and domain. */
export interface Simulations {
  readonly workloads: readonly WorkloadName[];
  readonly populations: readonly number[];
  readonly depths: readonly number[];
  readonly powers: readonly number[];
}

/** As many as the longest simulation takes: two backlogs, one of them counted, at the largest shape. */
const paymentsOfStream = 60_000;
const countedTransfers = 1_000;
const fewestBatches = 4;

/** @param onProgress - Takes a line for each stream and domain. */
export function measureWorkloads(
  { workloads, populations, depths, powers }: Simulations,
  onProgress: (line: string) => void,
): WorkloadRow[] {
  const rows: WorkloadRow[] = [];
  for (const name of workloads) {
    for (const population of populations) {
      const stream = new WorkloadStream(name, population);
      for (const [shapeName, shape] of Object.entries(builtInShapes)) {
        // Who takes the fees has an account besides.
        if (population + 1 > 4 ** shape.depth) continue;
        for (const backlog of [1, 8] as const) rows.push(stream.row(shapeName, shape, backlog));
      }
      for (const depth of depths) {
        for (const power of powers) {
          rows.push(...stream.bestRows(depth, power));
          onProgress(`${name}, ${population} accounts, depth ${depth}, 2^${power}: ${latest(rows)}`);
        }
      }
    }
  }
  return rows;
}

class WorkloadStream {
  readonly #name: WorkloadName;
  readonly #population: number;
  readonly #payments: readonly Payment[];

  constructor(name: WorkloadName, population: number) {
    this.#name = name;
    this.#population = population;
    const payments = workload(name, population);
    this.#payments = Array.from({ length: paymentsOfStream }, () => payments.next().value);
  }

  /** The best shape of a depth for a domain, with either backlog. */
  bestRows(depth: number, power: number): WorkloadRow[] {
    const evaluate =
      (backlog: Backlog) =>
      (accounts: number): Candidate | undefined => {
        const shape = fillingShape(depth, power, accounts);
        return shape === undefined
          ? undefined
          : { shape, transfers: this.row("", shape, backlog).transfersPerBatch };
      };
    const most = mostAccounts(depth, power);
    const inOrder = bestShape(fewestAccounts(power), most, evaluate(1));
    if (inOrder === undefined) return [];
    const start = evaluate(8)(inOrder.shape.accounts);
    if (start === undefined) throw new Error("A shape that was there is not.");
    const chosen = betterShape(start, evaluate(8));
    return [this.row(`2^${power}`, inOrder.shape, 1), this.row(`2^${power}`, chosen.shape, 8)];
  }

  row(shapeName: string, shape: Shape, backlog: Backlog): WorkloadRow {
    const count = Math.max(fewestBatches, Math.ceil(countedTransfers / shape.transactions));
    const { batches, transfers, rows } = sealStream(this.#payments, this.#population, shape, backlog, count);
    const batchConstraints = constraintCount(shape);
    const constraintsPerTransfer = (batches * batchConstraints) / transfers;
    const equalAccounts = hermezPerTransaction({ ...hermezCeremony, levels: 2 * shape.depth });
    return {
      workload: this.#name,
      population: this.#population,
      backlog,
      shapeName,
      shape,
      batchConstraints,
      power: powerOf(shape),
      batches,
      transfersPerBatch: transfers / batches,
      rowsPerBatch: rows / batches,
      rowsPerTransfer: rows / transfers,
      constraintsPerTransfer,
      hermezRatio: hermezPublished / constraintsPerTransfer,
      equalAccountsRatio: equalAccounts / constraintsPerTransfer,
    };
  }
}

/** With which a domain still has a transaction slot. */
function mostAccounts(depth: number, power: number): number {
  let [low, high] = [fewestAccounts(power), 2 ** (power - 10)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fillingShape(depth, power, middle) === undefined) high = middle - 1;
    else low = middle;
  }
  return low;
}

function latest(rows: readonly WorkloadRow[]): string {
  return rows
    .slice(-2)
    .map(
      ({ shape, constraintsPerTransfer }) =>
        `${Math.round(constraintsPerTransfer)} a transfer (${shape.transactions} transactions, ${shape.accounts} accounts)`,
    )
    .join(", with a backlog ");
}
