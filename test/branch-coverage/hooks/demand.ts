import type { TestHooks } from "hardhat/types/hooks";
import { requireEverything } from "../report.ts";

/** After all reports. */
export default async (): Promise<Partial<TestHooks>> => ({
  onTestRunDone: async (context, runner, next) => {
    await next(context, runner);
    await requireEverything(context.config.paths.root);
  },
});
