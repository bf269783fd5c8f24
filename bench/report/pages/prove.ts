import type { ProveResult, ProveRow } from "../../prove/result.ts";
import { benchShapes, shapeNames } from "../../prove/shapes.ts";
import type { Page } from "../page.ts";
import { table } from "../table.ts";

const constraintTicks = [10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000];
const valueTicks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

type Select = Partial<Pick<ProveRow, "step" | "system" | "run" | "threads" | "circuit">>;

/** What `npm run bench -- prove` says. */
export function page(result: ProveResult): Page {
  return {
    title: "Witness and proof",
    findings: findings(result.rows),
    text: text(result),
    plots: {
      "prove-seconds": secondsPlot(result.rows),
      "prove-memory": memoryPlot(result.rows),
    },
  };
}

function findings(rows: readonly ProveRow[]): string[] {
  const found: string[] = [];
  const proofs = select(rows, { step: "proof", system: "groth16", run: "ready", threads: 2 });
  if (proofs.length > 0) {
    found.push(
      `**The built-in prover makes Groth16 proofs ${range(proofs, ({ ratio }) => ratio)} times as fast as snarkjs** (${namesOf(proofs)}; two threads, key read), ${range(proofs, ({ processorRatio }) => processorRatio)} times by processors' time.`,
    );
    const largest = proofs.at(-1) as ProveRow;
    found.push(
      `${largest.circuit}, ${number(largest.constraints)} constraints: ${number(largest.seconds)} s against ${number(largest.snarkjsSeconds)} s, ${number(largest.megabytes)} MB against ${number(largest.snarkjsMegabytes)} MB.`,
    );
  }
  const witnesses = select(rows, { step: "witness", run: "ready" });
  if (witnesses.length > 0) {
    found.push(
      `Witnesses are computed ${range(witnesses, ({ ratio }) => ratio)} times as fast as by snarkjs (${namesOf(witnesses)}), and are the same to the last byte.`,
    );
  }
  for (const proven of rows.filter(({ system }) => system !== "groth16")) {
    const [groth16] = select(rows, {
      system: "groth16",
      step: "proof",
      circuit: proven.circuit,
      run: proven.run,
      threads: 2,
    });
    if (groth16 === undefined) continue;
    found.push(
      `${title(proven.system)} takes ${number(proven.seconds / groth16.seconds)} times as long as the built-in prover's Groth16 on the same shape (${proven.circuit}: ${number(proven.seconds)} s against ${number(groth16.seconds)} s, a process each). It is snarkjs' in both columns: ratio ${number(proven.ratio)}.`,
    );
  }
  return found;
}

function text({ rows, cores }: ProveResult): string {
  const shapes = shapeNames.filter((name) => rows.some(({ circuit }) => circuit === name));
  return `
What is measured: witness and proof of full batches, by the package and by plain snarkjs, for the same .r1cs, proving key and witness,
in processes of their own, in turns, in one run on ${cores} cores; medians of as many rounds as the tables say. A ratio is snarkjs' median over ours:
above 1 the package is faster. Every proof is verified. Keys are development keys, which cost a prover what others do.

${table(
  ["shape", "transactions", "accounts touched", "operations", "exits", "depth"],
  shapes.map((name) => {
    const { transactions, accounts, operations, exits, depth } = benchShapes[name];
    return [name, transactions, accounts, operations, exits, depth];
  }),
)}

A batch is full: deposits to new accounts in all slots of operations, payments round all accounts, withdrawals, sealed by the
sequencer's code. ${shapes.includes("smallest") ? "`smallest` is not one of the package's: it is the least that the protocol allows with an account for each side of a payment." : ""}

## Proofs

"Ready" is a proof with the key read and all code compiled, as a prover makes one batch after another; "first" is everything from the
start of a process to its first proof. Groth16's \`rows\` are those of its domain; PLONK and FFLONK have a gate for each addition, too, and
take circuits that are less simplified (\`--O1\`), so that both their constraints and their rows are more.

${proofTable(rows)}

![Seconds of a proof by constraints](plots/prove-seconds.svg)

![Peak memory of a proof by constraints](plots/prove-memory.svg)

## Witnesses

circom's witness program in WebAssembly, the same for both; the package exchanges its products and inverses of field elements for faster
ones and calls it in its own way. Ready is again in the same process.

${witnessTable(rows)}

## What it compares with, and what not

- snarkjs has its key and witness in memory, as the package does, and as many threads; reading files is in "first" alone.
- PLONK and FFLONK are measured from outside, the start of the process included, because the package starts a process for each of
  their proofs. The package adds hashing the key; the rest is snarkjs.
- rapidsnark, the native prover, was not at hand. For scale, from another machine and another circuit, so without a ratio: Aptos Keyless
  proves 1.3 million constraints in 6.2 s on a t2d-standard-4 with 4 processors
  ([alinush.github.io/keyless-groth16](https://alinush.github.io/keyless-groth16)).
- Times on a machine that does other things vary; the ratio of processors' time does so least.
`;
}

