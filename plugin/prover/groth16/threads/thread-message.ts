import type { Task } from "./task-list.ts";

/** What a thread is told: first what it works with, then lists of tasks. */
export type ThreadOrder<Setup, Work extends Task> =
  | { readonly kind: "start"; readonly setup: Setup }
  | { readonly kind: "run"; readonly tasks: readonly Work[]; readonly counters: Int32Array };

/** What it answers. */
export type ThreadReport =
  | { readonly kind: "ready" }
  | { readonly kind: "reached"; readonly phase: number }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly message: string };
