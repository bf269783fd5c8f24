// Everything that the bench measures, in order.

import { constraintCount } from "../../plugin/circuits/constraint-count.ts";
import { median } from "../measure/seconds.ts";
import type { WorkloadName } from "../workload/workload.ts";
import { type AmountName, amountNames } from "./amounts.ts";
import { gasOfInput, maxBlobsPerTransaction } from "./blob/blob-model.ts";
import type { BlobResult } from "./blob/blob-result.ts";
import { blobSettlements } from "./blob/blob-settlements.ts";
import { breakEvens } from "./blob/break-evens.ts";
import { measureBlobPart } from "./blob/measure-blob.ts";
import { measureEmpty } from "./empty-settlements.ts";
import { measuringChain, measuringEnvironment } from "./environment.ts";
import { MeasuredRollup, type MeasuringChain, settledBefore, standInCircuit } from "./measured-rollup.ts";
import {
  largeShapes,
  type MeasuredShape,
  mostProven,
  provenShapes,
  standardShape,
} from "./measured-shapes.ts";
import { measureProven } from "./proven-settlements.ts";
import type { EmptySettlement, GasResult, Settlement, Verification } from "./result.ts";
import { rowCosts } from "./row-costs.ts";
import { sealedBatches } from "./sealed-batches.ts";
import { batchCounts, countedBatch, measureSettlement } from "./settlements.ts";

export interface GasSettings {
  readonly workloads: readonly WorkloadName[];
  /** Called with short lines about what is being done. */
  readonly say: (message: string) => void;
  readonly onSettlement: (settlement: Settlement) => void;
}

/** Any element: nobody looks at the state behind it. */
const anyRoot = 0x1234567890abcdefn << 180n;

/** What is in calldata of a shape whose rows are in blobs: its rows are no part of the data that the contract hashes. */
const withoutRows: MeasuredShape = {
  name: "rows in blobs",
  shape: { depth: 12, transactions: 8, accounts: 8, operations: 8, exits: 8, fees: 1, applications: 0 },
  accounts: 100_000,
};

export async function measureGas({ workloads, say, onSettlement }: GasSettings): Promise<GasResult> {
  const hre = await measuringEnvironment();
  const chain = await measuringChain(hre);
  try {
    say("settling empty batches");
    const empty = await measureEmptySettlements(chain);
    const storage = new Map(
      empty
        .filter(({ shape }) => shape === withoutRows.name)
        .map(({ batches, storage }) => [batches, storage]),
    );
    const proven = await measureProven(hre, chain, provenShapes, workloads, storage, say);
    for (const settlement of proven.settlements) onSettlement(settlement);
    const shares = (batches: number) => ({
      verification: verificationGas(proven.verification, batches),
      storage: storage.get(batches) ?? Number.NaN,
    });
    const settlements = [...proven.settlements];
    const shapes = new Map(provenShapes.map((shape) => [shape.name, shape]));
    for (const workload of workloads) {
      say(`${workload}: choosing shapes`);
      const large = largeShapes(workload);
      for (const shape of large) shapes.set(shape.name, shape);
      for (const measured of [...provenShapes, ...large]) {
        say(`${workload}: ${measured.name}`);
        const rollup = await standInRollup(chain, [measured]);
        for (const name of amountNames) {
          const isProven = ({ batches }: Settlement): boolean =>
            name === "round" && batches <= (mostProven[measured.name] ?? 0);
          const all = await measureStandIns(rollup, measured, workload, name, shares);
          const found = all.filter((settlement) => !isProven(settlement));
          for (const settlement of found) onSettlement(settlement);
          settlements.push(...found);
        }
      }
    }
    say("settling with a blob");
    const blob = await measureBlob(chain, shapes, settlements, empty, shares);
    return {
      shapes: [...shapes.values()].map(({ name, shape, accounts }) => ({
        name,
        slots: shape,
        constraints: constraintCount(shape),
        accounts,
      })),
      settlements,
      verification: proven.verification,
      empty,
      rowCosts: rowCosts(settlements.filter(({ shape }) => isAlike(shapes.get(shape)))),
      blob,
    };
  } finally {
    await chain.connection.close();
  }
}

