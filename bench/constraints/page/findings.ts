import type { ConstraintsResult, WorkloadRow } from "../result.ts";
import { whole } from "./written.ts";

export function findings(result: ConstraintsResult): string[] {
  const { circuits, depth, hermez, equalAccounts, workloads } = result;
  const deep = equalAccounts.find((row) => row.depth === 16);
  return [
    `A closed formula gives the number of constraints of ${circuits.length} compiled circuits ${result.formulaIsExact ? "exactly" : "**not exactly**"}, so those of large shapes need no compiling. Depth is linear, ${depth.accountLevel} constraints a level in each account slot; no compiled circuit is off the line${depth.largestResidual < 1e-6 ? "" : ` by more than ${depth.largestResidual}`}.`,
    `Of the ${whole(hermez.published)} constraints that a transaction of Hermez takes at ${hermez.levels} levels, templates of circomlib compiled here (SMT processor, EdDSA, Poseidon, SHA-256) explain ${whole(hermez.explained)} (${percent(hermez.explained / hermez.published)}).`,
    ...(deep === undefined
      ? []
      : [
          `With as many accounts (2^${deep.hermezLevels}), a transfer between two accounts that nothing else in the batch touches takes ${whole(deep.perTransfer[2])} here, ${ratio(hermez.published / deep.perTransfer[2])} less than Hermez; one between accounts that are in the batch already ${whole(deep.perTransfer[0])}, ${ratio(hermez.published / deep.perTransfer[0])} less.`,
        ]),
    ...bestAndWorst(workloads, hermez.published),
  ];
}

/** Empty slots and the fixed part included, at the largest domain. */
function bestAndWorst(rows: readonly WorkloadRow[], published: number): string[] {
  const power = Math.max(...rows.map((row) => row.power));
  const large = rows
    .filter((row) => row.power === power && row.shape.depth === 16)
    .sort((a, b) => a.constraintsPerTransfer - b.constraintsPerTransfer);
  const [best, worst] = [large.at(0), large.at(-1)];
  if (best === undefined || worst === undefined) return [];
  const said = ({ workload, population, constraintsPerTransfer }: WorkloadRow): string =>
    `${whole(constraintsPerTransfer)} (${workload}, ${whole(population)} accounts), ${ratio(published / constraintsPerTransfer)} less than Hermez`;
  return [
    `In batches as the sequencer seals them, everything counted, a transfer takes from ${said(best)}, to ${said(worst)}, in trees of 4^16 accounts and domains of 2^${power}.`,
    whereItDoesNotHold(rows),
  ];
}

function whereItDoesNotHold(rows: readonly WorkloadRow[]): string {
  const small = rows.filter((row) => row.hermezRatio < 1);
  const shallow = rows.filter((row) => row.equalAccountsRatio < 1 && row.hermezRatio >= 1);
  const names = [...new Set(shallow.map(({ shapeName }) => shapeName))].join(", ");
  const parts = [
    small.length === 0
      ? "none takes more than Hermez's figure"
      : `${small.length} take more than Hermez's figure, in domains of 2^${Math.max(...small.map((row) => row.power))} or less, where empty slots and fixed parts are shared by one or two transfers`,
    ...(shallow.length === 0
      ? []
      : [`${shallow.length} more than a Hermez of as few accounts would by its estimator (${names})`]),
  ];
  return `Where it does not hold: of ${rows.length} simulated cases ${parts.join(", and ")}.`;
}

function ratio(value: number): string {
  return `${value.toFixed(1)} times`;
}

function percent(part: number): string {
  return `${Math.round(100 * part)} %`;
}
