// Gas of settlements on the in-process chain: with the package's shapes, which are proven for real, and with larger ones;
// of one batch and several, by who pays whom and how much; and what blobs would take in place of calldata:
//
//   npm run bench -- gas [random | zipf | merchant …] [--json]
//
// Exact, but for up to a hundred units that depend on how many bytes of a proof happen to be 0.

import { parseGasArguments, usage } from "./gas/arguments.ts";
import { measureGas } from "./gas/measure.ts";
import { settlementLine } from "./gas/settlement-line.ts";

const parsed = parseGasArguments(process.argv.slice(2));
if (typeof parsed === "string") {
  (parsed === usage ? console.log : console.error)(parsed);
  process.exitCode = parsed === usage ? 0 : 1;
} else {
  const { json, workloads } = parsed;
  const result = await measureGas({
    workloads,
    say: (message) => process.stderr.write(`${message}\n`),
    onSettlement: (settlement) => {
      if (!json) console.log(settlementLine(settlement));
    },
  });
  if (json) {
    console.log(JSON.stringify(result, undefined, 2));
  } else {
    for (const { batches, priceRatio, rows } of result.blob.breakEven) {
      const bound = rows === undefined ? "never below" : `from ${rows} rows a batch on below`;
      console.log(
        `blob gas at ${priceRatio} of gas, ${batches} batches: a blob is ${bound} calldata (model)`,
      );
    }
  }
}