/** The same for all shapes, as measured, but for a few units that depend on the proof's own bytes. */
function verificationGas(measured: readonly Verification[], batches: number): number {
  return median(measured.filter((row) => row.batches === batches).map(({ gas }) => gas));
}

async function standInRollup(
  chain: MeasuringChain,
  shapes: readonly MeasuredShape[],
): Promise<MeasuredRollup> {
  const circuits = [];
  for (const shape of shapes) circuits.push(await standInCircuit(chain, shape));
  const rollup = await MeasuredRollup.deploy(chain, circuits, 1 + (shapes[0]?.accounts ?? 0), anyRoot);
  await rollup.acceptAll();
  return rollup;
}

async function measureEmptySettlements(chain: MeasuringChain): Promise<EmptySettlement[]> {
  const rows: EmptySettlement[] = [];
  for (const shape of [...provenShapes, standardShape, withoutRows]) {
    const rollup = await standInRollup(chain, [shape]);
    for (const count of batchCounts) rows.push(await measureEmpty(chain, rollup, shape.name, count));
  }
  return rows;
}

type Shares = (batches: number) => { readonly verification: number; readonly storage: number };

async function measureStandIns(
  rollup: MeasuredRollup,
  { name, shape, accounts }: MeasuredShape,
  workload: WorkloadName,
  amounts: AmountName,
  shares: Shares,
): Promise<Settlement[]> {
  const crowd = { workload, amounts, accounts };
  const id = rollup.shapeId(name);
  const most = Math.max(...batchCounts);
  const sealed = sealedBatches(crowd, { name, shape, id }, most, settledBefore + 1);
  const batches = sealed.map((record) => countedBatch(record, id));
  const verifier = "accepting + measured difference";
  const found: Settlement[] = [];
  for (const count of batchCounts) {
    const some = batches.slice(0, count);
    const settlement = await measureSettlement(rollup, name, crowd, some, verifier, shares(count));
    if (settlement !== undefined) found.push(settlement);
  }
  return found;
}

/** Whether a shape has as many slots that cost gas, but for rows, as the one that is settled without them. */
function isAlike(measured: MeasuredShape | undefined): boolean {
  const { operations, exits } = withoutRows.shape;
  return measured?.shape.operations === operations && measured.shape.exits === exits;
}

async function measureBlob(
  chain: MeasuringChain,
  shapes: ReadonlyMap<string, MeasuredShape>,
  settlements: readonly Settlement[],
  empty: readonly EmptySettlement[],
  shares: Shares,
): Promise<BlobResult> {
  const crowd = { workload: "random", amounts: "round", accounts: 100_000 } as const;
  const shape = {
    name: "any",
    id: `0x${"00".repeat(32)}`,
    shape: { ...withoutRows.shape, transactions: 48, accounts: 97 },
  };
  const [batch] = sealedBatches(crowd, shape, 1, 1);
  const part = await measureBlobPart(chain, batch?.rows ?? []);
  const emptied = empty
    .filter(({ shape, batches }) => shape === withoutRows.name && batches <= maxBlobsPerTransaction)
    .map(({ batches, gas }) => ({ batches, gas: gas + shares(batches).verification }));
  return {
    part,
    gasOfInput,
    withoutRows: emptied,
    breakEven: breakEvens(part.gas, emptied, gasPerRow(settlements, emptied[0]?.gas ?? 0)),
    settlements: blobSettlements(
      settlements.filter(({ shape, amounts }) => amounts === "round" && isAlike(shapes.get(shape))),
      part.gas,
      new Map(emptied.map(({ batches, gas }) => [batches, gas])),
    ),
  };
}

/** Of the settlement of one batch that has most rows, all of round amounts. */
function gasPerRow(settlements: readonly Settlement[], without: number): number {
  const single = settlements.filter(({ batches, amounts }) => batches === 1 && amounts === "round");
  const largest = single.reduce((best, other) => (other.rows > best.rows ? other : best));
  return Math.round((largest.gas - without) / largest.rows);
}
