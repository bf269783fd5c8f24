import { relative } from "node:path";
import type { SolidityHooks } from "hardhat/types/hooks";
import { branchesOf, tellBranches } from "../branch-record.ts";
import { record } from "../report.ts";

/** Runs around Hardhat's own handler, which makes contracts tell of their statements: adds their branches. */
export default async (): Promise<Partial<SolidityHooks>> => ({
  preprocessProjectFileBeforeBuilding: async (context, sourceName, path, content, version, next) => {
    const instrumented = await next(context, sourceName, path, content, version);
    if (!context.globalOptions.coverage || instrumented === content) return instrumented;
    const file = relative(context.config.paths.root, path);
    record(branchesOf(file, content));
    return tellBranches(file, instrumented);
  },
});
