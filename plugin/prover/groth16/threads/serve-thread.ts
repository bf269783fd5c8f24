import { runTasks, type Task } from "./task-list.ts";
import type { ThreadOrder, ThreadReport } from "./thread-message.ts";

/**
 * What a thread does with the orders that it gets.
 *
 * @param start Makes what does single tasks out of what the first order brings.
 * @param report Sends an answer.
 */
export function threadServer<Setup, Work extends Task>(
  start: (setup: Setup) => (task: Work) => void,
  report: (message: ThreadReport) => void,
): (order: ThreadOrder<Setup, Work>) => void {
  let run: ((task: Work) => void) | undefined;
  return (order) => {
    try {
      if (order.kind === "start") {
        run = start(order.setup);
        report({ kind: "ready" });
        return;
      }
      if (run === undefined) throw new Error("A thread has got work before it was started.");
      runTasks(order.tasks, order.counters, run, (phase) => report({ kind: "reached", phase }));
      report({ kind: "done" });
    } catch (error) {
      report({
        kind: "failed",
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  };
}
