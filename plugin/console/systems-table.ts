import { isMeasured, type SystemMeasurement, type SystemOutcome } from "../operator/systems/measurement.ts";
import { systemProperties } from "../operator/systems/properties.ts";
import { type Column, formatCount, formatTable } from "./table.ts";

const columns: (Column & { readonly of: (measured: SystemMeasurement) => string })[] = [
  { title: "system", of: ({ system }) => system },
  { title: "setup", of: ({ system }) => systemProperties[system].setup },
  { title: "honest, at least", of: ({ system }) => systemProperties[system].trust },
  { title: "proof bytes", align: "right", of: ({ proofBytes }) => formatCount(proofBytes) },
  { title: "constraints", align: "right", of: ({ constraints }) => formatCount(constraints) },
  { title: "key MB", align: "right", of: ({ keyBytes }) => megabytes(keyBytes) },
  { title: "setup s", align: "right", of: ({ setupSeconds }) => seconds(setupSeconds) },
  { title: "prove s", align: "right", of: ({ proofSeconds }) => seconds(proofSeconds) },
  { title: "peak MB", align: "right", of: ({ peakMemoryBytes }) => megabytes(peakMemoryBytes) },
  { title: "verify gas", align: "right", of: ({ verifyGas }) => formatCount(verifyGas) },
  { title: "settle gas", align: "right", of: ({ settleGas }) => formatCount(settleGas) },
  { title: "post-quantum", of: ({ system }) => yesOrNo(systemProperties[system].postQuantum) },
  { title: "transparent", of: ({ system }) => yesOrNo(systemProperties[system].transparent) },
];

/** What was measured, a row a system, then why the others were not. */
export function formatSystems(outcomes: readonly SystemOutcome[]): string {
  const measured = outcomes.filter(isMeasured);
  const rows = measured.map((one) => columns.map(({ of }) => of(one)));
  const refused = outcomes.flatMap((outcome) =>
    isMeasured(outcome) ? [] : [`${outcome.system} does not fit: ${outcome.reason}`],
  );
  const notes = [
    "ptau: powers of tau, made once by many; of the circuit's: contributors to a ceremony for this circuit.",
    "setup s: of the development key on this machine. constraints: R1CS for groth16, gates for plonk and fflonk.",
    "settle gas: of one full batch, verification included.",
  ];
  return [
    ...(measured.length > 0 ? [formatTable(columns, rows), notes.join("\n")] : []),
    ...(refused.length > 0 ? [refused.join("\n")] : []),
  ].join("\n\n");
}

function seconds(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(1);
}

/** 0: unknown, or none. */
function megabytes(bytes: number): string {
  return bytes === 0 ? "" : formatCount(Math.round(bytes / 1e6));
}

function yesOrNo(value: boolean): string {
  return value ? "yes" : "no";
}
