import type { L1Rollup } from "../settlement/l1.ts";

/** How a rollup stands towards those who want to leave. */
export type Stand =
  | { readonly kind: "frozen" }
  /** Anybody may freeze it now: `deadline`, Unix time, of the queue's head is over. */
  | { readonly kind: "overdue"; readonly entry: number; readonly deadline: number }
  /** It can be frozen after `deadline` if nobody settles until then. Undefined: nothing waits in the queue. */
  | { readonly kind: "active"; readonly deadline: number | undefined };

export async function standOf(l1: L1Rollup): Promise<Stand> {
  if (await l1.frozen()) return { kind: "frozen" };
  const head = await l1.queueHead();
  if (head === (await l1.queueTail())) return { kind: "active", deadline: undefined };
  const deadline = await l1.deadlineOf(head);
  const now = (await l1.provider.getBlock("latest"))?.timestamp ?? 0;
  return now > deadline ? { kind: "overdue", entry: head, deadline } : { kind: "active", deadline };
}
