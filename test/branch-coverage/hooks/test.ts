import type { TestHooks } from "hardhat/types/hooks";
import { reportBranches } from "../report.ts";

/** After Hardhat's own report of statements and lines. */
export default async (): Promise<Partial<TestHooks>> => ({
  onTestRunDone: async (context, runner, next) => {
    await next(context, runner);
    if (context.globalOptions.coverage && runner === "mocha") await reportBranches(context.config.paths.root);
  },
});
