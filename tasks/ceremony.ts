import type { TaskDefinition } from "hardhat/types/tasks";
import type { TaskLanguage } from "./language.ts";
import { type TaskBuilder, withOutputOptions } from "./output-options.ts";

const parents = [["rollup", "ceremony"], ["rollup:ceremony"]];

/** The steps of a ceremony: keys for live networks, whose secret nobody knows. */
export function ceremonyTasks({ task, emptyTask, ArgumentType }: TaskLanguage): TaskDefinition[] {
  /** A step under both of its names, `rollup ceremony <step>` and `rollup:ceremony <step>`, from one definition. */
  const step = (
    name: string,
    description: string,
    define: (builder: TaskBuilder) => { build(): TaskDefinition },
  ): TaskDefinition[] =>
    parents.map((parent) => define(withOutputOptions(task([...parent, name], description))).build());

  const shapeOption = {
    name: "shape",
    description: "Name of the shape (default: the only one that the config registers)",
    type: ArgumentType.STRING_WITHOUT_DEFAULT,
    defaultValue: undefined,
  } as const;
  const ptauOption = {
    name: "ptau",
    description: "Powers of tau, a file of the Hermez ceremony (default: rollup.ceremony.ptau of the config)",
    type: ArgumentType.FILE_WITHOUT_DEFAULT,
    defaultValue: undefined,
  } as const;
  const fileOption = {
    name: "file",
    description: "The key that you were given (default: the newest in the ceremony's folder)",
    type: ArgumentType.FILE_WITHOUT_DEFAULT,
    defaultValue: undefined,
  } as const;

  return [
    ...parents.map((parent) =>
      emptyTask(parent, "Makes keys for live networks, whose secret nobody knows").build(),
    ),

    ...step("new", "Starts a ceremony: makes the key before the first contribution", (builder) =>
      builder
        .addOption(shapeOption)
        .addOption(ptauOption)
        .setAction(() => import("./ceremony-new.ts")),
    ),

    ...step("contribute", "Adds a secret to the key, and forgets it", (builder) =>
      builder
        .addOption(shapeOption)
        .addOption(fileOption)
        .addOption({
          name: "name",
          description: "Who you are, for the transcript",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption({
          name: "entropy",
          description: "Any text that nobody else knows, besides the system's random numbers",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .setAction(() => import("./ceremony-contribute.ts")),
    ),

    ...step("beacon", "Ends the contributions with a public random value", (builder) =>
      builder
        .addOption(shapeOption)
        .addOption(fileOption)
        .addOption({
          name: "value",
          description: "The value, hexadecimal, such as a block hash that nobody knew before",
          type: ArgumentType.STRING_WITHOUT_DEFAULT,
          defaultValue: undefined,
        })
        .addOption({
          name: "iterations",
          description: "How often it is hashed, as log2: 10 to 30",
          type: ArgumentType.INT,
          defaultValue: 10,
        })
        .setAction(() => import("./ceremony-beacon.ts")),
    ),

    ...step(
      "verify",
      "Makes the key again from circuit and powers of tau, prints the transcript",
      (builder) =>
        builder
          .addOption(shapeOption)
          .addOption(fileOption)
          .addOption(ptauOption)
          .setAction(() => import("./ceremony-verify.ts")),
    ),

    ...step("export", "Verifies the key and installs it for deployments", (builder) =>
      builder
        .addOption(shapeOption)
        .addOption(fileOption)
        .addOption(ptauOption)
        .setAction(() => import("./ceremony-export.ts")),
    ),
  ];
}
