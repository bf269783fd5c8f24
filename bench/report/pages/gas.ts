import { type AmountName, amountDescriptions, amountNames } from "../../gas/amounts.ts";
import { reservePriceRatio, rowsPerBlob } from "../../gas/blob/blob-model.ts";
import { blobPlot } from "../../gas/page/blob-plot.ts";
import { findings } from "../../gas/page/findings.ts";
import { gasPlot } from "../../gas/page/gas-plot.ts";
import { perTransfer } from "../../gas/page/per-transfer.ts";
import { peerFigures } from "../../gas/peers.ts";
import type { GasResult, Settlement, Verification } from "../../gas/result.ts";
import { workloadDescriptions, workloadNames } from "../../workload/workload.ts";
import type { Page } from "../page.ts";
import { table } from "../table.ts";

/** The page of `npm run bench -- gas`. */
export function page(result: GasResult): Page {
  return {
    title: "Gas",
    findings: findings(result),
    text: [
      "![Gas a transfer against the transfers in a settlement](plots/gas-per-transfer.svg)",
      setting(result),
      "## A settlement",
      "Round amounts; one batch alone, and as many as were settled at once (1, 2, 4 or 8, if a transaction has room for them: 128 KiB and 2^24 gas). Batches are sealed one after another out of one backlog, to which nothing is added, so that later ones find less that fits together.",
      settlementTable(oneAndMost(result, "round")),
      "Amounts to the last of 18 decimals:",
      settlementTable(oneAndMost(result, "full").filter(({ batches }) => batches === 1)),
      "## Where it goes",
      splitTable(result),
      rowTable(result),
      fixedCosts(result),
      "## Verification",
      verificationTable(result),
      "## Calldata or blob",
      "![Gas a row in calldata and in a blob](plots/gas-calldata-or-blob.svg)",
      blobText(result),
      "## Others",
      peerTable(),
    ].join("\n\n"),
    plots: { "gas-per-transfer": gasPlot(result), "gas-calldata-or-blob": blobPlot(result) },
  };
}

function setting({ shapes }: GasResult): string {
  const accounts = [...new Set(shapes.map(({ accounts }) => accounts.toLocaleString("en-US")))].join(", ");
  return [
    `Measured on Hardhat's simulated chain (hard fork Osaka) with the contract as it is deployed: batches that the sequencer's own code seals out of a backlog of payments among accounts that exist (${accounts} of them), settled as one transaction from the receipt's gas. The rollup's root and counters are set to such a state, so that it is in the middle of its life.`,
    "The shapes `tiny`, `dev` and `busy` are settled with real Groth16 proofs. The keys of larger shapes would take too long to make here: their batches are settled with a verifier that accepts everything, roots and proofs being random words of the same length, and what verifying takes is added, as measured with the small shapes (below; it does not depend on the shape). Larger shapes are chosen for each way of paying: as many transaction and account slots as go into 2^20, 2^22 and 2^24 constraints, and, at depth 16, as many account slots as fit into the 128 KiB of a transaction if every row were as wide as it can be.",
    table(
      ["who pays whom", ""],
      workloadNames.map((name) => [name, workloadDescriptions[name]]),
    ),
    table(
      ["amounts", ""],
      amountNames.map((name) => [name, amountDescriptions[name]]),
    ),
    table(
      ["shape", "depth", "transaction slots", "account slots", "constraints", "accounts"],
      shapes.map(({ name, slots, constraints, accounts }) => [
        ...[name, slots.depth, slots.transactions, slots.accounts, constraints, accounts],
      ]),
    ),
  ].join("\n\n");
}

/** Of each shape and workload the settlement of one batch and the one of most, in the order of the shapes. */
function oneAndMost({ shapes, settlements }: GasResult, wanted: AmountName): Settlement[] {
  return workloadNames.flatMap((name) =>
    shapes.flatMap(({ name: shapeName }) => {
      const found = settlements
        .filter(
          ({ shape, workload, amounts }) => shape === shapeName && workload === name && amounts === wanted,
        )
        .sort((a, b) => a.batches - b.batches);
      return found.filter((_, position) => position === 0 || position === found.length - 1);
    }),
  );
}

function settlementTable(settlements: readonly Settlement[]): string {
  return table(
    [
      "shape",
      "who pays whom",
      "batches",
      "transfers",
      "rows",
      "bytes a row",
      "gas",
      "gas a batch",
      "gas a transfer",
      "bytes a transfer",
    ],
    settlements.map((settlement) => {
      const { shape, workload, batches, transfers, rows, rowBytes, gas } = settlement;
      return [
        ...[shape, workload, batches, transfers, rows, Number((rowBytes / rows).toFixed(2)), gas],
        ...[Math.round(gas / batches), Math.round(perTransfer(settlement))],
        Number((settlement.calldataBytes / transfers).toFixed(1)),
      ];
    }),
  );
}

