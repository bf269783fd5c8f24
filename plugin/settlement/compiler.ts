import { fileURLToPath } from "node:url";

/**
 * One compiler and one set of options for our contracts, whatever a project uses for its own: the code that is
 * deployed is the code that was tested, and it stays below the limit of 24 KiB. The compiler comes from npm,
 * pinned like everything else, so that nothing is downloaded.
 */
export const rollupCompiler = {
  version: "0.8.37",
  path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
  settings: {
    optimizer: { enabled: true, runs: 200 },
    // By way of Yul the rollup's code is smaller by a seventh; without, it is above the limit.
    viaIR: true,
    evmVersion: "osaka",
  },
};
