import type { NewTaskDefinitionBuilder } from "hardhat/types/tasks";

/** The options about output that every task has; plugin/console/output.ts says what they do. */
export function withOutputOptions(builder: NewTaskDefinitionBuilder) {
  return builder
    .addFlag({
      name: "json",
      description: "Print JSON, for programs; progress goes to standard error",
    })
    .addFlag({ name: "quiet", description: "Print nothing but errors, and what was asked for" });
}

/** A task's definition that goes on from there. */
export type TaskBuilder = ReturnType<typeof withOutputOptions>;