function proofTable(rows: readonly ProveRow[]): string {
  return table(
    [
      "circuit",
      "system",
      "constraints",
      "rows",
      "threads",
      "rounds",
      "run",
      "s",
      "snarkjs s",
      "ratio",
      "processor s",
      "snarkjs processor s",
      "ratio",
      "MB",
      "snarkjs MB",
    ],
    select(rows, { step: "proof" }).map((row) => [
      row.circuit,
      title(row.system),
      row.constraints,
      `2^${row.power}`,
      row.threads,
      row.rounds,
      row.run === "ready" ? "ready" : "first",
      ...measures(row),
    ]),
  );
}

function witnessTable(rows: readonly ProveRow[]): string {
  return table(
    [
      "circuit",
      "constraints",
      "rounds",
      "run",
      "s",
      "snarkjs s",
      "ratio",
      "processor s",
      "snarkjs processor s",
      "ratio",
      "MB",
      "snarkjs MB",
    ],
    select(rows, { step: "witness" }).map((row) => [
      row.circuit,
      row.constraints,
      row.rounds,
      row.run === "ready" ? "ready" : "first",
      ...measures(row),
    ]),
  );
}

function measures(row: ProveRow): number[] {
  return [
    row.seconds,
    row.snarkjsSeconds,
    row.ratio,
    row.processorSeconds,
    row.snarkjsProcessorSeconds,
    row.processorRatio,
    row.megabytes,
    row.snarkjsMegabytes,
  ];
}

function secondsPlot(rows: readonly ProveRow[]): Page["plots"][string] {
  return proofPlot(rows, "seconds, first proof after start", ({ seconds, snarkjsSeconds }) => [
    seconds,
    snarkjsSeconds,
  ]);
}

function memoryPlot(rows: readonly ProveRow[]): Page["plots"][string] {
  return proofPlot(rows, "peak memory, MB", ({ megabytes, snarkjsMegabytes }) => [
    megabytes,
    snarkjsMegabytes,
  ]);
}

/** Those that every system has: first proofs, with all threads. */
function proofPlot(
  rows: readonly ProveRow[],
  unit: string,
  pair: (row: ProveRow) => readonly [ours: number, snarkjs: number],
): Page["plots"][string] {
  const values = select(rows, { step: "proof", run: "first after start" })
    .filter(({ threads }) => threads > 1)
    .flatMap((row) => {
      const [ours, snarkjs] = pair(row);
      const common = { constraints: row.constraints, system: title(row.system) };
      return [
        { ...common, value: ours, prover: "hardhat-rollup" },
        { ...common, value: snarkjs, prover: "snarkjs" },
      ];
    });
  return {
    width: 470,
    height: 280,
    data: { values },
    mark: { type: "line", point: { size: 70, filled: true } },
    encoding: {
      x: {
        field: "constraints",
        type: "quantitative",
        scale: { type: "log" },
        axis: { format: ",", values: constraintTicks },
        title: "constraints",
      },
      y: {
        field: "value",
        type: "quantitative",
        scale: { type: "log" },
        axis: { format: ",~r", values: valueTicks },
        title: unit,
      },
      color: { field: "prover", type: "nominal", title: null },
      shape: { field: "system", type: "nominal", title: null, sort: ["Groth16", "PLONK", "FFLONK"] },
      detail: { field: "system", type: "nominal" },
    },
  };
}

function select(rows: readonly ProveRow[], wanted: Select): ProveRow[] {
  const columns = Object.keys(wanted) as (keyof Select)[];
  return rows.filter((row) => columns.every((column) => row[column] === wanted[column]));
}

function range(rows: readonly ProveRow[], ratio: (row: ProveRow) => number): string {
  const ratios = rows.map(ratio);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map(number);
  return least === most ? `${least}` : `${least} to ${most}`;
}

function namesOf(rows: readonly ProveRow[]): string {
  return rows.map(({ circuit }) => circuit).join(", ");
}

function title(system: ProveRow["system"]): string {
  return system === "groth16" ? "Groth16" : system.toUpperCase();
}

function number(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}
