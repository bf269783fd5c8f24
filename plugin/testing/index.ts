// `hardhat-rollup/testing`: importing it teaches chai the matchers.

import { use } from "chai";
import { addCircuitMatchers } from "./circuit-matchers.ts";
import { addRollupMatchers } from "./rollup-matchers.ts";

export { TestCircuit, type TestCircuitOptions, TestWitness } from "./test-circuit.ts";
export type * from "./type-extensions.ts";

/** All matchers, for a chai that is not the one of the project. */
export function rollupMatchers(chai: Chai.ChaiStatic, utils: Chai.ChaiUtils): void {
  addRollupMatchers(chai, utils);
  addCircuitMatchers(chai, utils);
}

use(rollupMatchers);
