/** The section of a new config, in the layout of an object's property. */
export function rollupSection(indent: string): string {
  return [
    "rollup: {",
    '  register: ["tiny"], // 2 transactions a batch; "dev" has 8, "busy" 43',
    '  proofSystem: "groth16", // "simulated" checks every constraint and proves nothing: for quick tests',
    "}",
  ].join(`\n${indent}`);
}
