import type { GasFigure } from "./gas-figures.ts";

/** `docs/gas.md`, which the gas test compares with what it measures. */
export function gasDocument(figures: readonly GasFigure[]): string {
  const count = (value: bigint): string => value.toLocaleString("en-US");
  const lines = figures.map(
    ({ what, gas, limit }) => `| ${what} | ${count(gas)} | ${limit === undefined ? "" : count(limit)} |`,
  );
  return `# Gas

What the contract costs, to the last unit. \`npm run snapshots\` measures it and writes this page; \`npm test\` fails when a
figure changes. Values are as wide as they get, calldata and refunds are included.

| | gas | may be at most |
|---|---|---|
${lines.join("\n")}

A proof comes on top, for its pairings and its calldata: about 205,000 gas for a Groth16 proof that is verified alone, and at
most 55,000 for each further one that is settled with it ([aggregate.test.ts](../test/prover/groth16/aggregate.test.ts)),
which makes one product of \`k + 3\` pairings for \`k\` batches of one shape. The figures of PLONK and FFLONK are what
\`npx hardhat rollup:systems\` prints.

**EIP-7623** sets a floor of 10 gas a zero byte and 40 a non-zero byte of calldata for a whole transaction. Rows and
operations cost more than that to handle, 60 gas a byte and above; exit rows cost 30, so a settlement pays the floor from about 700
exit rows on. What \`rollup:settle\` and \`rollup:status\` report is what the transaction was charged, the floor included, and the fee
of a request reckons with it ([RequestFee.sol](../contracts/libraries/RequestFee.sol)).
`;
}