function splitTable(result: GasResult): string {
  const shown = oneAndMost(result, "round").filter(({ batches }) => batches === 1);
  return [
    "Of a settlement of one batch, round amounts. *Floor* is what EIP-7623 charges at least (10 and 40 gas a byte and 21,000); calldata is priced at 4 and 16 gas a byte unless the floor is above the sum.",
    table(
      [
        "shape",
        "who pays whom",
        "transaction",
        "calldata",
        "verification",
        "storage",
        "execution",
        "sum",
        "floor",
        "applies",
      ],
      shown.map(({ shape, workload, split, gas, floorGas, floorApplies }) => [
        ...[shape, workload, split.transaction, split.calldata, split.verification, split.storage],
        ...[split.execution, gas, floorGas, floorApplies ? "floor" : "standard"],
      ]),
    ),
  ].join("\n\n");
}

function rowTable({ rowCosts }: GasResult): string {
  return [
    "A row more, by the difference of the largest and the smallest of the shapes that are chosen for a way of paying:",
    table(
      ["who pays whom", "amounts", "bytes", "gas", "of it calldata", "of it execution"],
      rowCosts.map(({ workload, amounts, bytes, gas, calldata, execution }) => [
        ...[workload, amounts, Number(bytes.toFixed(2))],
        ...[gas, calldata, execution].map(Math.round),
      ]),
    ),
  ].join("\n\n");
}

function fixedCosts({ empty }: GasResult): string {
  return [
    "A settlement of empty batches, without verification: what slots cost that nobody uses. The contract hashes and evaluates every operation and exit slot of a shape.",
    table(
      ["shape", "batches", "gas", "of it storage", "of it calldata"],
      empty.map(({ shape, batches, gas, storage, calldata }) => [shape, batches, gas, storage, calldata]),
    ),
  ].join("\n\n");
}

function verificationTable({ verification }: GasResult): string {
  const counts = [...new Set(verification.map(({ batches }) => batches))].sort((a, b) => a - b);
  const rows = counts.map((count) => {
    const found = verification.filter(({ batches }) => batches === count);
    const of = (figure: (row: Verification) => number): string => {
      const all = found.map(figure);
      const [least, most] = [Math.min(...all), Math.max(...all)].map((value) =>
        value.toLocaleString("en-US"),
      );
      return least === most ? `${least}` : `${least} to ${most}`;
    };
    const constraints = of((row) => row.constraints);
    const transfers = of((row) => row.transfers);
    const gas = of((row) => row.gas);
    return [count, found.length, constraints, transfers, gas, of((row) => Math.round(row.gas / count))];
  });
  return [
    "What a settlement with real Groth16 proofs takes more than one of the same batches with a verifier that accepts everything. Proofs of one settlement are verified together.",
    table(["batches", "settlements measured", "constraints", "transfers", "gas", "gas a batch"], rows),
  ].join("\n\n");
}

function blobText({ blob }: GasResult): string {
  const { part, gasOfInput, withoutRows, breakEven } = blob;
  const count = (value: number): string => value.toLocaleString("en-US");
  return [
    `**A model**: no shape of the contract takes its rows from a blob yet ([protocol, section 5](../protocol.md)). Measured is what such a shape would do for its blob, in a contract of its own ([BlobPart.sol](../../bench/gas/blob/BlobPart.sol)) and a transaction of type 3 with a real commitment and proof: the versioned hash, the challenge, the point evaluation (50,000), the event and ${part.calldataBytes} more bytes of calldata, together ${count(part.gas)} gas a blob. Measured, too, are settlements of batches without rows. Two more public inputs of the proof are counted at ${count(gasOfInput)} gas each (EIP-1108).`,
    `A blob is 131,072 blob gas, whatever is in it, and has room for ${count(rowsPerBlob)} rows. Its price is a parameter: blob gas over gas. By EIP-7918 blobs get no cheaper than 1/16 of the base fee (2^13 gas a blob). Prices of gas are what both are counted in.`,
    table(
      ["batches (a blob each)", "settling them without rows"],
      withoutRows.map(({ batches, gas }) => [batches, gas]),
    ),
    `Rows of a batch from which on a blob is cheaper than calldata, a row in calldata at ${count(breakEven[0]?.gasPerRow ?? 0)} gas (round amounts, the batch with most rows):`,
    table(
      ["price of blob gas, in gas", "batches", "rows a batch"],
      breakEven.map(({ priceRatio, batches, rows }) => [priceRatio, batches, rows ?? "never"]),
    ),
    "Settlements of round amounts whose rows fit into a blob a batch, gas a transfer: in calldata as measured, in blobs by the model with blob gas at 1/16 of gas and at the same price.",
    table(
      ["shape", "who pays whom", "batches", "transfers", "rows", "calldata", "blob, 1/16", "blob, 1"],
      blob.settlements.map(({ shape, workload, batches, transfers, rows, calldataGas, inBlob }) => [
        ...[shape, workload, batches, transfers, rows, Math.round(calldataGas / transfers)],
        ...[reservePriceRatio, 1].map((price) =>
          Math.round((inBlob.gas + inBlob.blobGas * price) / transfers),
        ),
      ]),
    ),
  ].join("\n\n");
}

function peerTable(): string {
  return [
    "Published by their authors, not measured by us.",
    table(
      ["", "gas a transaction", "of what", "comparable?", "source"],
      peerFigures.map(({ name, gasPerTransaction, what, comparable, source }) => [
        ...[name, gasPerTransaction, what, comparable, source],
      ]),
    ),
  ].join("\n\n");
}
