import { equalAccountsText } from "../../constraints/page/equal-accounts.ts";
import { findings } from "../../constraints/page/findings.ts";
import { partsPlot, partsText } from "../../constraints/page/parts.ts";
import { slotsPlot, slotsText } from "../../constraints/page/slots.ts";
import { rowsPlot, workloadsPlot, workloadsText } from "../../constraints/page/workloads.ts";
import type { ConstraintsResult } from "../../constraints/result.ts";
import type { Page } from "../page.ts";

export function page(result: ConstraintsResult): Page {
  return {
    title: "Constraints",
    findings: findings(result),
    text: [slotsText(result), partsText(result), equalAccountsText(result), workloadsText(result)].join(
      "\n\n",
    ),
    plots: {
      "constraints-slots": slotsPlot(result),
      "constraints-parts": partsPlot(result),
      "constraints-workloads": workloadsPlot(result),
      "constraints-rows": rowsPlot(result),
    },
  };
}
