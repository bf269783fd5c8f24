import path from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { packageFolder } from "../plugin/circuits/package-folder.ts";
import { formatDemo } from "../plugin/console/demo-report.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import type { Output } from "../plugin/console/output.ts";
import { assertPassed } from "../plugin/operator/checks.ts";
import { runDemo } from "../plugin/operator/demo.ts";

/** `rollup:prove --demo`: every step on the in-process chain. Throws if a check fails. */
export async function demo(
  hre: HardhatRuntimeEnvironment,
  file: string | undefined,
  output: Output,
): Promise<void> {
  const payments = file ?? path.join(packageFolder, "examples", "payments", "payments.csv");
  const result = await interruptible(
    (signal) => runDemo(hre, { payments, signal, progress: output.progress }),
    () => "Stopped. Circuits and keys that are finished are kept for the next run.",
  );
  if (result === undefined) return;
  output.outcome({ value: result, text: formatDemo(result) });
  assertPassed(result.checks);
}
